import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Order } from '../../contracts/index.ts';
import { composerScheme, normalizeComposer, type ComposerVersion } from './index.ts';

function version(text: string): ComposerVersion {
  const parsed = composerScheme.parse(text);
  return parsed.ok ? parsed.value : expect.fail(`${text}: ${parsed.reason}`);
}

describe('composerScheme.parse', () => {
  it.each([
    ['1.2.3', '1 2 3'],
    ['v1.2', '1 2'],
    ['V1.2', '1 2'],
    ['1.2.3-beta2', '1 2 3 beta 2'],
    ['1.0pl1', '1 0 pl 1'],
    ['1..-_+2', '1 2'],
    ['1~2', '1 2'],
    ['1.2.#.3', '1 2 # 3'],
    ['1#a', '1 # a'],
    ['1.devel', '1 devel'],
    ['dev-main', 'dev main'],
    [' 1.0\n', '1 0'],
  ])('reads %j as %j', (text, tokens) => {
    expect(version(text).tokens.join(' ')).toBe(tokens);
  });

  it.each([
    ['', 'empty'],
    ['dev-', 'separator'],
    ['v', 'separator'],
    ['.1', 'separator'],
    ['v.1', 'separator'],
    ['1.', 'separator'],
    ['1-', 'separator'],
    ['~', 'separator'],
    ['1 0', 'byte'],
    ['1.0é', 'byte'],
    ['9'.repeat(513), 'longer'],
  ])('refuses %j for its %s', (text, reason) => {
    const parsed = composerScheme.parse(text);
    expect(parsed.ok ? '' : parsed.reason).toContain(reason);
  });
});

describe('composerScheme.key', () => {
  // the first five stand in the description of the encoding; the others are worked out by hand from its table
  it.each([
    ['1.2.3', '11121306'],
    ['v1.2.3-beta2', '111213041206'],
    ['1.0-dev', '11100206'],
    ['1.0', '111006'],
    ['1.0.0', '11101006'],
    ['1.0pl1', '1110a01106'],
    ['1.x.alpha.a.b.RC.rc.patch', '11010303040505a006'],
    ['1.Beta', '110106'],
    ['1.128', '1190012806'],
  ])('writes %s as %s', (text, bytes) => {
    expect(composerScheme.key(version(text))).toEqual(new Uint8Array(Buffer.from(bytes, 'hex')));
  });

  it('is none where # equals what is not equal', () => {
    for (const text of ['1.2.3.#', '#', '1#', '1.#.2']) expect(composerScheme.key(version(text))).toBeUndefined();
  });

  it('exists for all other texts, however long', () => {
    for (const text of ['9'.repeat(512), 'a'.repeat(512), 'a1'.repeat(256), `1${'.0'.repeat(255)}`, '128a'.repeat(128)]) {
      expect(composerScheme.key(version(text))?.length).toBeLessThanOrEqual(1024);
    }
  });
});

describe('composerScheme.compare', () => {
  it.each<[string, string, Order]>([
    ['1.2.3.#', '1.2.3', 0],
    ['1.2.3.#', '1.2.3.1', 0],
    ['1.2.3.#', '1.2.3.#', 0],
    ['1.2.3.#.1', '1.2.3', 1],
    ['1.2.3.#', '1.2.3-rc', 1],
    ['1.2.3.#', '1.2.3-p', -1],
  ])('%s against %s is %i', (a, b, order) => {
    expect(composerScheme.compare(version(a), version(b))).toBe(order);
    expect(composerScheme.compare(version(b), version(a))).toBe(order === 0 ? 0 : -order);
  });
});

