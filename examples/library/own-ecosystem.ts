// claircore: an ecosystem of your own, with a coalescer that says which of what its scanner found counts in the final image.
// Run in a checkout: npx node examples/library/own-ecosystem.ts [ARCHIVE]
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultEcosystems, defineEcosystem, definePackageScanner, openImage, openLibindex } from 'claircore';
import type { Coalescer } from 'claircore';

const detector = 'urn:claircore:detector:base-image:1:package';
const facts = { kind: 'binary', arch: '', module: '', cpe: '', detector } as const;

/** The release file of the image's base, as if it were a package. */
const scanner = definePackageScanner({
  name: 'base-image',
  version: 1,
  kind: 'package',
  // Links are followed to it: what is asked for is the usual name, whatever file that is in the end.
  wants: (path) => (path === 'etc/os-release' ? 'bytes' : 'no'),
  async scan(files) {
    const texts = await Promise.all(files.map(async (file) => ({ path: file.path, text: new TextDecoder().decode(await file.bytes()) })));
    const packages = texts.map(({ path, text }) => {
      const [, version = ''] = /^VERSION_ID="?([^"\n]*)/m.exec(text) ?? [];
      const [, name = 'linux'] = /^ID="?([^"\n]*)/m.exec(text) ?? [];
      return { facts: { ...facts, name: `${name}-base`, version }, origin: 'file', path } as const;
    });
    return { packages };
  },
});

/**
 * Gets what was found in each layer, base first, and the final file system. This one takes the lowest layer that has a release file:
 * the base, whatever is installed on it. Without a coalescer, what is visible in the final image counts.
 */
const coalescer: Coalescer = {
  coalesce(layers) {
    for (const [index, { layer, artifacts, asked }] of layers.entries()) {
      const [found] = [...artifacts, ...asked].flatMap(({ findings }) => findings.packages ?? []);
      if (!found) continue;
      const environment = { packageDb: found.path, introducedIn: layer.digest };
      return { packages: [{ facts: found.facts, environment, repositories: [], layer: index, origin: found.origin }], diagnostics: [] };
    }
    return { packages: [], diagnostics: [] };
  },
};

const baseImage = defineEcosystem({
  id: 'base-image',
  packageScanners: [scanner],
  distributionScanners: [],
  repositoryScanners: [],
  coalescer,
});
const ecosystems = [...defaultEcosystems, baseImage];
// Results of its own: another set of scanners gives other reports.
await using libindex = await openLibindex({ dataStore: 'sqlite', path: join(tmpdir(), 'claircore-base-image.db'), ecosystems });
await using image = await openImage(process.argv[2] ?? join(import.meta.dirname, '..', 'shop.tar'), { ecosystems });
const report = await libindex.index(image.manifest);

for (const found of report.packages.values()) {
  if (found.detector !== detector) continue;
  const [place] = report.environments.get(found.id) ?? [];
  const layer = image.manifest.layers.findIndex(({ digest }) => digest === place?.introducedIn);
  console.log(`${found.name} ${found.version} from ${place?.packageDb} in layer ${layer}, among ${report.packages.size} packages`);
}
