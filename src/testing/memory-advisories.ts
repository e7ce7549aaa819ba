import type { DeltaMention, PackageQuery, PreparedAdvisory, PreparedRow } from '../contracts/index.ts';
import { compareText } from '../core/index.ts';

/** What a store in memory has of an advisory. */
interface HasAdvisory {
  readonly advisory: PreparedAdvisory;
}

/** Whether a delta speaks of an advisory. */
export function mentionedBy(mentions: readonly DeltaMention[]): (advisory: PreparedAdvisory) => boolean {
  const replaced = mentions.flatMap((mention) => (mention.kind === 'replaced' ? [mention.of] : []));
  const present = mentions.flatMap((mention) => (mention.kind === 'present' ? [mention.parts] : []));
  return ({ part, name }) =>
    replaced.some((of) => ('part' in of ? of.part === part : of.name === name)) ||
    (present.length > 0 && !present.some((parts) => parts.includes(part)));
}

export function hasSamePlace(a: PreparedAdvisory, b: PreparedAdvisory): boolean {
  return compareBytes(a.placeHash, b.placeHash) === 0;
}

/** An advisory staged again in the same words is the same; in other words it stands beside. */
export function contentKey({ part, name, hash }: PreparedAdvisory): string {
  return JSON.stringify([part, name, [...hash]]);
}

export function withoutRepeatedRows(advisory: PreparedAdvisory): PreparedAdvisory {
  const content = (row: PreparedRow): string => JSON.stringify([row.namespace.key, { ...row, namespace: 0 }]);
  return { ...advisory, rows: [...new Map(advisory.rows.map((row) => [content(row), row])).values()] };
}

export function answers(row: PreparedRow, query: PackageQuery): boolean {
  if (row.namespace.key !== query.namespace || row.package.name !== query.name || row.package.kind !== query.kind) return false;
  const { lo, hi, exact } = row.keys;
  return query.key === undefined || !exact || (compareBytes(lo, query.key) <= 0 && compareBytes(query.key, hi) < 0);
}

export function namespaceKeys(records: readonly HasAdvisory[]): readonly string[] {
  return [...new Set(records.flatMap(({ advisory }) => advisory.rows.map((row) => row.namespace.key)))].sort(compareText);
}

export function countRows(records: readonly HasAdvisory[]): number {
  return records.reduce((sum, { advisory }) => sum + advisory.rows.length, 0);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
