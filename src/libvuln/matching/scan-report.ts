import type { Enricher, UpdaterSet } from '../../contracts/index.ts';
import {
  compareText,
  throwIfAborted,
  UsageError,
  type Diagnostic,
  type IndexReport,
  type Vulnerability,
  type VulnerabilityReport,
} from '../../core/index.ts';
import { packageRecords } from '../../judging/index.ts';
import { toCoverage } from './coverage.ts';
import { endOfLife } from './end-of-life.ts';
import { FeedStates } from './feed-states.ts';
import { matchPackages, type MatchContext, type Matched } from './match-packages.ts';
import { toVerdicts } from './verdicts.ts';
import { FindingIds, toVulnerabilities } from './vulnerabilities.ts';

export interface ScanContext extends Omit<MatchContext, 'feeds'> {
  readonly sets: readonly UpdaterSet[];
  readonly enrichers: readonly Enricher[];
  /** ms */
  readonly staleAfter: number;
  readonly isEnabled: (updater: string) => boolean;
  readonly now: Date;
  readonly texts: boolean;
}

/** @throws UsageError `USAGE_REPORT_UNFINISHED`, StoreError, AbortedError */
export async function scanReport(report: IndexReport, context: ScanContext): Promise<VulnerabilityReport> {
  if (report.state !== 'IndexFinished')
    throw new UsageError('USAGE_REPORT_UNFINISHED', { manifest: report.manifestHash, state: report.state });
  const { store, sets, staleAfter, now, isEnabled } = context;
  const feeds = new FeedStates({ sets, statuses: await store.status(), staleAfter, now, isEnabled });
  const packages = packageRecords(report);
  const matched = await matchPackages(packages, { ...context, feeds });
  const ids = new FindingIds();
  const verdicts = toVerdicts(packages, matched, ids);
  const maps = toVulnerabilities(matched.findings, context.texts ? await textsOf(matched, context) : new Map(), ids);
  throwIfAborted(context.signal);
  return {
    index: withDiagnostics(report, endOfLife(report, context.matchers, now)),
    ...maps,
    verdicts,
    coverage: toCoverage({ packages, matched, verdicts, feeds, report, matchers: context.matchers }),
    enrichments: await enrich([...maps.vulnerabilities.values()], context),
    createdAt: now.toISOString(),
  };
}

function withDiagnostics(report: IndexReport, diagnostics: readonly Diagnostic[]): IndexReport {
  return diagnostics.length === 0 ? report : { ...report, diagnostics: [...report.diagnostics, ...diagnostics] };
}

/** Read only for what affects the image. */
async function textsOf({ findings }: Matched, { store }: ScanContext) {
  const advisories = findings.filter(({ by }) => by.judgement.kind === 'affected').map(({ by }) => by.row.advisory);
  return store.texts([...new Set(advisories)]);
}

/** What enrichers know besides, by type one object from vulnerability id to what was found, as Clair has it; an enricher that fails adds nothing. */
async function enrich(vulnerabilities: readonly Vulnerability[], { enrichers, signal, logger }: ScanContext) {
  const enrichments = new Map<string, readonly unknown[]>();
  for (const enricher of enrichers.toSorted((a, b) => compareText(a.id, b.id))) {
    try {
      const found = await enricher.enrich(vulnerabilities, { signal });
      if (found.size === 0) continue;
      const byId = Object.fromEntries([...found].sort(([a], [b]) => compareText(a, b)));
      enrichments.set(enricher.type, [...(enrichments.get(enricher.type) ?? []), byId]);
    } catch (error) {
      throwIfAborted(signal);
      logger.log('warn', 'an enricher failed', { enricher: enricher.id, error });
    }
  }
  return new Map([...enrichments].sort(([a], [b]) => compareText(a, b)));
}
