import type { Parsed, VersionScheme } from '../../contracts/index.ts';
import type { RawRange } from '../../core/index.ts';
import { isInRange } from '../../versions/index.ts';
import { lastKnownEnd } from './last-known-end.ts';
import type { OsvAffected, OsvEvent, OsvRange } from './record.ts';

/** Why an entry of a record says nothing about versions. */
export type OsvUnusable = 'git-only' | 'no-versions';

/** What an entry says of versions. */
export type OsvRanges =
  | {
      readonly kind: 'affected';
      readonly ranges: readonly RawRange[];
      /** Those of them that end where a fix is not told of, though what follows is not affected. */
      readonly endWithoutFix?: readonly RawRange[];
    }
  /** Fixed before the first version: none was ever affected. */
  | { readonly kind: 'never-affected' }
  | { readonly kind: 'unusable'; readonly reason: OsvUnusable };

/**
 * The ranges of an entry, evaluated as the schema says (https://ossf.github.io/osv-schema/#evaluation): events in the order of their
 * versions; the first introduction opens, the next fix or last affected version closes, what opens what is open or closes what is closed
 * changes nothing; limits cut. `introduced: "0"` is the start of all versions. Enumerated versions count where no range holds them.
 * Where a version cannot be read, events are taken as they stand, and the range keeps the text: who compares with it learns that it cannot.
 * A range that events leave open ends where GitHub's own range does, see {@link lastKnownEnd}.
 */
export function affectedRanges({ ranges, versions, databaseSpecific }: OsvAffected, scheme: VersionScheme): OsvRanges {
  const comparable = ranges.filter(({ type }) => type !== 'GIT');
  const known = lastKnownEnd(databaseSpecific);
  const endWithoutFix: RawRange[] = [];
  const evaluated = comparable.flatMap((range) => {
    const evaluatedRange = evaluate(range, scheme);
    const ended = known && range.events.every(isIntroduction) ? evaluatedRange.map((open) => endAt(open, known, scheme)) : evaluatedRange;
    if (ended !== evaluatedRange) endWithoutFix.push(...ended.filter((each) => !evaluatedRange.includes(each)));
    return ended;
  });
  const points = pointsBeyond(evaluated, versions, scheme);
  const all = points.length === 0 ? evaluated : [...evaluated, ...points];
  if (all.length > 0) return { kind: 'affected', ranges: all, ...(endWithoutFix.length > 0 && { endWithoutFix }) };
  if (comparable.some(isNeverAffected)) return { kind: 'never-affected' };
  return { kind: 'unusable', reason: ranges.length > comparable.length && comparable.length === 0 ? 'git-only' : 'no-versions' };
}

const start = '0';
const noLimit = '*';

function isIntroduction({ kind }: OsvEvent): boolean {
  return kind === 'introduced';
}

/** An open range with that end; as it stands where the end cannot be read or its beginning is not before it. */
function endAt(open: RawRange, end: RawRange, scheme: VersionScheme): RawRange {
  if (!scheme.parse(end.fixed ?? end.lastAffected ?? '').ok) return open;
  const first = open.introduced === undefined ? undefined : scheme.parse(open.introduced);
  return first === undefined || (first.ok && isInRange(scheme, first.value, end) === true) ? { ...open, ...end } : open;
}

function isNeverAffected({ events }: OsvRange): boolean {
  return events.length === 2 && events.every(({ kind, version }) => version === start && (kind === 'introduced' || kind === 'fixed'));
}

function evaluate({ events }: OsvRange, scheme: VersionScheme): readonly RawRange[] {
  const changes = sorted(
    events.filter(({ kind }) => kind !== 'limit'),
    scheme,
  );
  const limit = highest(
    events.filter(({ kind }) => kind === 'limit'),
    scheme,
  );
  const ranges: RawRange[] = [];
  let open: string | undefined;
  for (const { kind, version } of changes) {
    if (kind === 'introduced') open ??= version;
    else if (open !== undefined) {
      const end = kind === 'fixed' ? { fixed: version } : { lastAffected: version };
      if (!(version === open && kind === 'fixed')) ranges.push({ ...beginning(open), ...end });
      open = undefined;
    }
  }
  if (open !== undefined) ranges.push(beginning(open));
  return limit === undefined ? ranges : ranges.flatMap((range) => cut(range, limit, scheme));
}

function beginning(version: string): RawRange {
  return version === start ? {} : { introduced: version };
}

