import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultRetryPolicy, parseRetryAfter, retryDelay, sleep } from './http-retry.ts';

const now = Date.parse('2024-05-01T12:00:00Z');

describe('parseRetryAfter', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['-1', undefined],
    ['0', 0],
    [' 120 ', 120_000],
    ['Wed, 01 May 2024 12:00:30 GMT', 30_000],
    ['Wed, 01 May 2024 11:00:00 GMT', 0],
  ])('%j: %j ms', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });
});

describe('retryDelay', () => {
  it('lies between half of the doubled delay and the whole, and never beyond the longest', () => {
    const policy = { retries: 20, baseDelay: 100, maxDelay: 5000 };
    fc.assert(
      fc.property(fc.nat(19), fc.double({ min: 0, max: 0.999, noNaN: true }), (retry, chance) => {
        const whole = Math.min(5000, 100 * 2 ** retry);
        const delay = retryDelay(policy, retry, undefined, () => chance) ?? Number.NaN;
        expect(delay).toBeGreaterThanOrEqual(whole / 2);
        expect(delay).toBeLessThanOrEqual(whole);
      }),
    );
  });

  it('ends after the last retry, and where the server asks for too much', () => {
    expect(retryDelay(defaultRetryPolicy, 2, undefined)).toBeUndefined();
    expect(retryDelay(defaultRetryPolicy, 0, 60_001)).toBeUndefined();
    expect(retryDelay(defaultRetryPolicy, 1, 60_000)).toBe(60_000);
  });
});

describe('sleep', () => {
  it('ends at once when the signal fires', async () => {
    const controller = new AbortController();
    const asleep = sleep(60_000, controller.signal);
    controller.abort();
    await expect(asleep).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(sleep(60_000, controller.signal)).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
