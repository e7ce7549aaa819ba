import type { Enricher } from '../contracts/index.ts';
import { UsageError } from '../core/index.ts';
import { cvssEnricher } from '../enrichers/cvss/index.ts';
import { epssEnricher } from '../enrichers/epss/index.ts';
import { kevEnricher } from '../enrichers/kev/index.ts';
import { nvdEnricher } from '../enrichers/nvd/index.ts';

/** Every folder of `enrichers/`, sorted. A test compares this list with the folders. */
export const enrichers: readonly Enricher[] = [cvssEnricher, epssEnricher, kevEnricher, nvdEnricher];

/** Those that need no feed: always on. */
export const defaultEnrichers: readonly Enricher[] = enrichers.filter(({ namespace }) => namespace === undefined);

/**
 * The enrichers that need no feed, and those of these ids.
 *
 * @example
 * ```ts
 * await using libvuln = await openLibvuln({ dataStore: 'sqlite', path: 'claircore.db', enrichers: selectEnrichers(['epss', 'kev']) });
 * ```
 * @throws UsageError `USAGE_OPTION` for an id that there is not
 */
export function selectEnrichers(ids: readonly string[]): readonly Enricher[] {
  const unknown = ids.find((id) => !enrichers.some((enricher) => enricher.id === id));
  if (unknown !== undefined)
    throw new UsageError('USAGE_OPTION', { option: 'enrich', value: unknown, expected: enrichers.map(({ id }) => id) });
  return enrichers.filter((enricher) => defaultEnrichers.includes(enricher) || ids.includes(enricher.id));
}
