import { isDigit } from '../ascii.ts';

/** What a token weighs; what stands between early words and numbers is the end of a version. */
export const classes = { other: 1, dev: 2, alpha: 3, beta: 4, candidate: 5, end: 6, hash: 7, number: 8, patch: 9 } as const;
export type TokenClass = (typeof classes)[keyof typeof classes];

/** PHP knows a word by how it begins, in this order, and case counts. */
const words: readonly (readonly [string, TokenClass])[] = [
  ['dev', classes.dev],
  ['a', classes.alpha],
  ['b', classes.beta],
  ['RC', classes.candidate],
  ['rc', classes.candidate],
  ['p', classes.patch],
];

/** The class of a token, none of which is empty. */
export function classOf(token: string): TokenClass {
  if (isDigit(token.charCodeAt(0))) return classes.number;
  if (token === '#') return classes.hash;
  for (const [word, weight] of words) if (token.startsWith(word)) return weight;
  return classes.other;
}
