/**
 * What the records of OSV say of installed packages, for the proofs only: raw JSON, the walk of the schema for one version at a time
 * (https://ossf.github.io/osv-schema/#evaluation), names joined by a search of their own. No index, no keys, and nothing of src.
 */
import { toldNames } from './naive-osv-names.ts';

export interface RawOsvRecord {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly withdrawn?: string;
  readonly affected?: readonly RawAffected[];
}

interface RawAffected {
  readonly package?: { readonly ecosystem: string; readonly name: string };
  readonly ranges?: readonly { readonly type: string; readonly events: readonly Readonly<Record<string, string>>[] }[];
  readonly versions?: readonly string[];
  readonly database_specific?: { readonly last_known_affected_version_range?: string };
}

/** Below zero, zero or above, as for sorting; undefined where one of them is no version. */
export type NaiveOrder = (a: string, b: string, packageName: string) => number | undefined;

export interface NaiveOsv {
  readonly ecosystem: string;
  readonly order: NaiveOrder;
  /** One way of writing a name; as it stands if absent. */
  readonly nameOf?: (name: string) => string;
}

export interface Installed {
  readonly name: string;
  readonly version: string;
}

export type OsvByPackage = ReadonlyMap<string, readonly RawOsvRecord[]>;

/** The records that count, by the packages of the ecosystem that they speak of. */
export function recordsByPackage(records: readonly RawOsvRecord[], { ecosystem, nameOf = asItIs }: NaiveOsv): OsvByPackage {
  const found = new Map<string, RawOsvRecord[]>();
  for (const record of records) {
    if (record.withdrawn !== undefined) continue;
    const named = (record.affected ?? []).filter((each) => each.package?.ecosystem === ecosystem);
    for (const name of new Set(named.map((each) => nameOf(each.package?.name ?? '')))) {
      found.set(name, [...(found.get(name) ?? []), record]);
    }
  }
  return found;
}

/** The events of the ranges that count; one that never ends is ended where GitHub's own range ends, in `database_specific`. */
export function eventsOf({ ranges = [], database_specific }: RawAffected): readonly (readonly Readonly<Record<string, string>>[])[] {
  const [operator, version] = database_specific?.last_known_affected_version_range?.split(' ') ?? [];
  return ranges
    .filter(({ type }) => type !== 'GIT')
    .map(({ events }) => {
      if (version === undefined || events.some((event) => event['introduced'] === undefined)) return events;
      return [...events, { [operator === '<' ? 'fixed' : 'last_affected']: version }];
    });
}

/** Every row that the records must give, counted record by record; limits do not occur in what is counted. */
export function naiveRows(records: readonly RawOsvRecord[], osv: NaiveOsv): { readonly used: number; readonly rows: number } {
  const counted = { used: 0, rows: 0 };
  for (const record of records) {
    const rows = record.withdrawn === undefined ? rowsOf(record, osv) : new Set();
    if (rows.size === 0) continue;
    const cves = new Set([record.id, ...(record.aliases ?? [])].filter((id) => /^CVE-\d{4}-\d{4,}$/.test(id)));
    counted.used += 1;
    counted.rows += rows.size * Math.max(1, cves.size);
  }
  return counted;
}

function rowsOf(record: RawOsvRecord, { ecosystem, order, nameOf = asItIs }: NaiveOsv): ReadonlySet<string> {
  const rows = new Set<string>();
  for (const entry of record.affected ?? []) {
    if (entry.package?.ecosystem !== ecosystem) continue;
    const name = nameOf(entry.package.name);
    const compare: Compare = (a, b) => order(a, b, name);
    const found = eventsOf(entry).flatMap((events) => segments(events, compare));
    const alone = new Set(entry.versions)
      .values()
      .filter((version) => compare(version, version) === 0 && isOutside(version, entry, compare));
    const all = [...found, ...alone.map((version) => `${version} ${version}`)];
    const isNever = (entry.ranges ?? []).some(({ events }) => JSON.stringify(events) === '[{"introduced":"0"},{"fixed":"0"}]');
    for (const each of all.length === 0 && isNever ? ['never'] : all) rows.add(`${name} ${each}`);
  }
  return rows;
}

function segments(events: readonly Readonly<Record<string, string>>[], compare: Compare): readonly string[] {
  const points = events.flatMap((event) => Object.entries(event).map(([kind, at]) => ({ kind, at })));
  const found: string[] = [];
  let from: string | undefined;
  for (const { kind, at } of inOrder(points, compare) ?? points) {
    if (kind === 'introduced') from ??= at;
    else if (from !== undefined) {
      if (kind !== 'fixed' || from !== at) found.push(kind === 'fixed' ? `${from} <${at}` : `${from} ${at}`);
      from = undefined;
    }
  }
  return from === undefined ? found : [...found, `${from} on`];
}

function isOutside(version: string, entry: RawAffected, compare: Compare): boolean {
  return !eventsOf(entry).some((events) => isInEvents(version, events, compare) === true);
}

/** The names of what affects an installed package, sorted; undefined where a comparison cannot be made. */
export function naiveFindings(byPackage: OsvByPackage, installed: Installed, osv: NaiveOsv): readonly string[] | undefined {
  const affecting = recordsAffecting(byPackage, installed, osv);
  return affecting && [...toldNames(affecting).keys()].sort();
}

