import type { LayerDigest } from '../core/index.ts';
import { fakeEcosystem } from '../testing/fake-ecosystem.ts';
import { manifestOf } from '../testing/fake-ecosystem-index.ts';
import { FakeLayerEngine, fakeLayer } from '../testing/fake-layer-engine.ts';
import { FakeLayerFetcher } from '../testing/fake-layer-fetcher.ts';
import { fakeMatcher } from '../testing/fake-matcher.ts';
import { fakeSchemes } from '../testing/fake-matcher-scheme.ts';
import { fakeDatabaseScanner, fakeDistributionScanner } from '../testing/fake-scanner.ts';
import { fakeVulnerability } from '../testing/fake-vulnerability.ts';
import { Gates } from '../testing/gates.ts';
import { libindexSuite } from '../testing/libindex-suite.ts';
import { MemoryIndexerStore } from '../testing/memory-indexer-store.ts';
import { Libindex } from './index.ts';

const ecosystem = fakeEcosystem({ packageScanners: [fakeDatabaseScanner()], distributionScanners: [fakeDistributionScanner()] });

libindexSuite('Libindex', async () => {
  const gates = new Gates();
  const engine = new FakeLayerEngine({ before: async ({ layer, signal }) => await gates.pass(layer.digest, signal) });
  const fetcher = new FakeLayerFetcher();
  const libindex = await Libindex.open({
    store: new MemoryIndexerStore(),
    engine,
    fetcher,
    ecosystems: [ecosystem],
    matchers: [fakeMatcher('distro')],
    versionSchemes: fakeSchemes,
  });
  const firstLayer = (layers: readonly { readonly digest: LayerDigest }[]): { readonly digest: LayerDigest } => {
    const [layer] = layers;
    if (!layer) throw new Error('an image without layers');
    return layer;
  };
  return {
    libindex,
    image: (packages) =>
      manifestOf([fakeLayer({ 'etc/os-release': 'distro 1', 'db/packages': packages.map((name) => `${name} 1`).join('\n') })]),
    brokenImage: () => manifestOf([{ digest: fakeLayer({ a: 'nobody has its content' }).digest }]),
    hold: ({ layers }) => gates.close(firstLayer(layers).digest),
    runs: ({ layers }) => engine.walksOf(firstLayer(layers)),
    vulnerability: fakeVulnerability,
    layer: (entries) => fetcher.serve(entries),
    async [Symbol.asyncDispose]() {
      await libindex[Symbol.asyncDispose]();
      await fetcher[Symbol.asyncDispose]();
    },
  };
});
