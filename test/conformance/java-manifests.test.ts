// Real manifests, and their main sections byte for byte.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mainSection, parseManifest } from '../../src/formats/java-manifest/index.ts';

const folder = '../shared/conformance/java-manifests';
const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jar')) : [];

describe.skipIf(names.length === 0)('manifests of real archives (skipped where ../shared is absent)', () => {
  it('there are manifests to look at', () => {
    expect(names.length).toBeGreaterThanOrEqual(38);
  });

  it.each(names)('%s: the main section is exact, also with sections behind it', (name) => {
    const manifest = readFileSync(`${folder}/${name}`);
    const want = readFileSync(`${folder}/${name}.want`);
    expect(Buffer.compare(mainSection(manifest), want)).toBe(0);
    // Some of these end without their empty line.
    const ended = want.toString('latin1').endsWith('\r\n\r\n') ? want : Buffer.concat([want, Buffer.from('\r\n')]);
    expect(Buffer.compare(mainSection(Buffer.concat([ended, Buffer.from('Name: a/B.class\r\nSealed: true\r\n\r\n')])), ended)).toBe(0);
  });

  it.each(names)('%s: every attribute is as an independent reading has it', (name) => {
    const unfolded = readFileSync(`${folder}/${name}`, 'utf8').replaceAll('\r\n ', '').split('\r\n');
    const expected = unfolded
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(': ') + 2).trim()]);
    const { attributes, ignoredLines } = parseManifest(readFileSync(`${folder}/${name}`));
    expect(ignoredLines).toBe(0);
    expect([...attributes]).toEqual([...new Map(expected.map(([key = '', value = '']) => [key, value]))]);
  });
});
