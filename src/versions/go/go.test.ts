import { describe, expect, it } from 'vitest';
import type { SemverVersion } from '../semver/index.ts';
import { goScheme } from './index.ts';

function version(text: string): SemverVersion {
  const parsed = goScheme.parse(text);
  return parsed.ok ? parsed.value : expect.fail(`${text}: ${parsed.reason}`);
}

describe('goScheme.parse', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['v1.2.3', ['1', '2', '3'], []],
    ['1.2.3', ['1', '2', '3'], []],
    ['v1', ['1'], []],
    ['v1.2', ['1', '2'], []],
    ['v0.0.0', ['0', '0', '0'], []],
    ['v2.0.0+incompatible', ['2', '0', '0'], []],
    ['v1.2.3-rc.1+a.b', ['1', '2', '3'], ['rc', '1']],
    ['v0.0.0-20200622213623-75b288015ac9', ['0', '0', '0'], ['20200622213623-75b288015ac9']],
    ['v1.2.4-0.20191109021931-daa7c04131f5', ['1', '2', '4'], ['0', '20191109021931-daa7c04131f5']],
    ['v1.0.0-01a', ['1', '0', '0'], ['01a']],
    // the toolchain
    ['go1.21', ['1', '21'], []],
    ['go1.21.3', ['1', '21', '3'], []],
    ['go1', ['1'], []],
    ['go1.21rc2', ['1', '21'], ['rc', '2']],
    ['go1.9.2rc2', ['1', '9', '2'], ['rc', '2']],
    ['go1.18beta1', ['1', '18'], ['beta', '1']],
    ['go1.21.0-rc.2', ['1', '21', '0'], []],
    ['go1.22.1 X:boringcrypto', ['1', '22', '1'], []],
    ['go1.22.1\tX:é', ['1', '22', '1'], []],
    ['go1.22.1-vendor', ['1', '22', '1'], []],
    ['go1.22rc1+abcdef', ['1', '22'], ['rc', '1']],
  ])('reads %j', (text, numbers, prerelease) => {
    expect(version(text)).toEqual({ numbers, prerelease });
  });

  it.each([
    ['', 'empty'],
    ['(devel)', 'begin with a number'],
    ['v', 'begin with a number'],
    ['vv1.0.0', 'begin with a number'],
    ['=1.0.0', 'begin with a number'],
    ['devel go1.22-abcdef', 'byte'],
    ['master', 'begin with a number'],
    ['v1-alpha', 'fewer than three'],
    ['v1.2-alpha', 'fewer than three'],
    ['v1.2+a', 'fewer than three'],
    ['01.2.3', 'leading zero'],
    ['v1.02.3', 'leading zero'],
    ['v1.2.3-01', 'leading zero'],
    ['v1.2.3-a.007', 'leading zero'],
    ['v1.2.3.4', 'at most three'],
    ['v1.2.3rc1', 'should end'],
    ['v1.2.', 'should end'],
    ['v1.2.x', 'should end'],
    ['v1.2.3-', 'pre-release'],
    ['v1.2.3-a..b', 'pre-release'],
    ['v1.2.3+', 'build'],
    ['v1.0.0é', 'byte'],
    ['v1.0.0 x', 'byte'],
    ['go', 'toolchain tag'],
    ['go1.', 'toolchain tag'],
    ['go1.21rc', 'toolchain tag'],
    ['go1.21rc2.1', 'toolchain tag'],
    ['go1.21pre1', 'toolchain tag'],
    ['go1.2.3.4', 'toolchain tag'],
    ['gox', 'toolchain tag'],
    ['go-1.21', 'toolchain tag'],
    ['go1.021', 'leading zero'],
    ['go1.21rc02', 'leading zero'],
    ['9'.repeat(513), 'longer'],
  ])('refuses %j: %s', (text, reason) => {
    const parsed = goScheme.parse(text);
    expect(parsed.ok ? '' : parsed.reason).toContain(reason);
  });
});

describe('goScheme.key', () => {
  // the first three stand in the description of the encoding
  it.each([
    ['go1.21rc2', '112501a07263001202'],
    ['1.21.0-0', '1125011002'],
    ['v2.0.0+incompatible', '1202'],
    ['go1.20', '112402'],
    ['1.20.0', '112402'],
    ['v0.0.0', '02'],
    ['v0.0.1-0.20230101120000-abcdef012345', '1010110110a032303233303130313132303030302d6162636465663031323334350002'],
  ])('writes %s as %s', (text, bytes) => {
    expect(goScheme.key(version(text))).toEqual(new Uint8Array(Buffer.from(bytes, 'hex')));
  });
});
