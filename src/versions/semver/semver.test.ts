import { describe, expect, it } from 'vitest';
import type { Order } from '../../contracts/index.ts';
import { semverScheme, type SemverVersion } from './index.ts';

function version(text: string): SemverVersion {
  const parsed = semverScheme.parse(text);
  return parsed.ok ? parsed.value : expect.fail(`${text}: ${parsed.reason}`);
}

describe('semverScheme.parse', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['1.2.3', ['1', '2', '3'], []],
    ['1', ['1'], []],
    ['v1.2', ['1', '2'], []],
    ['=v1.2.3', ['1', '2', '3'], []],
    ['01.02', ['01', '02'], []],
    ['1.2.3.4.5', ['1', '2', '3', '4', '5'], []],
    ['1.2.3-rc.1', ['1', '2', '3'], ['rc', '1']],
    ['1.2.3-rc.1+build.5', ['1', '2', '3'], ['rc', '1']],
    ['1.2.3+build-5', ['1', '2', '3'], []],
    ['1.2.3--', ['1', '2', '3'], ['-']],
    ['1.2.3-0--1', ['1', '2', '3'], ['0--1']],
    ['1.2.3beta.4', ['1', '2', '3'], ['beta', '4']],
    ['1.2beta', ['1', '2'], ['beta']],
    ['1a', ['1'], ['a']],
    [' 1.0\n', ['1', '0'], []],
  ])('reads %j', (text, numbers, prerelease) => {
    expect(version(text)).toEqual({ numbers, prerelease });
  });

  it.each([
    ['', 'empty'],
    ['x', 'begin with a number'],
    ['*', 'begin with a number'],
    ['v', 'begin with a number'],
    ['.1', 'begin with a number'],
    ['-1', 'begin with a number'],
    ['V1', 'begin with a number'],
    ['1.x', 'should end'],
    ['1.', 'should end'],
    ['1..2', 'should end'],
    ['1.2.*', 'should end'],
    ['1_2', 'should end'],
    ['1.2.3-', 'pre-release'],
    ['1.2.3-a..b', 'pre-release'],
    ['1.2.3-a.', 'pre-release'],
    ['1.2.3-.a', 'pre-release'],
    ['1.2.3-a_b', 'pre-release'],
    ['1.2.3beta~1', 'pre-release'],
    ['1.2.3+', 'build'],
    ['1.2.3-a+', 'build'],
    ['1.2.3+a+b', 'build'],
    ['1.2.3+a..b', 'build'],
    ['1.0 -a', 'byte'],
    ['1.0é', 'byte'],
    ['9'.repeat(513), 'longer'],
  ])('refuses %j: %s', (text, reason) => {
    const parsed = semverScheme.parse(text);
    expect(parsed.ok ? '' : parsed.reason).toContain(reason);
  });
});

describe('semverScheme.key', () => {
  // the first five stand in the description of the encoding; the others are worked out by hand from its table
  it.each([
    ['1.2.0', '111202'],
    ['v1.2', '111202'],
    ['1.2.3-rc.1', '11121301a07263001102'],
    ['1.2.3-rc.1.x', '11121301a072630011a0780002'],
    ['0.0.0', '02'],
    ['0.0.0-0', '011002'],
    ['1.0.0-1a', '1101a031610002'],
    ['0.1.0.128', '10111090012802'],
    ['1.0.0-01+x', '11011102'],
  ])('writes %s as %s', (text, bytes) => {
    expect(semverScheme.key(version(text))).toEqual(new Uint8Array(Buffer.from(bytes, 'hex')));
  });

  it('exists for long texts, but not beyond what a key may hold', () => {
    for (const text of ['9'.repeat(512), `1${'.128'.repeat(127)}`, `1-${'a'.repeat(510)}`, `1${'.0'.repeat(255)}`]) {
      expect(semverScheme.key(version(text))?.length).toBeLessThanOrEqual(1024);
    }
    // three bytes for a letter and a dot still fit, hyphens too
    expect(semverScheme.key(version(`1-a${'.a'.repeat(254)}`))?.length).toBeLessThanOrEqual(1024);
  });
});

describe('semverScheme.compare', () => {
  it.each<[string, string, Order]>([
    ['1.2', '1.2.0.0', 0],
    ['1.2.3-1', '1.2.3', -1],
    ['1.2.3-a.1', '1.2.3-a.b', -1],
    ['1.2.3-a', '1.2.3-a.0', -1],
    ['1.9007199254740993.0', '1.9007199254740992.9', 1],
    [`1.${'1'.repeat(509)}`, `1.${'1'.repeat(508)}`, 1],
  ])('%.30s against %.30s is %i', (a, b, order) => {
    expect(semverScheme.compare(version(a), version(b))).toBe(order);
    expect(semverScheme.compare(version(b), version(a))).toBe(order === 0 ? 0 : -order);
  });
});