/**
 * By the name of what affects an installed package, the version that fixes it, or nothing: as the databases of just that ecosystem say, else
 * GitHub's; of several the highest, and nothing where one of them knows of none.
 */
export function naiveFixes(byPackage: OsvByPackage, installed: Installed, osv: NaiveOsv): ReadonlyMap<string, string> {
  const fixes = new Map<string, string>();
  for (const [told, records] of toldNames(recordsAffecting(byPackage, installed, osv) ?? [])) {
    const isOwn = ({ id }: RawOsvRecord): boolean => !id.startsWith('GHSA-');
    const heard = records.some(isOwn) ? records.filter(isOwn) : records;
    const said = heard.flatMap((record) => fixesOf(record, installed, osv));
    const highest = (): string => said.reduce((a, b) => ((osv.order(a, b, installed.name) ?? 0) < 0 ? b : a));
    fixes.set(told, said.includes('') ? '' : highest());
  }
  return fixes;
}

/** Of each range that holds the version what ends it, if it is a fix; nothing where it is only listed. */
function fixesOf(record: RawOsvRecord, { name, version }: Installed, osv: NaiveOsv): readonly string[] {
  const compare: Compare = (a, b) => osv.order(a, b, name);
  return entriesOf(record, name, osv).flatMap((entry) => {
    if (isAffected(version, entry, compare) !== true) return [];
    const holding = eventsOf(entry).filter((events) => isInEvents(version, events, compare) === true);
    return holding.length === 0 ? [''] : holding.map((events) => nextEnd(version, events, compare));
  });
}

function nextEnd(version: string, events: readonly Readonly<Record<string, string>>[], compare: Compare): string {
  const points = events.flatMap((event) => Object.entries(event).map(([kind, at]) => ({ kind, at })));
  const end = inOrder(points, compare)?.find(
    ({ kind, at }) => kind !== 'introduced' && (compare(at, version) ?? -1) >= 0 && (kind !== 'fixed' || compare(at, version) !== 0),
  );
  return end?.kind === 'fixed' ? end.at : '';
}

function recordsAffecting(byPackage: OsvByPackage, { name, version }: Installed, osv: NaiveOsv): readonly RawOsvRecord[] | undefined {
  const affecting: RawOsvRecord[] = [];
  for (const record of byPackage.get(name) ?? []) {
    const said = entriesOf(record, name, osv).map((entry) => isAffected(version, entry, (a, b) => osv.order(a, b, name)));
    if (said.includes(true)) affecting.push(record);
    else if (said.includes(undefined)) return undefined;
  }
  return affecting;
}

export function entriesOf(record: RawOsvRecord, name: string, { ecosystem, nameOf = asItIs }: NaiveOsv): readonly RawAffected[] {
  return (record.affected ?? []).filter((each) => each.package?.ecosystem === ecosystem && nameOf(each.package.name) === name);
}

const asItIs = (name: string): string => name;

type Compare = (a: string, b: string) => number | undefined;

function isAffected(version: string, entry: RawAffected, compare: Compare): boolean | undefined {
  const listed = (entry.versions ?? []).some((each) => each === version || compare(each, version) === 0);
  if (listed) return true;
  let isUnsure = false;
  for (const events of eventsOf(entry)) {
    const said = isInEvents(version, events, compare);
    if (said === true) return true;
    if (said === undefined) isUnsure = true;
  }
  return isUnsure ? undefined : false;
}

function isInEvents(version: string, events: readonly Readonly<Record<string, string>>[], compare: Compare): boolean | undefined {
  let limits = 0;
  let isBelowLimit = false;
  const points: { readonly kind: string; readonly at: string }[] = [];
  for (const event of events) {
    for (const [kind, at] of Object.entries(event)) {
      if (kind !== 'limit') {
        points.push({ kind, at });
        continue;
      }
      limits += 1;
      const order = at === '*' ? -1 : compare(version, at);
      if (order === undefined) return undefined;
      if (order < 0) isBelowLimit = true;
    }
  }
  if (limits > 0 && !isBelowLimit) return false;
  const sorted = inOrder(points, compare);
  if (sorted === undefined) return undefined;
  let is = false;
  for (const { kind, at } of sorted) {
    const order = kind === 'introduced' && at === '0' ? 1 : compare(version, at);
    if (order === undefined) return undefined;
    if (kind === 'introduced' && order >= 0) is = true;
    if (kind === 'fixed' && order >= 0) is = false;
    if (kind === 'last_affected' && order > 0) is = false;
  }
  return is;
}

/** By insertion; equal ones as they stand. */
function inOrder<T extends { readonly kind: string; readonly at: string }>(points: readonly T[], compare: Compare): T[] | undefined {
  const sorted: T[] = [];
  for (const point of points) {
    let place = sorted.length;
    while (place > 0) {
      const before = sorted[place - 1];
      if (before === undefined || (before.kind === 'introduced' && before.at === '0')) break;
      const order = point.kind === 'introduced' && point.at === '0' ? -1 : compare(point.at, before.at);
      if (order === undefined) return undefined;
      if (order >= 0) break;
      place -= 1;
    }
    sorted.splice(place, 0, point);
  }
  return sorted;
}
