import type { KeyRange, VersionScheme } from '../contracts/index.ts';
import type { RawRange } from '../core/index.ts';
import { compareKeys } from './compare-keys.ts';

/** The ends of a range that an advisory can write. */
export const rangeEnds = ['introduced', 'fixed', 'lastAffected'] as const satisfies readonly (keyof RawRange)[];
export type RangeEnd = (typeof rangeEnds)[number];

/** A range as a store keeps it, or the end that is no version of the scheme: the row's verdict is then `unknown`. */
export type RangeKeys =
  | { readonly kind: 'keyed'; readonly range: KeyRange }
  | { readonly kind: 'unparsable'; readonly which: RangeEnd; readonly text: string };

/** Below every key, and above every key: none is empty, none begins with FF. */
const fromTheStart = new Uint8Array(0);
const withoutEnd = Uint8Array.of(0xff);

/**
 * Makes a range half-open on keys: `introduced ≤ v`, `v < fixed`, `v ≤ lastAffected`; absent ends are open, and where
 * both upper ends are given both hold. The first end that does not parse is named.
 *
 * Where an end has no key, the range is the widest and not exact: each of its rows is then decided by {@link isInRange}.
 *
 * OSV's `introduced: "0"` means "from the start" and is no version: whoever reads OSV leaves it out.
 *
 * @example
 * rangeKeys(debScheme, { fixed: '3.0.16-1~deb12u1' });
 * // { kind: 'keyed', range: { lo: <empty>, hi: <the key of 3.0.16-1~deb12u1>, exact: true } }
 */
export function rangeKeys<V>(scheme: VersionScheme<V>, raw: RawRange): RangeKeys {
  const parsed = parseRange(scheme, raw);
  return parsed.kind === 'unparsable' ? parsed : { kind: 'keyed', range: keyRange(scheme, parsed.range) };
}

/**
 * Whether an installed version is in a range, by comparing: the answer for rows that are not exact and for installed
 * versions without a key, and always the same as `lo ≤ key < hi` where there are keys. `unknown`: an end does not parse.
 */
export function isInRange<V>(scheme: VersionScheme<V>, installed: V, raw: RawRange): boolean | 'unknown' {
  const parsed = parseRange(scheme, raw);
  if (parsed.kind === 'unparsable') return 'unknown';
  const { introduced, fixed, lastAffected } = parsed.range;
  if (introduced !== undefined && scheme.compare(installed, introduced.version) < 0) return false;
  if (fixed !== undefined && scheme.compare(installed, fixed.version) >= 0) return false;
  return lastAffected === undefined || scheme.compare(installed, lastAffected.version) <= 0;
}

/** Boxed, so that an absent end is not taken for a version, whatever a scheme's versions are. */
type ParsedRange<V> = { readonly [end in RangeEnd]?: { readonly version: V } };
type ParsedRangeResult<V> = { readonly kind: 'parsed'; readonly range: ParsedRange<V> } | Extract<RangeKeys, { kind: 'unparsable' }>;

function parseRange<V>(scheme: VersionScheme<V>, raw: RawRange): ParsedRangeResult<V> {
  const range: { -readonly [end in keyof ParsedRange<V>]: ParsedRange<V>[end] } = {};
  for (const end of rangeEnds) {
    const text = raw[end];
    if (text === undefined) continue;
    const parsed = scheme.parse(text);
    if (!parsed.ok) return { kind: 'unparsable', which: end, text };
    range[end] = { version: parsed.value };
  }
  return { kind: 'parsed', range };
}

function keyRange<V>(scheme: VersionScheme<V>, { introduced, fixed, lastAffected }: ParsedRange<V>): KeyRange {
  const lo = introduced === undefined ? fromTheStart : scheme.key(introduced.version);
  const below = fixed === undefined ? withoutEnd : scheme.key(fixed.version);
  const last = lastAffected === undefined ? withoutEnd : successor(scheme.key(lastAffected.version));
  if (lo === undefined || below === undefined || last === undefined) return { lo: fromTheStart, hi: withoutEnd, exact: false };
  return { lo, hi: compareKeys(below, last) < 0 ? below : last, exact: true };
}

/** The next byte string: nothing lies between a key and the key with 00 behind it. */
function successor(key: Uint8Array | undefined): Uint8Array | undefined {
  if (key === undefined) return undefined;
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}
