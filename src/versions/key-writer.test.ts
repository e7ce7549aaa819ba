import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareKeys } from './compare-keys.ts';
import { KeyWriter, maxKeyBytes } from './key-writer.ts';

const runs = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);

function written(write: (writer: KeyWriter) => void): Uint8Array {
  const writer = new KeyWriter();
  writer.begin();
  write(writer);
  return writer.end() ?? expect.fail('the key is too long');
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const number = (digits: string): Uint8Array => written((writer) => writer.number(digits));
const text = (value: string): Uint8Array => written((writer) => writer.text(value));

describe('a number', () => {
  it.each([
    ['0', '10'],
    ['', '10'],
    ['000', '10'],
    ['9', '19'],
    ['09', '19'],
    ['127', '8f'],
    ['0127', '8f'],
    ['128', '900128'],
    ['999', '900999'],
    ['1000', '901000'],
    ['9999', '909999'],
    ['10000', '91010000'],
    ['20230101', '9220230101'],
    ['9'.repeat(32), `9e${'99'.repeat(16)}`],
    ['9'.repeat(33), `9f001109${'99'.repeat(16)}`],
    [`1${'0'.repeat(511)}`, `9f010010${'00'.repeat(255)}`],
  ])('%s is written as %s', (digits, bytes) => {
    expect(hex(number(digits))).toBe(bytes);
  });

  it('may be a part of a text', () => {
    expect(hex(written((writer) => writer.number('1.0128.3', 2, 6)))).toBe('900128');
  });

  it('has bytes in the order of its value, whatever its size, and never the beginning of those of another', () => {
    const value = fc.oneof(
      fc.bigInt({ min: 0n, max: 1100n }),
      // around every change of length
      fc.tuple(fc.integer({ min: 1, max: 70 }), fc.bigInt({ min: -2n, max: 2n })).map(([power, step]) => 10n ** BigInt(power) + step),
      fc.bigInt({ min: 0n, max: 10n ** 60n }),
    );
    fc.assert(
      fc.property(value, value, fc.nat(3), (a, b, zeros) => {
        const keyA = number('0'.repeat(zeros) + a.toString());
        const keyB = number(b.toString());
        const wanted = a === b ? 0 : a < b ? -1 : 1;
        expect(compareKeys(keyA, keyB)).toBe(wanted);
        expect(keyA[0]).toBeGreaterThanOrEqual(0x10);
        expect(keyA[0]).toBeLessThanOrEqual(0x9f);
        if (wanted !== 0) expect(hex(keyB).startsWith(hex(keyA))).toBe(false);
      }),
      { numRuns: runs * 5 },
    );
  });
});

describe('a text', () => {
  it.each([
    ['', '00'],
    ['rc', '726300'],
    ['A~', '417e00'],
  ])('%j is written as %s', (value, bytes) => {
    expect(hex(text(value))).toBe(bytes);
  });

  it('has bytes in its own order, a prefix first', () => {
    const ascii = fc.string({ unit: fc.constantFrom('!', '0', 'A', 'a', '~'), maxLength: 6 });
    fc.assert(
      fc.property(ascii, ascii, (a, b) => {
        const wanted = a === b ? 0 : a < b ? -1 : 1;
        expect(compareKeys(text(a), text(b))).toBe(wanted);
      }),
      { numRuns: runs },
    );
  });
});

describe('a key', () => {
  it('may have 1,024 bytes, and is none when it has one more', () => {
    const writer = new KeyWriter();
    const write = (bytes: number): Uint8Array | undefined => {
      writer.begin();
      for (let at = 0; at < bytes; at += 1) writer.tag(0x41);
      return writer.end();
    };
    expect(write(maxKeyBytes)?.length).toBe(1024);
    expect(write(maxKeyBytes + 1)).toBeUndefined();
    expect(write(100_000)).toBeUndefined();
    expect(write(1)).toEqual(Uint8Array.of(0x41));
  });

  it('is a copy: the next key does not change it', () => {
    const writer = new KeyWriter();
    writer.begin();
    writer.number('7');
    const first = writer.end();
    writer.begin();
    writer.number('8');
    expect(first).toEqual(Uint8Array.of(0x17));
  });
});

describe('compareKeys', () => {
  it.each([
    ['', '', 0],
    ['', '00', -1],
    ['10', '1000', -1],
    ['10ff', '11', -1],
    ['7f', '80', -1],
    ['ff', 'fe', 1],
    ['1100', '1100', 0],
  ] as const)('%j against %j is %i', (a, b, order) => {
    const [x, y] = [Buffer.from(a, 'hex'), Buffer.from(b, 'hex')];
    expect(compareKeys(x, y)).toBe(order);
    expect(compareKeys(y, x)).toBe(order === 0 ? 0 : -order);
  });
});
