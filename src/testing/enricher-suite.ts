import { beforeAll, describe, expect, it } from 'vitest';
import { enrichmentNamespacePrefix, type Enricher, type EnrichmentEntry } from '../contracts/index.ts';
import { severities, type Vulnerability } from '../core/index.ts';
import { fakeVulnerability } from './fake-vulnerability.ts';

export interface EnricherBench {
  readonly enricher: Enricher;
  /** At least one of which the enricher knows something, and one of which it knows nothing. */
  readonly vulnerabilities: readonly Vulnerability[];
  /** What its feed has in the store. */
  readonly entries?: readonly EnrichmentEntry[];
}

/** What every {@link Enricher} keeps to. */
export function enricherSuite(name: string, open: () => EnricherBench | Promise<EnricherBench>): void {
  describe(`${name} as an enricher`, () => {
    let bench: EnricherBench;
    beforeAll(async () => {
      bench = await open();
    });
    const find = (names: readonly string[]): Promise<readonly EnrichmentEntry[]> =>
      Promise.resolve((bench.entries ?? []).filter((entry) => names.includes(entry.name)));
    const enrich = (vulnerabilities: readonly Vulnerability[]) => bench.enricher.enrich(vulnerabilities, { find });

    it('has an id and a type, and is data', () => {
      const { enricher } = bench;
      expect(enricher.id).toMatch(/^[a-z0-9][a-z0-9.-]{0,63}$/);
      expect(enricher.type).not.toBe('');
      expect(Object.isFrozen(enricher)).toBe(true);
    });

    it('has a feed where no matcher looks, or none', () => {
      const { namespace, updaterSet } = bench.enricher;
      if (namespace === undefined) expect(updaterSet).toBeUndefined();
      else expect([namespace.startsWith(enrichmentNamespacePrefix), updaterSet?.serves(namespace) ?? true]).toEqual([true, true]);
    });

    it('tells items of vulnerabilities by their ids, without those of which it knows nothing', async () => {
      const ids = bench.vulnerabilities.map(({ id }) => String(id));
      const found = await enrich(bench.vulnerabilities);
      expect(found.size).toBeGreaterThan(0);
      expect(found.size).toBeLessThan(ids.length);
      for (const [id, items] of found) {
        expect(ids).toContain(id);
        expect(items.length).toBeGreaterThan(0);
        // A report is JSON: nothing may be lost on the way there.
        expect(JSON.parse(JSON.stringify(items))).toEqual(items);
      }
    });

    it('says the same of a vulnerability, whatever it is asked about besides', async () => {
      const together = await enrich(bench.vulnerabilities);
      const apart = await Promise.all(bench.vulnerabilities.toReversed().map((one) => enrich([one])));
      expect(new Map(apart.flatMap((found) => [...found]))).toEqual(together);
    });

    it('knows nothing of nothing, nor of what has odd names', async () => {
      const odd = ['', '__proto__', 'constructor', 'CVE-', `CVE-2021-${'9'.repeat(1000)}`, '\u0000'];
      const vulnerabilities = odd.map((text) => fakeVulnerability('odd', { name: text, aliases: odd, severity: text }));
      expect([await enrich([]), await enrich(vulnerabilities)]).toEqual([new Map(), new Map()]);
    });

    it('hands on that its feed cannot be read', async () => {
      if (bench.enricher.namespace === undefined) return;
      const gone = new Error('gone');
      await expect(bench.enricher.enrich(bench.vulnerabilities, { find: () => Promise.reject(gone) })).rejects.toBe(gone);
    });

    it('rates what it found, and nothing by what it cannot read', async () => {
      const { enricher } = bench;
      if (!enricher.severityOf) return;
      for (const items of (await enrich(bench.vulnerabilities)).values()) expect(severities).toContain(enricher.severityOf(items));
      for (const odd of [[], [null], [7], ['x'], [{}], [[]]]) expect(enricher.severityOf(odd)).toBeUndefined();
    });
  });
}
