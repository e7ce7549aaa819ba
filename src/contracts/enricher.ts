import type { Vulnerability } from '../core/index.ts';

/** Adds what is known besides to vulnerabilities: scores, exploitation. */
export interface Enricher {
  readonly id: string;
  /** Key of `enrichments` in a report. */
  readonly type: string;
  enrich(
    vulnerabilities: readonly Vulnerability[],
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<ReadonlyMap<string, readonly unknown[]>>;
}
