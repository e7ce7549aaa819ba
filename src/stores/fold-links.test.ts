import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinkFolder } from './fold-links.ts';
import { unfoldWords } from './fold-text.ts';
import { urlWords } from './row-words.ts';

const page = (name: string): string => `https://vendor.example/cve/${name}`;

describe('links', () => {
  it('of pages of their own are one text', () => {
    const folder = new LinkFolder();
    const folded = ['CVE-1', 'CVE-2', 'CVE-3'].map((name) =>
      folder.fold({ part: name, name, description: '', links: [page(name)] }).join(),
    );
    expect(new Set(folded).size).toBe(1);
  });

  it('that all names of a part have are one text from the second name on', () => {
    const folder = new LinkFolder();
    const names = ['CVE-1', 'CVE-2', 'CVE-3', 'CVE-4'];
    const folded = names.map((name) => folder.fold({ part: 'UPDATE-1', name, description: 'about', links: names.map(page) }).join());
    expect(new Set(folded.slice(1)).size).toBe(1);
  });

  it('are given back as they were, whatever is folded one after another', () => {
    const word = fc.constantFrom('', 'a', 'b', 'A', 'CVE-1', 'CVE-2', 'cve-1');
    const link = fc.array(fc.oneof(word, fc.constantFrom('a.json', '\u0002', '\u001f')), { maxLength: 4 }).map((parts) => parts.join('/'));
    const advisory = fc.record({ part: word, name: word, description: fc.constantFrom('', 'x'), links: fc.array(link, { maxLength: 3 }) });
    fc.assert(
      fc.property(fc.array(fc.tuple(advisory, fc.boolean()), { maxLength: 6 }), (drawn) => {
        const folder = new LinkFolder();
        let last = { part: 'a', description: '', links: ['a/b'] as string[] };
        for (const [own, isRepeated] of drawn) {
          const told = isRepeated ? { ...own, ...last } : own;
          last = told;
          expect(folder.fold(told).map((folded) => unfoldWords(folded, urlWords(told)))).toEqual(told.links);
        }
      }),
    );
  });
});
