import type { Enricher, ReportSort } from '../../contracts/index.ts';
import type { Libvuln } from '../../libvuln/index.ts';
import type { CliContext } from '../cli-context.ts';

export interface EnrichmentCheck {
  readonly enrichers: readonly Enricher[];
  readonly sort: ReportSort;
}

/** The feeds that `--sort risk` goes by before anything else. */
const riskFeeds = ['epss', 'kev'];

/** Warns of what was asked for and is not there. The report is made without it: it says less, and nothing wrong. @throws StoreError */
export async function checkEnrichment(context: CliContext, libvuln: Libvuln, { enrichers, sort }: EnrichmentCheck): Promise<void> {
  const fed = enrichers.filter(({ namespace }) => namespace !== undefined);
  const namespaces = fed.flatMap(({ namespace }) => namespace ?? []);
  const statuses = fed.length === 0 ? [] : await libvuln.status({ namespaces });
  const loaded: string[] = [];
  for (const { id, namespace = '', updaterSet } of fed) {
    const own = new Set(updaterSet?.expected(namespace));
    const states = statuses.filter(({ updater }) => own.has(updater)).map(({ state }) => state);
    if (states.some((state) => state === 'loaded' || state === 'stale')) loaded.push(id);
    else context.warn(`${id} is not loaded: the report is made without it.`);
    if (states.includes('stale')) context.warn(`${id} was last confirmed long ago: what it says may be old.`);
  }
  if (sort === 'risk' && !riskFeeds.some((id) => loaded.includes(id)))
    context.warn('--sort risk goes by CVSS and severity alone: neither EPSS nor KEV is loaded; see --enrich.');
}
