import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldNumbers, foldWords, pointerSegment, unfoldNumbers, unfoldWords } from './fold-text.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const word = fc.oneof(
  fc.constantFrom('', 'a', '1.2', '0', '01', '10', '/', '.', 'a.b', '\u0001', '\u0002', '1\u0001', 'CVE-1'),
  fc.string({ maxLength: 6 }),
);
const text = fc.oneof(
  fc.array(word, { maxLength: 8 }).map((parts) => parts.join('/')),
  fc.string(),
);

describe('folding', () => {
  it.each([
    ['/openssl/CVE-2023-0286/releases/bookworm', ['openssl', 'CVE-2023-0286'], '/\u0002/\u0003/releases/bookworm', ''],
    ['/packages/12/pkg/secfixes/1.2-r0/0', ['curl', '1.2-r0'], '/packages/\u0001/pkg/secfixes/\u0003/\u0001', '12,0'],
    ['https://a.test/csaf/2024/cve-2024-1.json', ['cve-2024-1'], 'https://a.test/csaf/\u0001/\u0002.json', '2024'],
    ['oval:org.a:def:20240123', [], 'oval:org.a:def:\u0001', '20240123'],
    ['/a/007/1234567890123456', ['b'], '/a/007/1234567890123456', ''],
    ['12/3', [], '\u0001/\u0001', '12,3'],
    ['1\u0001', [], '\u001F1\u0001', ''],
    ['0', [], '\u0001', '0'],
    ['', [''], '', ''],
  ])('takes words and numbers out of %j', (pointer, words, template, numbers) => {
    expect(foldNumbers(foldWords(pointer, words))).toEqual({ template, numbers });
  });

  it('gives back what went in, whatever it was', () => {
    fc.assert(
      fc.property(text, fc.array(word, { maxLength: 20 }), (pointer, words) => {
        expect(unfoldWords(unfoldNumbers(foldNumbers(foldWords(pointer, words))), words)).toBe(pointer);
      }),
      { numRuns },
    );
  });

  it('takes out of any text what the grammar of numbers says', () => {
    fc.assert(
      fc.property(text, (pointer) => {
        const canonical = /(?<!\d)(?:0|[1-9]\d{0,14})(?!\d)/g;
        const expected = pointer.includes('\u0001') ? [] : (pointer.match(canonical) ?? []);
        expect(foldNumbers(pointer).numbers).toBe(expected.join(','));
      }),
      { numRuns },
    );
  });

  it('never folds two texts of the same words to one', () => {
    fc.assert(
      fc.property(text, text, fc.array(word, { maxLength: 6 }), (a, b, words) => {
        const folded = [a, b].map((pointer) => JSON.stringify(foldNumbers(foldWords(pointer, words))));
        expect(folded[0] === folded[1]).toBe(a === b);
      }),
      { numRuns },
    );
  });

  it('writes names as RFC 6901 does', () => {
    expect(['a/b', 'm~n', '~1', 'plain'].map(pointerSegment)).toEqual(['a~1b', 'm~0n', '~01', 'plain']);
  });
});
