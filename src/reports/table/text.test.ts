import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth } from './display-width.ts';
import { grid } from './grid.ts';
import { printable } from './printable.ts';
import { pad, truncate, wrap } from './wrap.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.string({ maxLength: 80 }),
);

describe('printable', () => {
  it.each([
    ['openssl', 'openssl'],
    ['\x1b[2J\x1b]0;title\x07', '\\x1b[2J\\x1b]0;title\\x07'],
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['\x9b31m', '\\x9b31m'],
    ['\x7f', '\\x7f'],
    ['gpj.\u202egnp', 'gpj.\\u{202e}gnp'],
    ['\u2066a\u2069', '\\u{2066}a\\u{2069}'],
    ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
    ['two words\u00a0and\u3000wide', 'two words\\xa0and\\u{3000}wide'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud800', '\\u{d800}'],
    ['\u2028', '\\u{2028}'],
    ['\u3164', '\\u{3164}'],
    ['名前 é ü', '名前 é ü'],
  ])('%j', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  it('leaves nothing that a terminal obeys', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        // eslint-disable-next-line no-control-regex -- controls are what it is about
        expect(printable(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/);
      }),
      { numRuns },
    );
  });
});

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['名前', 4],
    ['한글', 4],
    ['ｱ', 1],
    ['Ａ', 2],
    ['e\u0301', 1],
    ['😀', 2],
    ['é', 1],
    ['─', 1],
  ])('%j is %d columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('wrap', () => {
  it.each([
    ['short', 10, ['short']],
    ['libssl3, openssl', 10, ['libssl3,', 'openssl']],
    ['app/node_modules/left-pad', 18, ['app/node_modules/', 'left-pad']],
    ['0123456789', 4, ['0123', '4567', '89']],
    ['名前名前', 5, ['名前', '名前']],
    ['a b', 1, ['a', 'b']],
  ])('%j in %d columns', (text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });

  it('never makes a line wider than it may be, and loses nothing but spaces', () => {
    fc.assert(
      fc.property(anyText.map(printable), fc.integer({ min: 8, max: 40 }), (text, width) => {
        const lines = wrap(text, width);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        if (lines.length < 12) expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
      { numRuns },
    );
  });

  it('cuts a name of a megabyte', () => {
    const lines = wrap('x'.repeat(1_000_000), 20);
    expect(lines).toHaveLength(12);
    expect(lines.at(-1)).toBe(`${'x'.repeat(19)}…`);
  });
});

describe('truncate and pad', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['名前名前', 5, '名前…'],
  ])('truncate(%j, %d)', (text, width, expected) => {
    expect(truncate(text, width)).toBe(expected);
  });

  it('counts columns, not characters, when it fills up', () => {
    expect(pad('名前', 6)).toBe('名前  ');
  });
});

describe('grid', () => {
  const columns = [
    { title: 'A', least: 4 },
    { title: 'B', least: 4 },
  ];

  it('aligns columns by what they show', () => {
    const rows = [
      ['名前', 'x'],
      ['abc', 'y'],
    ];
    expect([...grid(columns, rows, 40)]).toEqual(['A     B', '名前  x', 'abc   y']);
  });

  it('wraps the widest column first', () => {
    expect([...grid(columns, [['abc', 'one two three']], 12)]).toEqual(['A    B', 'abc  one two', '     three']);
  });

  it('fits any width that leaves each column its least', () => {
    const cell = anyText.map(printable);
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 5 }), fc.integer({ min: 10, max: 60 }), (rows, width) => {
        for (const line of grid(columns, rows, width)) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      }),
      { numRuns },
    );
  });
});
