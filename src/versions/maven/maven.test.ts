import { describe, expect, it } from 'vitest';
import type { Order } from '../../contracts/index.ts';
import { mavenScheme, type MavenVersion } from './index.ts';

function version(text: string): MavenVersion {
  const parsed = mavenScheme.parse(text);
  return parsed.ok ? parsed.value : expect.fail(`${text}: ${parsed.reason}`);
}

/** The tokens with their separators; `''` for the word of a release. */
const tokens = (text: string): string =>
  version(text)
    .tokens.map(({ separator, kind, text: token }, at) => (at === 0 ? '' : separator) + (kind === 'word' && token === '' ? "''" : token))
    .join('');

const compare = (a: string, b: string): Order => mavenScheme.compare(version(a), version(b));

describe('mavenScheme.parse', () => {
  it.each([
    // these stand in Maven's own description
    ['1-1.foo-bar1baz-.1', '1-1.foo-bar-1-baz-0.1'],
    ['1.0.0', '1'],
    ['1.ga', '1'],
    ['1.final', '1'],
    ['1.', '1'],
    ['1-', '1'],
    ['1.0.0-foo.0.0', '1-foo'],
    ['1.0.0-0.0.0', '1'],
    ['1-ga-1', '1-1'],
    ['1a1', '1-alpha-1'],
    // these do not
    ['1.0-cr2', '1-rc-2'],
    ['1a', '1-a'],
    ['1a-1', '1-a-1'],
    ['1.B2M3', '1.beta-2-milestone-3'],
    ['1.RELEASE.1', "1.''.1"],
    ['1-0.1', '1-0.1'],
    ['1.0.alpha', '1.0.alpha'],
    ['007.010', '7.10'],
    ['-1', '0-1'],
    ['.', '0'],
    ['-', '0'],
    ['0-alpha', '0-alpha'],
    ['final', "''"],
    ['1_2+x', '1-_-2-+x'],
    [' 1.0\n', '1'],
  ])('reads %j as %s', (text, wanted) => {
    expect(tokens(text)).toBe(wanted);
  });

  it.each([
    ['', 'empty'],
    ['1 0', 'byte'],
    ['1.0é', 'byte'],
    ['1\u0000', 'byte'],
    ['9'.repeat(513), 'longer'],
  ])('refuses %j for its %s', (text, reason) => {
    const parsed = mavenScheme.parse(text);
    expect(parsed.ok ? '' : parsed.reason).toContain(reason);
  });
});

describe('mavenScheme.key', () => {
  // the first five stand in the description of the encoding; the others are worked out by hand from its tables
  it.each([
    ['1.0', '1104'],
    ['1.0-alpha-1', '110201091104'],
    ['2.0.0.RC1', '1203030104091104'],
    ['42.2.22.jre6', '3a122605076a726500091604'],
    ['1.2.3-4', '111213091404'],
    ['0', '1004'],
    ['1.beta', '11010204'],
    ['1-snapshot', '11020504'],
    ['1.0.0.1', '1110101104'],
    ['1.2.3.0.sp', '11121310050604'],
    ['1.2.3-sp', '111213080604'],
    ['1.2.3.m1', '1112130103091104'],
    ['1-alpha.1', '1102011104'],
    ['1-alpha.0.1', '110201101104'],
    ['1-alpha-0.1', '11020109101104'],
    ['alpha', '020104'],
    ['sp', '020604'],
    ['foo', '0207666f6f0004'],
    ['128', '90012804'],
  ])('writes %s as %s', (text, bytes) => {
    expect(mavenScheme.key(version(text))).toEqual(new Uint8Array(Buffer.from(bytes, 'hex')));
  });

  it.each([
    // behind a number, few tokens so far: late words and numbers behind a hyphen
    '31.1-jre',
    '1.0-2',
    '9.4.0.v2016',
    '1.sp',
    '1.0.sp',
    '1-0.1',
    // behind a number, many tokens so far: early words behind a hyphen or a zero
    '1.2.3-SNAPSHOT',
    '1.2.3.0.alpha',
    // behind a word: late words behind a dot, and early ones behind a zero
    '1-alpha.sp',
    '1-alpha.0.sp',
    '1-alpha.0.beta',
    // the word of a release where it is not trimmed
    '1.ga.1',
    'final',
  ])('is none for %s, which stands in circles', (text) => {
    expect(mavenScheme.key(version(text))).toBeUndefined();
  });

  it('exists for long texts, but not beyond what a key may hold', () => {
    for (const text of ['9'.repeat(512), 'a'.repeat(512), `1${'.1'.repeat(255)}`, `1${'.0'.repeat(254)}.a`]) {
      const key = mavenScheme.key(version(text));
      if (key) expect(key.length).toBeLessThanOrEqual(1024);
    }
    // six bytes for a letter and a digit
    expect(mavenScheme.key(version(`1.2.3${'x1'.repeat(100)}`))?.length).toBe(604);
    expect(mavenScheme.key(version(`1.2.3${'x1'.repeat(250)}`))).toBeUndefined();
  });
});

describe('mavenScheme.compare', () => {
  it('has the circles of the written order, and at most two of each have a key', () => {
    for (const [a, b, c] of [
      ['1', '1.sp', '1-alpha'],
      ['1', '1-sp', '1.0.alpha'],
      ['1', '1-1', '1.0.alpha'],
      ['1', '1.0.sp', '1.0.0.alpha'],
    ] as const) {
      expect([compare(a, b), compare(b, c), compare(c, a)]).toEqual([-1, -1, -1]);
      expect([a, b, c].filter((text) => mavenScheme.key(version(text)) !== undefined).length).toBe(2);
    }
  });

  it.each<[string, string, Order]>([
    ['1', '1-sp', -1],
    ['1-foo', '1-1', -1],
    ['1-alpha', '1.alpha', 1],
    ['1-1', '1.1', -1],
    ['1', '1-0.1', -1],
    ['1.ga.1', '1.1', -1],
    ['1.9007199254740993', '1.9007199254740992', 1],
  ])('%s against %s is %i', (a, b, order) => {
    expect(compare(a, b)).toBe(order);
    expect(compare(b, a)).toBe(order === 0 ? 0 : -order);
  });
});
