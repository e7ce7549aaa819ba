import type { PreparedAdvisory } from '../contracts/index.ts';
import { foldWords } from './fold-text.ts';
import { urlWords } from './row-words.ts';

type Told = Pick<PreparedAdvisory, 'part' | 'name' | 'description' | 'links'>;

/**
 * Puts marks for an advisory's own words into its links: of a feed whose advisories each link to a page of their own name, all texts are then one.
 * Where a part has several names that say the same (an update for twenty CVEs), marks for the name would make one text twenty: from the second of them
 * on only the part is marked, which is the same in all.
 */
export class LinkFolder {
  #last: Told | undefined;

  /** @returns links that `unfoldWords` gives back with `urlWords` of the advisory */
  fold(advisory: Told): readonly string[] {
    const isRepeated = this.#last !== undefined && saysTheSame(this.#last, advisory);
    this.#last = advisory;
    const words = urlWords(isRepeated ? { part: advisory.part, name: '' } : advisory);
    return advisory.links.map((link) => foldWords(link, words));
  }
}

function saysTheSame(a: Told, b: Told): boolean {
  if (a.part !== b.part || a.description !== b.description || a.links.length !== b.links.length) return false;
  return a.links.every((link, index) => link === b.links[index]);
}
