import { describe, expect, it } from 'vitest';
import type { Order } from '../../contracts/index.ts';
import { debScheme, type DebVersion } from './index.ts';

function version(text: string): DebVersion {
  const parsed = debScheme.parse(text);
  return parsed.ok ? parsed.value : expect.fail(`${text}: ${parsed.reason}`);
}

describe('debScheme.parse', () => {
  it.each<[string, DebVersion]>([
    ['1.2.3-1', { epoch: 0, upstream: '1.2.3', revision: '1' }],
    ['1.2.3', { epoch: 0, upstream: '1.2.3', revision: '0' }],
    ['1:1.0-1', { epoch: 1, upstream: '1.0', revision: '1' }],
    ['0007:1', { epoch: 7, upstream: '1', revision: '0' }],
    ['2147483647:1', { epoch: 2_147_483_647, upstream: '1', revision: '0' }],
    ['1:2:3-4', { epoch: 1, upstream: '2:3', revision: '4' }],
    ['1.0-rc1-2', { epoch: 0, upstream: '1.0-rc1', revision: '2' }],
    ['1--2', { epoch: 0, upstream: '1-', revision: '2' }],
    ['  1.0-1\n', { epoch: 0, upstream: '1.0', revision: '1' }],
    // dpkg only warns of these
    ['a', { epoch: 0, upstream: 'a', revision: '0' }],
    ['~', { epoch: 0, upstream: '~', revision: '0' }],
    ['1_2-3_4', { epoch: 0, upstream: '1_2', revision: '3_4' }],
    ['0', { epoch: 0, upstream: '0', revision: '0' }],
  ])('reads %j', (text, parts) => {
    expect(debScheme.parse(text)).toEqual({ ok: true, value: parts });
  });

  it.each([
    ['', 'empty'],
    ['1:', 'upstream'],
    ['1:-1', 'upstream'],
    ['-1', 'upstream'],
    ['-', 'upstream'],
    ['1.0-', 'revision'],
    ['1:1.0-', 'revision'],
    [':1.0', 'epoch'],
    ['a:1.0', 'epoch'],
    ['-1:1.0', 'epoch'],
    ['+1:1.0', 'epoch'],
    ['1.0:1', 'epoch'],
    ['2147483648:1', 'epoch'],
    [`${'9'.repeat(400)}:1`, 'epoch'],
    ['1:1-2:3', 'character'],
    ['1.0/2', 'character'],
    ['1.0@2', 'character'],
    ['1.0-1$', 'character'],
    ["1.0'", 'character'],
    ['1 0', 'byte'],
    ['1.0é', 'byte'],
    ['9'.repeat(513), 'longer'],
  ])('refuses %j for its %s', (text, reason) => {
    const parsed = debScheme.parse(text);
    expect(parsed.ok ? '' : parsed.reason).toContain(reason);
  });
});

describe('debScheme.key', () => {
  // the first four stand in the description of the encoding; the others are worked out by hand from its table
  it.each([
    ['1.2.3-1', '1011e112e113021102'],
    ['1.2.3-1~deb12u1', '1011e112e113021101bdbebb1cce1102'],
    ['1.0', '1011e110021002'],
    ['1:1.0', '1111e110021002'],
    ['1.0-0', '1011e110021002'],
    ['1a', '1011ba10021002'],
    ['1a0', '1011ba10021002'],
    ['~', '100110021002'],
    ['AZaz', '10a0b9bad310021002'],
    ['0:1+-._:~-1', '1011dee0e1eee30110021102'],
    ['128:20230101', '9001289220230101021002'],
  ])('writes %s as %s', (text, bytes) => {
    expect(debScheme.key(version(text))).toEqual(new Uint8Array(Buffer.from(bytes, 'hex')));
  });

  it('exists for the longest texts', () => {
    for (const text of ['9'.repeat(512), 'a'.repeat(512), 'a1'.repeat(256), '128a'.repeat(128), '~'.repeat(512), '1-'.repeat(255) + '1']) {
      expect(debScheme.key(version(text))?.length).toBeLessThan(800);
    }
  });
});

describe('debScheme.compare', () => {
  it.each<[string, string, Order]>([
    ['1.0~rc1', '1.0', -1],
    ['1.0', '1.0-0', 0],
    ['1a', '1a0', 0],
    ['1:0', '9', 1],
    ['1.0-1~deb12u1', '1.0-1', -1],
    ['1.0-1', '1.0-1+b1', -1],
    ['9007199254740993', '9007199254740992', 1],
    ['1'.repeat(511), '1'.repeat(512), -1],
  ])('%.30s against %.30s is %i', (a, b, order) => {
    expect(debScheme.compare(version(a), version(b))).toBe(order);
    expect(debScheme.compare(version(b), version(a))).toBe(order === 0 ? 0 : -order);
  });
});
