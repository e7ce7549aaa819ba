// claircore/libindex: index an image with a scanner of your own beside those that come with the package.
// Run in a checkout: npx node examples/library/own-scanner.ts [ARCHIVE]
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createLayerEngine,
  defaultEcosystems,
  defineEcosystem,
  definePackageScanner,
  diagnostic,
  openImage,
  openIndexerStore,
} from 'claircore';
import type { Findings, LayerFile } from 'claircore';
import { Libindex } from 'claircore/libindex';

const detector = 'urn:claircore:detector:application:1:package';
const facts = { kind: 'binary', arch: '', module: '', cpe: '', detector } as const;
const repository = { name: 'in-house', key: '', uri: '', cpe: '' };

/** Applications by their own package.json: those outside node_modules, which the scanner of npm leaves alone. */
const scanner = definePackageScanner({
  name: 'application',
  // Grows with every change of what is found: layers are then read again, for this scanner alone.
  version: 1,
  kind: 'package',
  // Asked for every file of a layer: it must be cheap.
  wants: (path) => (path.endsWith('/package.json') && !path.includes('node_modules/') ? 'bytes' : 'no'),
  async scan(files) {
    const found = await Promise.all(files.map(read));
    return { packages: found.flatMap(({ packages = [] }) => packages), diagnostics: found.flatMap(({ diagnostics = [] }) => diagnostics) };
  },
});

async function read(file: LayerFile): Promise<Findings> {
  const { path } = file;
  try {
    const { name, version } = JSON.parse(new TextDecoder().decode(await file.bytes())) as { name: unknown; version: unknown };
    if (typeof name !== 'string' || typeof version !== 'string') return { diagnostics: [diagnostic('FILE_UNIDENTIFIED', { path })] };
    return { packages: [{ facts: { ...facts, name, version }, origin: 'file', path, repository }] };
  } catch {
    // A file that cannot be read is told: never passed over, never thrown.
    return { diagnostics: [diagnostic('FILE_UNPARSABLE', { path })] };
  }
}

const application = defineEcosystem({ id: 'application', packageScanners: [scanner], distributionScanners: [], repositoryScanners: [] });
const ecosystems = [...defaultEcosystems, application];
// Of its own: a report of an image that is known is given back as it was made, with what these scanners found.
const store = await openIndexerStore({ dataStore: 'sqlite', path: join(tmpdir(), 'claircore-application.db') });
await using libindex = await Libindex.open({ store, engine: createLayerEngine(), ecosystems });
await using image = await openImage(process.argv[2] ?? join(import.meta.dirname, '..', 'shop.tar'), { ecosystems });
const report = await libindex.index(image.manifest, {
  onProgress: (event) => console.log(event.kind === 'state' ? event.state : event.kind),
});
for (const found of report.packages.values()) {
  const [place] = report.environments.get(found.id) ?? [];
  const layer = image.manifest.layers.findIndex(({ digest }) => digest === place?.introducedIn);
  if (found.detector === detector) console.log(`${found.name} ${found.version} in ${place?.packageDb}, since layer ${layer}`);
}
