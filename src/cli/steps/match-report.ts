import type { IndexReport, VulnerabilityReport } from '../../core/index.ts';
import { openLibvuln, selectEnrichers, selectUpdaterSets, type DataStoreOptions } from '../../defaults/index.ts';
import { createFeedClient, offlineFeedClient, type OwnedFeedClient } from '../../runtime/index.ts';
import type { CliContext } from '../cli-context.ts';
import type { EnrichOptions, FeedOptions, ReportOptions } from '../options/option-types.ts';
import type { RunStats } from '../run-stats.ts';
import { checkEnrichment } from './check-enrichment.ts';
import { refreshFeeds } from './refresh-feeds.ts';

export interface MatchRequest {
  readonly report: IndexReport;
  readonly database: DataStoreOptions;
  readonly options: FeedOptions & EnrichOptions & Pick<ReportOptions, 'maxFeedAge' | 'format' | 'sort'>;
  readonly stats: RunStats;
}

/**
 * Refreshes the feeds that the image needs, where they are old and may be fetched, and matches. A feed that fails is no failure of the
 * command: what is missing is in the coverage of the report.
 * @throws StoreError, UsageError, AbortedError
 */
export async function matchReport(context: CliContext, { report, database, options, stats }: MatchRequest): Promise<VulnerabilityReport> {
  const { clock, logger, screen, io } = context;
  await using feeds = openFeeds(options);
  const enrichers = selectEnrichers(options.enrich);
  await using libvuln = await openLibvuln({
    ...database,
    feeds,
    updaterSets: selectUpdaterSets(options.feedSource),
    enrichers,
    // Just what the image needs, below.
    initialUpdate: 'none',
    clock,
    logger,
  });
  const namespaces = libvuln.requiredNamespaces(report);
  if (feeds !== offlineFeedClient && namespaces.length > 0) {
    await stats.time('update', () => refreshFeeds(context, libvuln, { namespaces, maxAge: options.maxFeedAge }));
    screen.clear();
  }
  if (namespaces.length > 0) await checkEnrichment(context, libvuln, { enrichers, sort: options.sort });
  // Descriptions and links are read only for an output that shows them.
  return await stats.time('match', () => libvuln.scan(report, { signal: io.signal, texts: options.format !== 'table' }));
}

/** @throws UsageError for a mirror that cannot be used */
export function openFeeds({ feedMirror, offline, insecure }: FeedOptions): OwnedFeedClient {
  return createFeedClient({ mirror: feedMirror, offline, insecure: insecure === true });
}
