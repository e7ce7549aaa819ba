import type { Enricher, EnrichmentEntry, EnrichOptions, MatcherStore } from '../../contracts/index.ts';
import {
  compareText,
  enrichmentTypes,
  throwIfAborted,
  type Severity,
  type Verdict,
  type Vulnerability,
  type VulnerabilityId,
  type VulnerabilityReport,
} from '../../core/index.ts';
import type { Logger } from '../../runtime/index.ts';

export interface EnrichContext {
  readonly store: MatcherStore;
  readonly enrichers: readonly Enricher[];
  readonly logger: Logger;
  readonly signal?: AbortSignal | undefined;
}

type Found = ReadonlyMap<string, readonly unknown[]>;

export interface Enrichments {
  /** By type one object from vulnerability id to what was found, as Clair has it; sorted. */
  readonly byType: VulnerabilityReport['enrichments'];
  /** Of vulnerabilities without a severity of the vendor's, what follows from what was found. */
  readonly severities: ReadonlyMap<VulnerabilityId, Severity>;
}

/** Asks all enrichers; one that fails adds nothing. @throws AbortedError */
export async function enrich(vulnerabilities: ReadonlyMap<VulnerabilityId, Vulnerability>, context: EnrichContext): Promise<Enrichments> {
  const byType = new Map<string, Map<string, unknown[]>>();
  const severities = new Map<VulnerabilityId, Severity>();
  for (const enricher of context.enrichers.toSorted((a, b) => compareText(a.id, b.id))) {
    const found = await ask(enricher, [...vulnerabilities.values()], context);
    if (found.size === 0) continue;
    const together = byType.get(enricher.type) ?? new Map<string, unknown[]>();
    byType.set(enricher.type, together);
    for (const [id, items] of found) together.set(id, [...(together.get(id) ?? []), ...items]);
    for (const [id, { normalizedSeverity }] of enricher.severityOf ? vulnerabilities : []) {
      // The first that knows has the word: the vendor's own vectors before those of NVD.
      if (normalizedSeverity !== 'Unknown' || severities.has(id)) continue;
      const severity = enricher.severityOf?.(found.get(id) ?? []);
      if (severity !== undefined && severity !== 'Unknown') severities.set(id, severity);
    }
  }
  return { byType: toReport(byType, context.enrichers), severities };
}

function toReport(byType: ReadonlyMap<string, ReadonlyMap<string, unknown[]>>, enrichers: readonly Enricher[]): Enrichments['byType'] {
  const types = new Map(byType);
  // Quay takes the scores from whatever type stands first: where there is any, that of CVSS is there, be it empty.
  if (types.size > 0 && !types.has(enrichmentTypes.cvss) && enrichers.some(({ type }) => type === enrichmentTypes.cvss))
    types.set(enrichmentTypes.cvss, new Map());
  const sorted = [...types].sort(([a], [b]) => compareText(a, b));
  return new Map(sorted.map(([type, found]) => [type, [Object.fromEntries([...found].sort(([a], [b]) => compareText(a, b)))]]));
}

async function ask(
  enricher: Enricher,
  vulnerabilities: readonly Vulnerability[],
  { store, signal, logger }: EnrichContext,
): Promise<Found> {
  try {
    const options: EnrichOptions = { find: (names) => find(names, enricher, store), signal };
    const found = await enricher.enrich(vulnerabilities, options);
    throwIfAborted(signal);
    return found;
  } catch (error) {
    throwIfAborted(signal);
    logger.log('warn', 'an enricher failed', { enricher: enricher.id, error });
    return new Map();
  }
}

/** Rows of another updater than the enricher's own say nothing. */
async function find(names: readonly string[], enricher: Enricher, store: MatcherStore): Promise<readonly EnrichmentEntry[]> {
  const { namespace, updaterSet } = enricher;
  if (namespace === undefined || names.length === 0) return [];
  const own = updaterSet && new Set(updaterSet.expected(namespace));
  const rows = (await store.find(names.map((name) => ({ namespace, name, kind: 'binary' })))).filter(
    ({ updater }) => own?.has(updater) !== false,
  );
  const texts = await store.texts([...new Set(rows.map(({ advisory }) => advisory))]);
  return rows.map(({ advisory, package: { name }, issued, severity, updater }) => {
    const { description = '', links = [] } = texts.get(advisory) ?? {};
    return { name, description, links, issued, severity, updater };
  });
}

/** Puts severities in the place of those that the vendor does not give, and says so in the evidence. What the vendor says stays beside. */
export function withSeverities<Told extends Pick<VulnerabilityReport, 'vulnerabilities' | 'verdicts'>>(
  told: Told,
  severities: ReadonlyMap<VulnerabilityId, Severity>,
): Told {
  if (severities.size === 0) return told;
  const vulnerabilities = new Map(told.vulnerabilities);
  for (const [id, normalizedSeverity] of severities) {
    const vulnerability = vulnerabilities.get(id);
    if (vulnerability) vulnerabilities.set(id, { ...vulnerability, normalizedSeverity });
  }
  const noted = (verdict: Verdict): Verdict => {
    if (verdict.status !== 'affected' || !severities.has(verdict.vulnerabilityId)) return verdict;
    const { evidence } = verdict;
    return { ...verdict, evidence: { ...evidence, notes: [...(evidence.notes ?? []), 'severity-from-cvss'] } };
  };
  return { ...told, vulnerabilities, verdicts: told.verdicts.map(noted) };
}
