/** The attributes of a CPE name, in the order of a formatted string (NISTIR 7695, 5.2). */
export const cpeAttributes = [
  'part',
  'vendor',
  'product',
  'version',
  'update',
  'edition',
  'language',
  'swEdition',
  'targetSw',
  'targetHw',
  'other',
] as const;
export type CpeAttribute = (typeof cpeAttributes)[number];

/**
 * A well-formed CPE name. Each value stands as a component of a formatted string, lower-cased and quoted in one way only: `*` is ANY, `-` is NA;
 * else text in which a backslash quotes what is no letter, digit, `.`, `-` or `_`, and an unquoted `*` or `?` at an end is a wildcard.
 */
export type Cpe = Readonly<Record<CpeAttribute, string>>;

/** The logical values of NISTIR 7695, 5.3.1. */
export const cpeAny = '*';
export const cpeNotApplicable = '-';
