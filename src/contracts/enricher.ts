import type { Severity, Vulnerability } from '../core/index.ts';
import type { UpdaterSet } from './updater.ts';

/**
 * What namespaces of enrichers' feeds begin with. They hold facts of CVEs, no packages: no matcher is ever answered from one, whatever it asks for,
 * and coverage does not speak of them.
 */
export const enrichmentNamespacePrefix = 'cve:';

/** An advisory of an enricher's own feed, as it stands in the store. */
export interface EnrichmentEntry {
  /** Name of the package that its row speaks of: what it was found by. */
  readonly name: string;
  /** Of the advisory. */
  readonly description: string;
  readonly links: readonly string[];
  readonly issued: string;
  readonly severity: string;
  readonly updater: string;
}

export interface EnrichOptions {
  /**
   * Looks up the enricher's own namespace, in rows of its own updaters alone; sorted by name. Of an enricher without a namespace nothing is found.
   * @throws StoreError
   */
  readonly find: (names: readonly string[]) => Promise<readonly EnrichmentEntry[]>;
  readonly signal?: AbortSignal | undefined;
}

/** Adds what is known besides to vulnerabilities: scores, exploitation. */
export interface Enricher {
  readonly id: string;
  /** Key of `enrichments` in a report; what several enrichers of one type find of a vulnerability stands together, in the order of their ids. */
  readonly type: string;
  /** Where its feed stands in the store, e.g. `cve:epss`; it begins with {@link enrichmentNamespacePrefix}. Absent: it has no feed. */
  readonly namespace?: string;
  /** Loads that feed, and is updated with the others. */
  readonly updaterSet?: UpdaterSet;
  /** By the vulnerability's id what is known of it; without those of which nothing is. */
  enrich(vulnerabilities: readonly Vulnerability[], options: EnrichOptions): Promise<ReadonlyMap<string, readonly unknown[]>>;
  /** The severity that follows from what it found of a vulnerability: the normalised one where the vendor gives none. */
  severityOf?(found: readonly unknown[]): Severity | undefined;
}