/** By version, equal ones as they stand; all as they stand where one cannot be read. */
function sorted(events: readonly OsvEvent[], scheme: VersionScheme): readonly OsvEvent[] {
  // Nearly all are in order already: one that opens, one that closes.
  if (events.length < 2 || (events.length === 2 && events[0]?.kind === 'introduced' && events[0].version === start)) return events;
  const read: { readonly event: OsvEvent; readonly value: unknown; readonly isStart: boolean }[] = [];
  for (const event of events) {
    const parsed = scheme.parse(event.version);
    if (!parsed.ok) return events;
    read.push({ event, value: parsed.value, isStart: event.version === start && event.kind === 'introduced' });
  }
  const compare = (a: (typeof read)[number], b: (typeof read)[number]): number =>
    a.isStart || b.isStart ? Number(b.isStart) - Number(a.isStart) : scheme.compare(a.value, b.value);
  return read.sort(compare).map(({ event }) => event);
}

/** A version counts that is below any limit: the highest decides. */
function highest(limits: readonly OsvEvent[], scheme: VersionScheme): string | undefined {
  if (limits.some(({ version }) => version === noLimit)) return undefined;
  return sorted(limits, scheme).at(-1)?.version;
}

/** What of a range is below the limit. The limit is no fix, but where the range ends all the same. */
function cut(range: RawRange, limit: string, scheme: VersionScheme): readonly RawRange[] {
  const parsed = scheme.parse(limit);
  if (!parsed.ok) return [range];
  const { introduced, fixed, lastAffected } = range;
  const isAtOrAbove = (version: string): boolean => isInRange(scheme, parsed.value, { lastAffected: version }) === true;
  if (introduced !== undefined && isAtOrAbove(introduced)) return [];
  if (fixed !== undefined) return isAtOrAbove(fixed) ? [{ ...range, fixed: limit }] : [range];
  if (lastAffected !== undefined && !isAtOrAbove(lastAffected)) return [range];
  return [{ ...(introduced !== undefined && { introduced }), fixed: limit }];
}

/** Each version that no range holds, as a range of its own. One that cannot be read is a version that nothing can be compared with. */
function pointsBeyond(ranges: readonly RawRange[], versions: readonly string[], scheme: VersionScheme): readonly RawRange[] {
  if (versions.length === 0 || ranges.some(isEverything)) return [];
  const known = parsedVersions(scheme);
  const read = ranges.flatMap((range) => parsedRange(range, known) ?? []);
  // Lists are long and nearly every version in them is in a range: only what is in none is looked at twice.
  const points = new Set<string>();
  for (const version of versions) {
    const parsed = known(version);
    if (parsed.ok && !isHeld(read, parsed.value, scheme)) points.add(version);
  }
  return [...points].map((version) => ({ introduced: version, lastAffected: version }));
}

function isHeld(ranges: readonly ParsedRange[], version: unknown, scheme: VersionScheme): boolean {
  for (const range of ranges) if (holds(range, version, scheme)) return true;
  return false;
}

function isEverything({ introduced, fixed, lastAffected }: RawRange): boolean {
  return introduced === undefined && fixed === undefined && lastAffected === undefined;
}

type ParseVersion = (text: string) => Parsed<unknown>;

/** Versions of a scheme that are remembered; then all are forgotten. The records of a package list the same ones again and again. */
const mostKnown = 20_000;
const knownVersions = new WeakMap<VersionScheme, Map<string, Parsed<unknown>>>();

function parsedVersions(scheme: VersionScheme): ParseVersion {
  const known = knownVersions.get(scheme) ?? new Map<string, Parsed<unknown>>();
  knownVersions.set(scheme, known);
  return (text) => {
    const found = known.get(text);
    if (found) return found;
    const parsed = scheme.parse(text);
    if (known.size >= mostKnown) known.clear();
    known.set(text, parsed);
    return parsed;
  };
}

type Bound = { readonly version: unknown } | undefined;

interface ParsedRange {
  readonly introduced: Bound;
  readonly fixed: Bound;
  readonly lastAffected: Bound;
}

/** Undefined where an end cannot be read: such a range holds nothing for sure. */
function parsedRange({ introduced, fixed, lastAffected }: RawRange, parse: ParseVersion): ParsedRange | undefined {
  const [from, below, last] = [introduced, fixed, lastAffected].map((text) => (text === undefined ? undefined : parse(text)));
  if (from?.ok === false || below?.ok === false || last?.ok === false) return undefined;
  const bound = (parsed: typeof from): Bound => (parsed?.ok === true ? { version: parsed.value } : undefined);
  return { introduced: bound(from), fixed: bound(below), lastAffected: bound(last) };
}

function holds({ introduced, fixed, lastAffected }: ParsedRange, version: unknown, scheme: VersionScheme): boolean {
  if (introduced && scheme.compare(version, introduced.version) < 0) return false;
  if (fixed && scheme.compare(version, fixed.version) >= 0) return false;
  return !lastAffected || scheme.compare(version, lastAffected.version) <= 0;
}
