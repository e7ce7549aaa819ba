import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { apkScheme, compareKeys, debScheme, versionSchemes } from './index.ts';

describe('versionSchemes', () => {
  it('lists every folder of this room, sorted, under the id of its scheme', () => {
    const folders = readdirSync(fileURLToPath(new URL('.', import.meta.url)), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
    expect([...versionSchemes.keys()]).toEqual(folders);
    expect([...versionSchemes.values()].map((scheme) => scheme.id)).toEqual(folders);
    expect(versionSchemes.get('deb')).toBe(debScheme);
    expect(versionSchemes.get('apk')).toBe(apkScheme);
    expect(versionSchemes.get('constructor')).toBeUndefined();
  });

  it('cannot be changed, not even by a caller without types', () => {
    const map = versionSchemes as Map<string, unknown>;
    expect(() => map.set('deb', {})).toThrow(TypeError);
    expect(() => map.delete('deb')).toThrow(TypeError);
    expect(() => map.clear()).toThrow(TypeError);
    expect(() => Object.assign(debScheme, { compare: () => 0 })).toThrow(TypeError);
    expect([...map.keys()]).toEqual([
      'apk',
      'composer',
      'deb',
      'gem',
      'go',
      'maven',
      'nuget',
      'packagist',
      'pep440',
      'pub',
      'rpm',
      'semver',
    ]);
  });

  it('serves an embedder as its documentation says, without a cast', () => {
    const deb = versionSchemes.get('deb');
    const before = deb?.parse('1.2.3-1~deb12u1');
    const after = deb?.parse('1.2.3-1');
    if (!deb || !before?.ok || !after?.ok) return expect.fail('a version of the example does not parse');
    const [a, b] = [deb.key(before.value), deb.key(after.value)];
    if (!a || !b) return expect.fail('a version of the example has no key');
    expect(deb.compare(before.value, after.value)).toBe(-1);
    expect(compareKeys(a, b)).toBe(-1);
  });
});
