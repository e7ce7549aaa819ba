/** Suffixes that come before the version they stand behind, least first. */
export const preSuffixes = ['alpha', 'beta', 'pre', 'rc'] as const;
/** Suffixes that come after it, least first. */
export const postSuffixes = ['cvs', 'svn', 'git', 'hg', 'p'] as const;

export type ApkSuffix = (typeof preSuffixes)[number] | (typeof postSuffixes)[number];

/** What a version is made of, in the order of its text. Numbers are kept as digits: they have no upper end. */
export type ApkToken =
  | { readonly kind: 'first-number'; readonly text: string }
  /** Behind a dot: there a leading zero counts. */
  | { readonly kind: 'dotted-number'; readonly text: string }
  | { readonly kind: 'letter'; readonly text: string }
  /** `1` of `8.31p1`: old Alpine data has it, apk of today refuses it. */
  | { readonly kind: 'letter-number'; readonly text: string }
  | { readonly kind: 'suffix'; readonly text: ApkSuffix }
  | { readonly kind: 'suffix-number'; readonly text: string }
  /** Lower-case hex digits behind `~`. */
  | { readonly kind: 'hash'; readonly text: string }
  /** Digits behind `-r`. */
  | { readonly kind: 'revision'; readonly text: string };

/** A version of an Alpine package: a first number, then at most as many of the other tokens as its text had. */
export interface ApkVersion {
  readonly tokens: readonly ApkToken[];
}
