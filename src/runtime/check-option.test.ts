import { describe, expect, it } from 'vitest';
import { UsageError } from '../core/index.ts';
import { checkBoolean, checkChoice, checkFunction, checkInteger, checkList, checkOptionNames } from './check-option.ts';

function refusal(check: () => void): UsageError['data'] {
  try {
    check();
  } catch (error) {
    if (error instanceof UsageError && error.code === 'USAGE_OPTION') return error.data;
    throw error;
  }
  return expect.fail('nothing was refused');
}

describe('an option', () => {
  it('that nobody knows is refused by its name', () => {
    expect(refusal(() => checkOptionNames({ layerScanConcurency: 4 }, ['path', 'layerScanConcurrency']))).toEqual({
      option: 'layerScanConcurency',
      expected: ['layerScanConcurrency', 'path'],
    });
    // what every object inherits is no option
    expect(refusal(() => checkOptionNames({ constructor: 1 }, ['path']))['option']).toBe('constructor');
  });

  it.each<readonly [unknown, string]>([
    [0, '0'],
    [11, '11'],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
    [Infinity, 'Infinity'],
    ['4', '4'],
    [null, 'object'],
    [4n, '4'],
    [Symbol('x'), 'symbol'],
  ])('that is a number does not take %s', (value, shown) => {
    const data = refusal(() => checkInteger('tries', value, { min: 1, max: 10, unit: 'ms' }));
    expect(data).toEqual({ option: 'tries', value: shown, expected: 'an integer from 1 to 10 ms' });
  });

  it.each([undefined, 1, 10])('that is a number takes %s', (value) => {
    expect(() => checkInteger('tries', value, { min: 1, max: 10 })).not.toThrow();
  });

  it('that is a choice, a flag, a function or a list takes nothing else', () => {
    expect(refusal(() => checkChoice('mode', 'STREAM', ['stream', 'inmem']))).toEqual({
      option: 'mode',
      value: 'STREAM',
      expected: ['stream', 'inmem'],
    });
    expect(refusal(() => checkBoolean('migrations', 'false'))).toMatchObject({ option: 'migrations', value: 'false' });
    expect(refusal(() => checkFunction('factory', {}))).toMatchObject({ option: 'factory', value: 'object' });
    expect(refusal(() => checkList('ecosystems', 'dpkg'))).toMatchObject({ option: 'ecosystems', value: 'dpkg' });
  });

  it('may be absent', () => {
    expect(() => {
      checkChoice('mode', undefined, ['stream']);
      checkBoolean('migrations', undefined);
      checkFunction('factory', undefined);
      checkList('ecosystems', undefined);
    }).not.toThrow();
  });

  it('shows no more than the beginning of what it was given', () => {
    expect(String(refusal(() => checkChoice('mode', 'x'.repeat(10_000), ['stream']))['value']).length).toBe(160);
  });
});
