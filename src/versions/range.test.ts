import { describe, expect, it } from 'vitest';
import { defineVersionScheme, type KeyRange, type VersionScheme } from '../contracts/index.ts';
import type { RawRange } from '../core/index.ts';
import { apkScheme } from './apk/index.ts';
import { debScheme } from './deb/index.ts';
import { isInRange, rangeKeys } from './range.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function range<V>(scheme: VersionScheme<V>, raw: RawRange): KeyRange {
  const keyed = rangeKeys(scheme, raw);
  return keyed.kind === 'keyed' ? keyed.range : expect.fail(`unparsable ${keyed.text}`);
}

describe('rangeKeys', () => {
  const one = '1011021002';
  const two = '1012021002';

  it.each<[string, RawRange, string, string]>([
    ['open at both ends', {}, '', 'ff'],
    ['below a fix', { fixed: '1' }, '', one],
    ['from an introduction', { introduced: '1' }, one, 'ff'],
    ['between the two', { introduced: '1', fixed: '2' }, one, two],
    ['up to a last affected version, which is in it', { lastAffected: '1' }, '', `${one}00`],
    ['exactly one version', { introduced: '1', lastAffected: '1' }, one, `${one}00`],
    ['below the fix, where that is below the last affected version', { fixed: '1', lastAffected: '2' }, '', one],
    ['up to the last affected version, where that is below the fix', { fixed: '2', lastAffected: '1' }, '', `${one}00`],
    ['below a fix that is affected at last, too', { fixed: '1', lastAffected: '1' }, '', one],
    ['of nothing, where the ends are the wrong way round', { introduced: '2', fixed: '1' }, two, one],
  ])('a range is %s', (_, raw, lo, hi) => {
    const keys = range(debScheme, raw);
    expect({ lo: hex(keys.lo), hi: hex(keys.hi), exact: keys.exact }).toEqual({ lo, hi, exact: true });
  });

  it('takes `0` for the version that it is, which is not the least', () => {
    expect(hex(range(debScheme, { introduced: '0' }).lo)).toBe('1010021002');
    expect(isInRange(debScheme, { epoch: 0, upstream: '0~rc1', revision: '0' }, { introduced: '0' })).toBe(false);
  });

  it.each<[RawRange, string, string]>([
    [{ introduced: 'x', fixed: 'y' }, 'introduced', 'x'],
    [{ introduced: '1', fixed: '1-ruff' }, 'fixed', '1-ruff'],
    [{ lastAffected: '' }, 'lastAffected', ''],
  ])('names the first end that is no version: %j', (raw, which, text) => {
    expect(rangeKeys(apkScheme, raw)).toEqual({ kind: 'unparsable', which, text });
  });
});

describe('isInRange', () => {
  it.each<[string, RawRange, boolean | 'unknown']>([
    ['5', {}, true],
    ['5', { fixed: '5' }, false],
    ['5', { fixed: '5-r0' }, true],
    ['5', { lastAffected: '5' }, true],
    ['5-r0', { lastAffected: '5' }, false],
    ['5', { introduced: '5' }, true],
    ['5', { introduced: '5-r0' }, false],
    ['5', { introduced: '4', fixed: '6' }, true],
    ['5', { fixed: '6', lastAffected: '4' }, false],
    ['5', { introduced: '6', fixed: '4' }, false],
    ['5', { fixed: 'next' }, 'unknown'],
    // one end alone would decide, but the advisory was not understood
    ['5', { introduced: '6', fixed: 'next' }, 'unknown'],
  ])('%s in %j: %s', (installed, raw, wanted) => {
    const parsed = apkScheme.parse(installed);
    if (!parsed.ok) return expect.fail(parsed.reason);
    expect(isInRange(apkScheme, parsed.value, raw)).toBe(wanted);
  });
});

describe('a scheme whose odd versions have no key', () => {
  const scheme = defineVersionScheme<number | undefined>({
    id: 'odd',
    keyVersion: 1,
    // `none` is a version too, and its value is undefined: it must not be taken for an open end
    parse: (text) => (text === 'none' ? { ok: true, value: undefined } : { ok: true, value: Number(text) }),
    compare: (a, b) => ((a ?? 0) < (b ?? 0) ? -1 : (a ?? 0) > (b ?? 0) ? 1 : 0),
    key: (value) => (value === undefined || value % 2 === 1 ? undefined : Uint8Array.of(0x10 + value)),
  });

  it.each<RawRange>([{ introduced: '1' }, { fixed: '3' }, { lastAffected: '3' }, { introduced: '2', fixed: '5' }, { introduced: 'none' }])(
    'gives %j the widest range, not exact',
    (raw) => {
      expect(rangeKeys(scheme, raw)).toEqual({ kind: 'keyed', range: { lo: new Uint8Array(0), hi: Uint8Array.of(0xff), exact: false } });
    },
  );

  it('keeps ranges exact whose ends have keys', () => {
    expect(rangeKeys(scheme, { introduced: '2', fixed: '4' })).toEqual({
      kind: 'keyed',
      range: { lo: Uint8Array.of(0x12), hi: Uint8Array.of(0x14), exact: true },
    });
  });

  it('is compared in process', () => {
    expect(isInRange(scheme, 4, { introduced: '3', fixed: '5' })).toBe(true);
    expect(isInRange(scheme, 5, { introduced: '3', fixed: '5' })).toBe(false);
    expect(isInRange(scheme, -1, { introduced: 'none' })).toBe(false);
  });
});
