import type { Enricher, UpdaterSet } from '../../contracts/index.ts';
import { throwIfAborted, UsageError, type Diagnostic, type IndexReport, type VulnerabilityReport } from '../../core/index.ts';
import { packageRecords } from '../../judging/index.ts';
import { toCoverage } from './coverage.ts';
import { endOfLife } from './end-of-life.ts';
import { enrich, withSeverities } from './enrichment.ts';
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
  const { byType, severities } = await enrich(maps.vulnerabilities, context);
  return {
    index: withDiagnostics(report, endOfLife(report, context.matchers, now)),
    packageVulnerabilities: maps.packageVulnerabilities,
    ...withSeverities({ vulnerabilities: maps.vulnerabilities, verdicts }, severities),
    coverage: toCoverage({ packages, matched, verdicts, feeds, report, matchers: context.matchers }),
    enrichments: byType,
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
