/** A version of a Maven artifact, cut and trimmed as the version order specification says. */
export interface MavenVersion {
  /** At least one. The separator of the first is `.`: there is none before it, and the first tokens of all versions have the same. */
  readonly tokens: readonly MavenToken[];
}

/** A number (digits, without leading zeros) or a word (lower case; empty for `ga`, `final` and `release`), and what stands before it. */
export interface MavenToken {
  readonly separator: '.' | '-';
  readonly kind: 'number' | 'word';
  readonly text: string;
}

/** The words that are not ordered by their letters, least first; all others come after them. The empty one is the release itself. */
export const knownWords = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'] as const;

const ranks: ReadonlyMap<string, number> = new Map(knownWords.map((word, at) => [word, at]));

/** The place of a word among the known ones; of any other, behind them. */
export function rankOfWord(word: string): number {
  return ranks.get(word) ?? knownWords.length;
}

export const rankOfRelease = rankOfWord('');

/** A zero, or the word of a release: at the end and before a hyphen it says nothing. */
export function isNull({ kind, text }: MavenToken): boolean {
  return text === (kind === 'number' ? '0' : '');
}
