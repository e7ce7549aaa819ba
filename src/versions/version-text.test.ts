import { describe, expect, it } from 'vitest';
import { maxVersionBytes, readVersionText } from './version-text.ts';

describe('readVersionText', () => {
  it.each([' 1.0', '1.0\n', '\t 1.0 \r\n', '\v1.0\f'])('takes outer white space from %j', (text) => {
    expect(readVersionText(text)).toEqual({ ok: true, value: '1.0' });
  });

  it.each(['!', '~', 'a'.repeat(maxVersionBytes), ` ${'a'.repeat(maxVersionBytes)} `])('takes what is in bounds: %j', (text) => {
    expect(readVersionText(text)).toEqual({ ok: true, value: text.trim() });
  });

  it.each([
    ['', 'empty'],
    [' \t\n', 'empty'],
    ['1 0', 'outside'],
    ['1\t0', 'outside'],
    ['1\u{0}', 'outside'],
    ['1\u{7f}', 'outside'],
    ['1.0é', 'outside'],
    ['١', 'outside'],
    ['\u{a0}1.0', 'outside'],
    ['\u{feff}1.0', 'outside'],
    ['1\u{1f4a9}', 'outside'],
    ['a'.repeat(maxVersionBytes + 1), 'longer'],
    ['a'.repeat(10_000_000), 'longer'],
  ])('refuses %#: %.20j', (text, reason) => {
    const read = readVersionText(text);
    expect(read.ok ? '' : read.reason).toContain(reason);
  });
});
