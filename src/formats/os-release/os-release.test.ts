import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOsRelease } from './os-release.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const conformance = '../shared/conformance/osrelease';

describe('parseOsRelease', () => {
  it.each([
    ['ID=debian', 'debian'],
    ['ID="debian"', 'debian'],
    ["ID='debian'", 'debian'],
    ['ID=', ''],
    ['ID=""', ''],
    ['  ID=debian  ', 'debian'],
    ['ID=debian\r', 'debian'],
    ['ID="a \\"b\\" \\$c \\`d\\` \\\\e"', 'a "b" $c `d` \\e'],
    ['ID="a\\nb"', 'a\\nb'],
    ["ID='a\\\\b'", 'a\\\\b'],
    ["ID='it'\\''s'", "it's"],
    ['ID=two words', 'two words'],
    ['ID=debian # remark', 'debian'],
    ['ID=C#', 'C#'],
    ['ID="# no remark"', '# no remark'],
    ['ID="a=b"', 'a=b'],
    ['ID=one\nID=two', 'two'],
    ['#ID=no\n\nID=yes', 'yes'],
  ])('reads %j', (text, value) => {
    const release = parseOsRelease(text);
    expect(release.values.get('ID')).toBe(value);
    expect(release.badLines).toEqual([]);
  });

  it('passes over lines that are no assignment and names them', () => {
    const release = parseOsRelease('ID=debian\nnonsense\n=x\n1A=b\nA B=c\nVERSION_ID=12');
    expect([...release.values]).toEqual([
      ['ID', 'debian'],
      ['VERSION_ID', '12'],
    ]);
    expect(release.badLines).toEqual([2, 3, 4, 5]);
  });

  it('keeps the value of a quote that is never closed, and names the line', () => {
    const release = parseOsRelease('NAME="Debian\nID=debian');
    expect(release.values.get('NAME')).toBe('Debian');
    expect(release.values.get('ID')).toBe('debian');
    expect(release.badLines).toEqual([1]);
  });

  it('does not read without end', () => {
    const release = parseOsRelease(`ID=debian\n${'#'.repeat(70_000)}\nVERSION_ID=12`);
    expect([...release.values.keys()]).toEqual(['ID']);
    expect(release.badLines).toHaveLength(1);
  });

  it('gives back any value that was quoted as the manual page says', () => {
    const value = fc.string({ unit: 'grapheme' }).filter((text) => !/[\n\r]/.test(text));
    fc.assert(
      fc.property(value, (text) => {
        const double = text.replaceAll(/["$`\\]/g, (char) => `\\${char}`);
        const single = text.replaceAll("'", `'\\''`);
        const release = parseOsRelease(`A="${double}"\nB='${single}'`);
        expect([release.values.get('A'), release.values.get('B')]).toEqual([text, text]);
      }),
      { numRuns },
    );
  });

  it('gives either a value or a bad line for every line that says something', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('A=1', '#', "B='", 'C="x'))), (lines) => {
        const said = lines.flatMap((line) => line.split('\n')).filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
        const { values, badLines } = parseOsRelease(lines.join('\n'));
        expect(values.size + badLines.length).toBeGreaterThanOrEqual(said.length > 0 ? 1 : 0);
        expect(badLines.length).toBeLessThanOrEqual(said.length);
      }),
      { numRuns },
    );
  });
});

describe.skipIf(!existsSync(conformance))('os-release conformance (skipped where ../shared is absent)', () => {
  const names = existsSync(conformance) ? readdirSync(conformance) : [];

  it.each(names)('%s', (name) => {
    const [, input = '', parsed = '{}'] = readFileSync(`${conformance}/${name}`, 'utf8').split(/^-- [A-Za-z-]+ --\n/m);
    const release = parseOsRelease(input);
    expect(Object.fromEntries(release.values)).toEqual(JSON.parse(parsed));
    expect(release.badLines).toEqual([]);
  });
});