describe('normalizeComposer', () => {
  // worked out by hand from the rules of composer/semver
  it.each([
    ['1', '1.0.0.0'],
    ['1.2', '1.2.0.0'],
    ['v1.2.3', '1.2.3.0'],
    ['V1.2.3.4', '1.2.3.4'],
    ['1.00.1', '1.00.1.0'],
    ['1.0-beta', '1.0.0.0-beta'],
    ['1.0beta2', '1.0.0.0-beta2'],
    ['1.0.b.2', '1.0.0.0-beta2'],
    ['1.0-b-2.1', '1.0.0.0-beta2.1'],
    ['1.0_RC1', '1.0.0.0-RC1'],
    ['1.0-rc.1-dev', '1.0.0.0-RC1-dev'],
    ['1.0a', '1.0.0.0-alpha'],
    ['1.0p1', '1.0.0.0-patch1'],
    ['1.0-pl.1', '1.0.0.0-patch1'],
    ['1.0-patch3', '1.0.0.0-patch3'],
    ['1.0-stable', '1.0.0.0'],
    ['1.0-dev', '1.0.0.0-dev'],
    ['1.0.dev', '1.0.0.0-dev'],
    ['1.0dev', '1.0.0.0-dev'],
    ['1.0bdev', '1.0.0.0-beta-dev'],
    ['1.0-', '1.0.0.0'],
    ['1.', '1.0.0.0'],
    ['1.0+build', '1.0.0.0'],
    ['1.0-beta+build.1', '1.0.0.0-beta'],
    ['1.0@beta', '1.0.0.0'],
    ['1.0@DEV', '1.0.0.0'],
    ['99999.1', '99999.1.0.0'],
    // dates
    ['20230102', '20230102'],
    ['2023-01-02', '2023.01.02'],
    ['2023.01.02.03', '2023.01.02.03'],
    ['2010.01.02.03.04', '2010.01.02.03.04'],
    ['20230102-beta1', '20230102-beta1'],
    ['20230102.1', '20230102.1'],
    ['123456', '123456'],
    ['100000.1', '100000.1'],
    ['20230102030405', '20230102030405'],
    ['2023010203040506123123', '2023010203040506123123'],
    ['201001021', '201001021'],
    // branches
    ['1.x-dev', '1.9999999.9999999.9999999-dev'],
    ['v2.0.x-dev', '2.0.9999999.9999999-dev'],
    ['1.2.3.*-dev', '1.2.3.9999999-dev'],
    ['1.X.dev', '1.9999999.9999999.9999999-dev'],
    ['dev-main', 'dev-main'],
    ['DEV-main', 'dev-main'],
    ['master', 'dev-master'],
    [' 1.0 ', '1.0.0.0'],
  ])('makes %j into %s', (text, wanted) => {
    expect(normalizeComposer(text)).toBe(wanted);
  });

  it.each([
    '',
    'x',
    'v',
    '1..0',
    '1.2.3.4.5',
    '1.0.x',
    '1.0-foo',
    '1.0-beta-foo',
    '1.0-betaa',
    '1.0--1',
    '1.0#1',
    '12345.1.2.3.4',
    '123456x',
    '1234567890123456789012345678',
    '2023:',
    'foo-dev',
    'x.1-dev',
    '1.2.3.4.x-dev',
    '1.0 as 2.0',
    '1.0é',
    '+',
    '@dev',
    '9'.repeat(513),
  ])('knows no normal form of %j', (text) => {
    expect(normalizeComposer(text)).toBeUndefined();
  });

  it('makes a normal form into itself, and every normal form of a number is a version', () => {
    const piece = fc.constantFrom(
      '1',
      '0',
      '20',
      '2023',
      '010203',
      '.',
      '-',
      '_',
      ':',
      '+',
      '@',
      'v',
      'x',
      '*',
      'dev',
      'b',
      'beta',
      'RC',
      'pl',
      'a',
      'stable',
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
        const normal = normalizeComposer(pieces.join(''));
        if (normal === undefined) return;
        // A date (`2023:2023`) is left with as many numbers as it has: read once more it is an ordinary version, and gets its four.
        const isDate = !normal.startsWith('dev-') && normal.split('.').length < 4;
        expect(isDate ? normal : normalizeComposer(normal)).toBe(normal);
        if (!normal.startsWith('dev-')) expect(composerScheme.parse(normal).ok).toBe(true);
      }),
      { numRuns: Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100) * 5 },
    );
  });

  it('takes no longer for texts that make an ordinary pattern go back for ever', () => {
    for (const text of [
      `1.0-beta${'1'.repeat(480)}!`,
      `1.0-beta${'.1'.repeat(240)}!`,
      `2023${'01'.repeat(240)}!`,
      `2023${'-01'.repeat(160)}!`,
    ]) {
      const start = performance.now();
      expect(normalizeComposer(text)).toBeUndefined();
      expect(performance.now() - start).toBeLessThan(50);
    }
  });
});
