import { describe, expect, it } from 'vitest';
import type { Order } from '../../contracts/index.ts';
import { composerScheme } from '../composer/index.ts';
import { isInRange, rangeKeys } from '../range.ts';
import { packagistScheme, type PackagistVersion } from './index.ts';

function version(text: string): PackagistVersion {
  const parsed = packagistScheme.parse(text);
  return parsed.ok ? parsed.value : expect.fail(`${text}: ${parsed.reason}`);
}

const tokens = (text: string): readonly (string | undefined)[] => {
  const { normal, written } = version(text);
  return [normal?.tokens.join(' '), written?.tokens.join(' ')];
};

describe('packagistScheme.parse', () => {
  it.each<[string, string | undefined, string | undefined]>([
    ['v1.2-b3', '1 2 0 0 beta 3', '1 2 b 3'],
    ['1.0-', '1 0 0 0', undefined],
    ['1.0-foo', undefined, '1 0 foo'],
    ['1.x-dev', '1 9999999 9999999 9999999 dev', '1 x dev'],
  ])('reads %s in its normal form and as it was written', (text, normal, written) => {
    expect(tokens(text)).toEqual([normal, written]);
  });

  it.each([
    ['', 'empty'],
    ['dev-main', 'branch'],
    ['DEV-main', 'branch'],
    ['master', 'branch'],
    ['.1', 'separator'],
    ['1.0-foo-', 'separator'],
    ['1 0', 'byte'],
    ['9'.repeat(513), 'longer'],
  ])('refuses %j for its %s', (text, reason) => {
    const parsed = packagistScheme.parse(text);
    expect(parsed.ok ? '' : parsed.reason).toContain(reason);
  });
});

describe('packagistScheme.key', () => {
  // worked out by hand from the table of the composer encoding
  it.each([
    ['1.0', '1110101006'],
    ['1.0.0', '1110101006'],
    ['1.0-beta2', '11101010041206'],
    ['1.0p1', '11101010a01106'],
  ])('writes %s as %s', (text, bytes) => {
    expect(packagistScheme.key(version(text))).toEqual(new Uint8Array(Buffer.from(bytes, 'hex')));
  });

  it.each(['1.0-foo', '3.0.0b1.post1', '1.2.3.#', '1.2.3.4.5'])('is none for %s, which has no normal form', (text) => {
    expect(packagistScheme.key(version(text))).toBeUndefined();
  });
});

describe('packagistScheme.compare', () => {
  it.each<[string, string, Order]>([
    ['1.1.0', '1.1', 0],
    ['3.0.0b1', '3.0.0b1.post1', -1],
    ['1.0-', '1.0-foo', 1],
  ])('%s against %s is %i', (a, b, order) => {
    expect(packagistScheme.compare(version(a), version(b))).toBe(order);
    expect(packagistScheme.compare(version(b), version(a))).toBe(order === 0 ? 0 : -order);
  });

  it('finds 1.1.0 affected up to 1.1, which the bare order of PHP misses', () => {
    expect(isInRange(packagistScheme, version('1.1.0'), { lastAffected: '1.1' })).toBe(true);
    expect(rangeKeys(packagistScheme, { lastAffected: '1.1' })).toMatchObject({ range: { exact: true } });
    const raw = composerScheme.parse('1.1.0');
    expect(raw.ok && isInRange(composerScheme, raw.value, { lastAffected: '1.1' })).toBe(false);
  });
});
