import { describe, expect, it } from 'vitest';
import { pep440Scheme, type Pep440Version } from './index.ts';

function version(text: string): Pep440Version {
  const parsed = pep440Scheme.parse(text);
  return parsed.ok ? parsed.value : expect.fail(`${text}: ${parsed.reason}`);
}

/** The normal form, as PEP 440 writes it. */
function normal(text: string): string {
  const { epoch, release, pre, post, dev, local } = version(text);
  return [
    epoch === '0' ? '' : `${epoch}!`,
    release.join('.'),
    pre ? `${pre.kind}${pre.number}` : '',
    post === undefined ? '' : `.post${post}`,
    dev === undefined ? '' : `.dev${dev}`,
    local.length === 0 ? '' : `+${local.join('.')}`,
  ].join('');
}

describe('pep440Scheme.parse', () => {
  it.each([
    ['1.0', '1.0'],
    ['v1.0', '1.0'],
    ['V1.0', '1.0'],
    ['1!2.0', '1!2.0'],
    ['1.0a1', '1.0a1'],
    ['1.0.alpha-1', '1.0a1'],
    ['1.0_BETA_2', '1.0b2'],
    ['1.0c3', '1.0rc3'],
    ['1.0pre', '1.0rc0'],
    ['1.0-preview.4', '1.0rc4'],
    ['1.0.post2', '1.0.post2'],
    ['1.0-rev3', '1.0.post3'],
    ['1.0r4', '1.0.post4'],
    ['1.0-5', '1.0.post5'],
    ['1.0post', '1.0.post0'],
    ['1.0a1-5', '1.0a1.post5'],
    ['1.0a-5', '1.0a5'],
    ['1.0.dev', '1.0.dev0'],
    ['1.0-DEV_7', '1.0.dev7'],
    ['1.0rc1.post2.dev3', '1.0rc1.post2.dev3'],
    ['1.0+Ubuntu-1_2', '1.0+ubuntu.1.2'],
    ['1.0.dev1+a', '1.0.dev1+a'],
    // what its pattern reads beside the text of PEP 440: a separator behind a mark that has no number
    ['1.0a-', '1.0a0'],
    ['1.0a..post1', '1.0a0.post1'],
    ['1.0a--1', '1.0a0.post1'],
    ['1.0alphadev1', '1.0a0.dev1'],
    ['1.0.dev.', '1.0.dev0'],
    [' 1.0\n', '1.0'],
  ])('reads %j as %s', (text, wanted) => {
    expect(normal(text)).toBe(wanted);
  });

  it.each([
    ['', 'empty'],
    ['a', 'no release'],
    ['v', 'no release'],
    ['vv1', 'no release'],
    ['.1', 'no release'],
    ['!1', 'no release'],
    ['1!', 'no release'],
    ['1!!1', 'no release'],
    ['1!1!1', 'should end'],
    ['1.', 'should end'],
    ['1..0', 'should end'],
    ['1.*', 'should end'],
    ['1.0-', 'should end'],
    ['1.0a1-', 'should end'],
    ['1.0_1', 'should end'],
    ['1.0-1-2', 'should end'],
    ['1.0a1b2', 'should end'],
    ['1.0.post1.post2', 'should end'],
    ['1.0.dev1.post1', 'should end'],
    ['0.9-doduo', 'should end'],
    ['2.0.1rc2-git', 'should end'],
    ['1.0--a', 'should end'],
    ['1.0+', 'local'],
    ['1.0+a..b', 'local'],
    ['1.0+a.', 'local'],
    ['1.0+a+b', 'should end'],
    ['1.0+a~', 'should end'],
    ['1.0 a', 'byte'],
    ['1.0ſ', 'byte'],
    ['9'.repeat(513), 'longer'],
  ])('refuses %j: %s', (text, reason) => {
    const parsed = pep440Scheme.parse(text);
    expect(parsed.ok ? '' : parsed.reason).toContain(reason);
  });
});

describe('pep440Scheme.key', () => {
  // the first four stand in the description of the encoding; the others are worked out by hand from its table
  it.each([
    ['1.0', '10110501'],
    ['1.0.dev1', '1011011101'],
    ['1.0rc1.post2.dev3', '101104110612011301'],
    ['1.0+ubuntu.1', '101105037562756e7475001101'],
    ['1!0', '110501'],
    ['1.0a128', '1011029001280501'],
    ['1.0b0.dev0', '10110310011001'],
    ['1.0-1', '101106110501'],
    ['0.1', '1010110501'],
  ])('writes %s as %s', (text, bytes) => {
    expect(pep440Scheme.key(version(text))).toEqual(new Uint8Array(Buffer.from(bytes, 'hex')));
  });

  it('exists for long texts', () => {
    for (const text of [
      '9'.repeat(512),
      `1${'.128'.repeat(127)}`,
      `1+${'a'.repeat(510)}`,
      `1+${'a.'.repeat(254)}a`,
      `1${'.0'.repeat(255)}`,
    ]) {
      expect(pep440Scheme.key(version(text))?.length).toBeLessThanOrEqual(1024);
    }
  });
});
