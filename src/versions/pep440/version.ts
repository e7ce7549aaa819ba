/** A version of PEP 440 in its normal form. Numbers are kept as digits: they have no upper end. */
export interface Pep440Version {
  /** `0` where there is none. */
  readonly epoch: string;
  /** The digits of each number of the release, at least one; a number that is not there is 0. */
  readonly release: readonly string[];
  readonly pre?: { readonly kind: Pep440PreKind; readonly number: string };
  /** Absent numbers are `0` here, too. */
  readonly post?: string;
  readonly dev?: string;
  /** What stands behind `+`, words in lower case; none where there is no local part. */
  readonly local: readonly string[];
}

/** Kinds of a pre-release, least first. */
export const preKinds = ['a', 'b', 'rc'] as const;
export type Pep440PreKind = (typeof preKinds)[number];
