import type { EnrichmentEntry, EnrichOptions } from '../contracts/index.ts';
import { isCveId, throwIfAborted, type Vulnerability } from '../core/index.ts';
import { cveBlock } from './cve-block.ts';
import { factIn } from './cve-facts.ts';

/** What a feed says of one CVE. */
export interface CveFact {
  readonly cve: string;
  readonly fact: string;
  /** See CveFactsHead. */
  readonly issued: string;
  readonly version: string;
}

/** The CVEs that a vulnerability is: its name, else those among its aliases; sorted. */
export function cvesOf({ name, aliases }: Pick<Vulnerability, 'name' | 'aliases'>): readonly string[] {
  return isCveId(name) ? [name] : [...new Set(aliases.filter(isCveId))].sort();
}

/**
 * For enrichers whose feed is {@link CveFacts}: by the vulnerability's id what `read` makes of the facts of its CVEs, in their order.
 * @param read gives nothing for a fact that says nothing
 */
export async function enrichByCve<Item>(
  vulnerabilities: readonly Vulnerability[],
  { find, signal }: EnrichOptions,
  read: (fact: CveFact) => readonly Item[],
): Promise<ReadonlyMap<string, readonly Item[]>> {
  const cves = new Set(vulnerabilities.flatMap(cvesOf));
  const blocks = new Set([...cves].flatMap((cve) => cveBlock(cve)?.block ?? []));
  const entries = blocks.size === 0 ? [] : await find([...blocks].sort());
  throwIfAborted(signal);
  const byBlock = new Map(entries.map((entry) => [entry.name, entry]));
  const items = new Map([...cves].map((cve) => [cve, itemsOf(cve, byBlock, read)]));
  const found = new Map<string, readonly Item[]>();
  for (const vulnerability of vulnerabilities) {
    const own = cvesOf(vulnerability).flatMap((cve) => items.get(cve) ?? []);
    if (own.length > 0) found.set(vulnerability.id, own);
  }
  return found;
}

function itemsOf<Item>(
  cve: string,
  blocks: ReadonlyMap<string, EnrichmentEntry>,
  read: (fact: CveFact) => readonly Item[],
): readonly Item[] {
  const { block = '', number = '' } = cveBlock(cve) ?? {};
  const entry = blocks.get(block);
  const fact = entry && factIn(entry.description, number);
  return entry && fact !== undefined ? read({ cve, fact, issued: entry.issued, version: entry.severity }) : [];
}
