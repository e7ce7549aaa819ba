import { describe, expect, it } from 'vitest';
import { parseNevra, rpmScheme, type Nevra, type RpmVersion } from './index.ts';

function version(text: string): RpmVersion {
  const parsed = rpmScheme.parse(text);
  return parsed.ok ? parsed.value : expect.fail(`${text}: ${parsed.reason}`);
}

describe('rpmScheme.parse', () => {
  it.each<[string, RpmVersion]>([
    ['1.2-3.el9', { epoch: '0', version: '1.2', release: '3.el9' }],
    ['1.2', { epoch: '0', version: '1.2' }],
    ['1.2-', { epoch: '0', version: '1.2', release: '' }],
    ['-1', { epoch: '0', version: '', release: '1' }],
    ['1:1.2-3', { epoch: '1', version: '1.2', release: '3' }],
    [':1.2-3', { epoch: '0', version: '1.2', release: '3' }],
    ['a:1', { epoch: 'a', version: '1' }],
    ['1:2:3-4', { epoch: '1', version: '2:3', release: '4' }],
    // nobody knows where the release of such a text begins
    ['1-2-3', { epoch: '0', version: '1-2-3' }],
    [' 1.2-3\n', { epoch: '0', version: '1.2', release: '3' }],
    ['1.0é', { epoch: '0', version: '1.0é' }],
  ])('reads %j', (text, parts) => {
    expect(rpmScheme.parse(text)).toEqual({ ok: true, value: parts });
  });

  it.each([
    ['', 'empty'],
    [' \n', 'empty'],
    ['1 0', 'white space'],
    ['1\t0', 'white space'],
    ['1\u0000', 'control'],
    ['1\u007f', 'control'],
    ['9'.repeat(513), 'longer'],
  ])('refuses %j for its %s', (text, reason) => {
    const parsed = rpmScheme.parse(text);
    expect(parsed.ok ? '' : parsed.reason).toContain(reason);
  });
});

describe('rpmScheme.key', () => {
  // the first four stand in the description of the encoding; the others are worked out by hand from its table
  it.each([
    ['1.2-3.el9', '1002111202011304656c001902'],
    ['1.0~rc1-1', '1002111001047263001102011102'],
    ['1.0^git1-1', '100211100304676974001102011102'],
    ['1.0', '100211100200'],
    ['0:1.0', '100211100200'],
    [':1_0.', '100211100200'],
    ['1-', '100211020102'],
    ['a:1', '04610002110200'],
    ['128:20230101', '9001280292202301010200'],
  ])('writes %s as %s', (text, bytes) => {
    expect(rpmScheme.key(version(text))).toEqual(new Uint8Array(Buffer.from(bytes, 'hex')));
  });

  it('exists for long texts, but not beyond what a key may hold', () => {
    for (const text of ['9'.repeat(512), 'a'.repeat(512), '~'.repeat(512), '128a'.repeat(128), 'é'.repeat(512)]) {
      expect(rpmScheme.key(version(text))?.length).toBeLessThanOrEqual(1024);
    }
    // four bytes for a letter and a digit: the one form that needs more
    expect(rpmScheme.key(version('a1'.repeat(256)))).toBeUndefined();
  });
});

describe('parseNevra', () => {
  const nevra = (name: string, epoch: string, version: string, release: string, arch: string): Nevra => ({
    name,
    epoch,
    version,
    release,
    arch,
  });

  it.each<[string, Nevra]>([
    ['fonts-filesystem-1:2.0.5-12.fc39.noarch', nevra('fonts-filesystem', '1', '2.0.5', '12.fc39', 'noarch')],
    ['fonts-filesystem-1:2.0.5-12.fc39', nevra('fonts-filesystem', '1', '2.0.5', '12.fc39', '')],
    ['fonts-filesystem-2.0.5-12.fc39', nevra('fonts-filesystem', '', '2.0.5', '12.fc39', '')],
    ['1:2.0.5-12.fc39', nevra('', '1', '2.0.5', '12.fc39', '')],
    ['openssl-3.0.7-27.el9.src.rpm', nevra('openssl', '', '3.0.7', '27.el9', 'src')],
    ['java-1.8.0-openjdk-1:1.8.0.392.b08-4.el8.x86_64', nevra('java-1.8.0-openjdk', '1', '1.8.0.392.b08', '4.el8', 'x86_64')],
    ['a-1-1', nevra('a', '', '1', '1', '')],
    ['a-1-1.x86', nevra('a', '', '1', '1.x86', '')],
  ])('reads %s', (text, parts) => {
    expect(parseNevra(text)).toEqual(parts);
  });

  it.each(['', '-', '1', 'a-', '-1', 'a-1-', 'a--1', 'a-1:-1', '.noarch', 'noarch', '--', '1-.noarch'])(
    'knows no version and release in %j',
    (text) => {
      expect(parseNevra(text)).toBeUndefined();
    },
  );
});
