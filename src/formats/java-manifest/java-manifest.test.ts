import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mainSection, parseManifest } from './index.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const attributes = (text: string): readonly (readonly [string, string])[] => [...parseManifest(bytes(text)).attributes];

describe('the main section', () => {
  it.each([
    ['A: b\r\n\r\nName: x\r\n\r\n', 'A: b\r\n\r\n'],
    ['A: b\n\nName: x\n', 'A: b\n\n'],
    ['A: b\r\rName: x\r', 'A: b\r\r'],
    ['A: b\r\n\nName: x', 'A: b\r\n\n'],
    ['A: b\r\n', 'A: b\r\n'],
    ['A: b', 'A: b'],
    ['\r\n\r\nA: b\r\n\r\nName: x', '\r\n\r\nA: b\r\n\r\n'],
    ['', ''],
    ['\r\n', '\r\n'],
  ])('of %j is %j', (manifest, section) => {
    expect(new TextDecoder().decode(mainSection(bytes(manifest)))).toBe(section);
  });
});

describe('parseManifest', () => {
  it.each<readonly [string, readonly (readonly [string, string])[]]>([
    [
      'Manifest-Version: 1.0\r\nCreated-By: 17 (x)\r\n\r\nName: a\r\nSealed: true\r\n',
      [
        ['manifest-version', '1.0'],
        ['created-by', '17 (x)'],
      ],
    ],
    ['A: one\r\n  two\r\n three\r\n\r\n', [['a', 'one twothree']]],
    ['A: \r\n b\r\n', [['a', 'b']]],
    ['A: 1\nA: 2\n', [['a', '2']]],
    ['a-B_9: x: y\n', [['a-b_9', 'x: y']]],
    ['A:x\n', [['a', 'x']]],
    ['\uFEFFA: x\n', [['a', 'x']]],
    ['__proto__: x\nconstructor: y\n', [['constructor', 'y']]],
    [`${'n'.repeat(70)}: x\n`, [['n'.repeat(70), 'x']]],
    [`${'n'.repeat(71)}: x\n`, []],
    [`A: ${'v'.repeat(100_000)}\n`, [['a', 'v'.repeat(100_000)]]],
    ['no attribute\n: x\n-A: x\nÄ: x\n', []],
    [' continues nothing\nA: x\n', [['a', 'x']]],
  ])('reads %j', (manifest, expected) => {
    expect(attributes(manifest)).toEqual(expected);
  });

  it('counts the lines that are no attribute', () => {
    expect(parseManifest(bytes('A: x\nnone\n: y\nB: z\n')).ignoredLines).toBe(2);
  });

  it('gives back what is wrapped at 72 bytes, wherever that cuts, with any end of line', () => {
    const value = fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => text.replaceAll(/[\r\n\0]/gu, '').trim());
    const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,60}$/u);
    const written = fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key.toLowerCase(), maxLength: 8 });
    fc.assert(
      fc.property(written, fc.constantFrom('\r\n', '\n', '\r'), (pairs, end) => {
        const lines = pairs.map(([key, text]) => wrap(bytes(`${key}: ${text}`), bytes(end)));
        const manifest = Uint8Array.from([...lines.flatMap((line) => [...line]), ...bytes(`${end}Name: x${end}Other: y${end}`)]);
        // What has no attributes has no main section.
        if (pairs.length === 0) return;
        expect([...parseManifest(manifest).attributes]).toEqual(pairs.map(([key, text]) => [key.toLowerCase(), text]));
      }),
      { numRuns },
    );
  });

  it('reads any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (any) => {
        expect(mainSection(any).length).toBeLessThanOrEqual(any.length);
        expect(parseManifest(any).attributes.size + parseManifest(any).ignoredLines).toBeLessThanOrEqual(any.length);
      }),
      { numRuns },
    );
  });

  it('reads a huge one in time that grows with its length', () => {
    const start = performance.now();
    expect(parseManifest(bytes(`A: x\n${' y\n'.repeat(200_000)}`)).attributes.get('a')).toHaveLength(200_001);
    expect(parseManifest(bytes('\n'.repeat(400_000))).attributes.size).toBe(0);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

/** As the JAR tool writes: no line longer than 72 bytes without its end. */
function wrap(line: Uint8Array, end: Uint8Array): Uint8Array {
  const parts: number[] = [...line.subarray(0, 72)];
  for (let at = 72; at < line.length; at += 71) parts.push(...end, 0x20, ...line.subarray(at, at + 71));
  return Uint8Array.from([...parts, ...end]);
}
