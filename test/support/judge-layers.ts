import type { Layer, VulnerabilityReport } from '../../src/core/index.ts';
import { defaultEcosystems, defaultMatchers, selectUpdaterSets } from '../../src/defaults/index.ts';
import { createLayerEngine } from '../../src/image/index.ts';
import { Libindex, manifestDigest } from '../../src/libindex/index.ts';
import { Libvuln } from '../../src/libvuln/index.ts';
import { fixedClock } from '../../src/runtime/index.ts';
import { FakeFeedClient, MemoryIndexerStore, MemoryMatcherStore, writeZip } from '../../src/testing/index.ts';
import { versionSchemes } from '../../src/versions/index.ts';

/** Advisories for a test: every version of these packages below `fixed` is affected, by `CVE-2024-1001` and so on in their order. */
export interface TestAdvisories {
  readonly fixed: string;
  /** OSV's ecosystem → names of packages. */
  readonly osv?: Readonly<Record<string, readonly string[]>>;
  /** Bodies of other feeds, by upstream URL. */
  readonly others?: Readonly<Record<string, string>>;
}

/** Indexes layers, base first, and judges what is in them; nothing is kept, and nobody is asked but these advisories. */
export async function judgeLayers(
  layers: readonly Layer[],
  { fixed, osv = {}, others = {} }: TestAdvisories,
): Promise<VulnerabilityReport> {
  const feeds = new FakeFeedClient();
  for (const [ecosystem, names] of Object.entries(osv)) {
    feeds.set(`https://osv-vulnerabilities.storage.googleapis.com/${ecosystem}/all.zip`, osvArchive(ecosystem, names, fixed));
  }
  for (const [url, body] of Object.entries(others)) feeds.set(url, body);
  await using libindex = await Libindex.open({
    store: new MemoryIndexerStore(),
    engine: createLayerEngine(),
    ecosystems: defaultEcosystems,
  });
  await using libvuln = await Libvuln.open({
    store: new MemoryMatcherStore(),
    feeds,
    updaterSets: selectUpdaterSets(),
    matchers: defaultMatchers,
    versionSchemes,
    initialUpdate: 'none',
    clock: fixedClock(new Date('2024-06-01T00:00:00Z')),
  });
  const index = await libindex.index({ digest: manifestDigest(layers), layers });
  if (!index.success) throw new Error(index.err);
  await libvuln.update({ namespaces: libvuln.requiredNamespaces(index) });
  return await libvuln.scan(index);
}

function osvArchive(ecosystem: string, names: readonly string[], fixed: string): Uint8Array {
  const records = names.map((name, index) => ({
    id: `GHSA-${name}`,
    aliases: [`CVE-2024-${1001 + index}`],
    affected: [{ package: { ecosystem, name }, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }] }],
  }));
  return writeZip(records.map((record, index) => ({ name: `${index}.json`, content: JSON.stringify(record) })));
}

/** `name version CVE`, sorted. */
export function affectedOf({ index, packageVulnerabilities, vulnerabilities }: VulnerabilityReport): readonly string[] {
  return [...packageVulnerabilities]
    .flatMap(([id, found]) => {
      const facts = index.packages.get(id);
      return found.map((each) => `${facts?.name} ${facts?.version} ${vulnerabilities.get(each)?.name}`);
    })
    .sort();
}
