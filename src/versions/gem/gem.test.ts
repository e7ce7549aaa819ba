import { describe, expect, it } from 'vitest';
import { gemScheme, type GemVersion } from './index.ts';

function version(text: string): GemVersion {
  const parsed = gemScheme.parse(text);
  return parsed.ok ? parsed.value : expect.fail(`${text}: ${parsed.reason}`);
}

describe('gemScheme.parse', () => {
  it.each<[string, string]>([
    ['1.2.3', '1 2 3'],
    ['1.2.0', '1 2'],
    ['0.0', ''],
    ['1.0.a.0.0', '1 a'],
    ['1.0.a.0.1.0', '1 a 0 1'],
    ['1.a10b', '1 a 10 b'],
    ['1.Rc1', '1 Rc 1'],
    ['1beta', '1 beta'],
    ['1-2', '1 pre 2'],
    ['1.0-x.y-z', '1 pre x y pre z'],
    ['1--', '1 pre pre'],
    ['1-a.-b', '1 pre a pre b'],
    ['1-a-', '1 pre a pre'],
    [' 1.0\n', '1'],
  ])('reads %j as %j', (text, segments) => {
    expect(version(text).segments.join(' ')).toBe(segments);
  });

  it.each([
    ['', 'empty'],
    ['a', 'begin with a number'],
    ['v1', 'begin with a number'],
    ['.1', 'begin with a number'],
    ['-1', 'begin with a number'],
    ['1.', 'behind a dot'],
    ['1..2', 'behind a dot'],
    ['1.-2', 'behind a dot'],
    ['1-', 'behind a dot or'],
    ['1-.a', 'behind a dot or'],
    ['1-a.', 'behind a dot'],
    ['1-a..b', 'behind a dot'],
    ['1_2', 'character'],
    ['1.0+a', 'character'],
    ['1.0~a', 'character'],
    ['1. 0', 'byte'],
    ['1.0é', 'byte'],
    ['9'.repeat(513), 'longer'],
  ])('refuses %j: %s', (text, reason) => {
    const parsed = gemScheme.parse(text);
    expect(parsed.ok ? '' : parsed.reason).toContain(reason);
  });
});

describe('gemScheme.key', () => {
  // the first four stand in the description of the encoding; the others are worked out by hand from its table
  it.each([
    ['1.2.0', '111206'],
    ['1.2.rc1', '1112047263001106'],
    ['1.0.a.0.b', '110461000504620006'],
    ['1.0.a', '1104610006'],
    ['0', '06'],
    ['1.a.0.0.1', '1104610010101106'],
    ['1.a.0.0.b', '11046100050504620006'],
    ['1.0.1', '11101106'],
    ['1-128', '11047072650090012806'],
  ])('writes %s as %s', (text, bytes) => {
    expect(gemScheme.key(version(text))).toEqual(new Uint8Array(Buffer.from(bytes, 'hex')));
  });

  it('exists for long texts, but not beyond what a key may hold', () => {
    for (const text of ['9'.repeat(512), `1.${'a'.repeat(510)}`, `1${'.0'.repeat(254)}.1`, `1.a${'.0'.repeat(253)}.b`]) {
      expect(gemScheme.key(version(text))?.length).toBeLessThanOrEqual(1024);
    }
    // a hyphen is a word of five bytes
    expect(gemScheme.key(version(`1${'-'.repeat(511)}`))).toBeUndefined();
  });
});
