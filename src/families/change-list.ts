import type { Validators } from '../contracts/index.ts';

/**
 * ms. Lists of changes, archives and documents come through caches that keep each of them for up to an hour: what changed so long before the
 * last list was made is asked for once more.
 */
const overlap = 2 * 3_600_000;

/** A line of a list of changes. */
export interface ListedChange {
  /** ms since 1970. */
  readonly at: number;
}

/**
 * Up to when a list tells: its newest line, but not after the list itself was made, for a date in the future would hide all that comes.
 * Undefined for an empty one.
 */
export function listedUntil(changes: Iterable<ListedChange>, { lastModified }: Validators): number | undefined {
  let newest: number | undefined;
  for (const { at } of changes) if (newest === undefined || at > newest) newest = at;
  const made = Date.parse(lastModified ?? '');
  return newest === undefined || Number.isNaN(made) ? newest : Math.min(newest, made);
}

/** Whether a line may be news to who has read a list that told until then. */
export function isNews({ at }: ListedChange, until: number): boolean {
  return at >= until - overlap;
}
