import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDeb822 } from './deb822.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const fieldsOf = (text: string): readonly Record<string, string>[] =>
  [...parseDeb822(text)].map(({ fields }) => Object.fromEntries(fields));

describe('parseDeb822', () => {
  it.each<[string, string, readonly Record<string, string>[]]>([
    ['names in any case', 'PACKAGE: a\nversion: 1', [{ package: 'a', version: '1' }]],
    ['several empty lines between paragraphs, before and after them', '\n\nA: 1\n\n\nB: 2\n\n', [{ a: '1' }, { b: '2' }]],
    ['continuation lines', 'A: 1\n 2\n\t3\nB: 4', [{ a: '1\n2\n3', b: '4' }]],
    ['a line of blanks as a continuation, as dpkg does', 'A: 1\n \nB: 2', [{ a: '1\n', b: '2' }]],
    ['an empty value', 'A:\n x\nB: ', [{ a: '\nx', b: '' }]],
    ['colons in values, blanks around the colon', 'A : b:c', [{ a: 'b:c' }]],
    ['carriage returns', 'A: 1\r\n\r\nB: 2\r\n', [{ a: '1' }, { b: '2' }]],
    ['remarks', '# no\nA: 1\n#B: 2\nC: 3', [{ a: '1', c: '3' }]],
    ['nothing', '', []],
    [
      'names of Object.prototype',
      '__proto__: 1\nconstructor: 2',
      [
        Object.fromEntries([
          ['__proto__', '1'],
          ['constructor', '2'],
        ]),
      ],
    ],
  ])('reads %s', (_, text, paragraphs) => {
    expect(fieldsOf(text)).toEqual(paragraphs);
  });

  it('counts bad lines and goes on', () => {
    const paragraphs = [...parseDeb822(' lost\nnonsense\nA: 1\n: x\nA: again\nB: 2\n\nC: 3')];
    expect(paragraphs.map(({ badLines, line }) => [line, badLines])).toEqual([
      [1, 4],
      [8, 0],
    ]);
    expect(paragraphs[0]?.fields).toEqual(
      new Map([
        ['a', '1'],
        ['b', '2'],
      ]),
    );
  });

  it('keeps only the fields that are asked for, and knows continuations of the others', () => {
    const [paragraph] = [...parseDeb822('A: 1\nB: 2\n b\nC: 3\n c', { fields: new Set(['a', 'c']) })];
    expect(Object.fromEntries(paragraph?.fields ?? [])).toEqual({ a: '1', c: '3\nc' });
    expect(paragraph?.badLines).toBe(0);
  });

  it('reads back what was written', () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,10}$/);
    const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
    const paragraph = fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key.toLowerCase(), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(paragraph, { maxLength: 8 }), (paragraphs) => {
        const text = paragraphs.map((fields) => fields.map(([key, word]) => `${key}: ${word}\n`).join('')).join('\n');
        expect([...parseDeb822(text)].map(({ fields }) => [...fields])).toEqual(
          paragraphs.map((fields) => fields.map(([key, word]) => [key.toLowerCase(), word])),
        );
      }),
      { numRuns },
    );
  });

  it('takes time in proportion to the text, whatever it is made of', () => {
    const texts = ['A: 1\n', ' x\n', '\n', 'A:\n x\n', ':'].map((piece) => piece.repeat(1_000_000 / piece.length));
    for (const text of texts) {
      const start = performance.now();
      for (const paragraph of parseDeb822(text)) void paragraph;
      expect(performance.now() - start).toBeLessThan(2_000);
    }
  });
});
