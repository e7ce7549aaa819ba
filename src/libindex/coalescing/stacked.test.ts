import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LayerEngine } from '../../contracts/index.ts';
import type { Layer } from '../../core/index.ts';
import { createLayerEngine, stackLayers } from '../../image/index.ts';
import { fakeEcosystem } from '../../testing/fake-ecosystem.ts';
import { diagnosticsOf, openFakeIndex, placesOf } from '../../testing/fake-ecosystem-index.ts';
import { FakeLayerEngine, fakeLayer, type FakeEntry, type FakeLayer } from '../../testing/fake-layer-engine.ts';
import { collectBytes, tarLayer, tarLayerOf } from '../../testing/fake-layer-engine-tar.ts';
import { fakeDatabaseScanner, fakeFileScanner } from '../../testing/fake-scanner.ts';

// Each run scans an image twice.
const runs = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);

// Few names, so that layers meet: directories and links of the same names, wanted and unwanted files.
const directories = fc.constantFrom('d', 'e', 'd/e', 'e/d');
const names = fc.constantFrom('a.pkg', 'b.pkg', 'blob', 'packages');
const filePaths = fc.oneof(
  names,
  fc.tuple(directories, names).map((parts) => parts.join('/')),
);
const contents = fc.constantFrom('a 1', 'a 2', 'b 1', 'a 1\nb 1', '');
const targets = fc.oneof(
  directories,
  directories.map((path) => `/${path}`),
  fc.constantFrom('..', '../d', '../../e', '../e/blob', '/blob'),
  filePaths,
);

const fileEntries = fc.tuple(
  filePaths,
  contents.map((content): FakeEntry => content),
);
const linkEntries = fc.tuple(
  fc.oneof(directories, filePaths),
  targets.map((symlink): FakeEntry => ({ symlink })),
);
const hardLinkEntries = fc.tuple(
  filePaths,
  filePaths.map((hardlink): FakeEntry => ({ hardlink })),
);
const markEntries = fc.oneof(
  fc.tuple(fc.oneof(directories, filePaths), fc.constant<FakeEntry>({ whiteout: true })),
  fc.tuple(directories, fc.constantFrom<FakeEntry>({ opaque: true }, { directory: true })),
);

const entries = fc.oneof(
  { weight: 5, arbitrary: fileEntries },
  { weight: 2, arbitrary: linkEntries },
  { weight: 2, arbitrary: hardLinkEntries },
  {
    weight: 2,
    arbitrary: markEntries,
  },
);
const layerEntries = fc.uniqueArray(entries, { maxLength: 6, selector: ([path]) => path });
const images = fc.array(
  layerEntries.map((list): FakeLayer => Object.fromEntries(list)),
  { minLength: 1, maxLength: 4 },
);

function ecosystems(): ReturnType<typeof fakeEcosystem>[] {
  const scanner = fakeDatabaseScanner({ paths: ['packages', 'd/packages', 'd/e/packages'] });
  return [fakeEcosystem({ packageScanners: [scanner, fakeFileScanner()] })];
}

interface Outcome {
  readonly places: readonly string[];
  readonly diagnostics: readonly string[];
}

async function indexOver(engine: LayerEngine, layers: readonly Layer[]): Promise<Outcome> {
  await using bench = await openFakeIndex({ engine, ecosystems: ecosystems() });
  const report = await bench.index(layers);
  expect(report.err).toBe('');
  return { places: placesOf(report, layers), diagnostics: diagnosticsOf(report, layers) };
}

/** Places without the layers. */
function withoutLayers({ places }: Outcome): readonly string[] {
  return places.map((place) => place.replace(/ in \d+$/, ''));
}

/** What the plain engine has no rule for: entries of one layer below what is no directory, hard links to symbolic links or in circles. */
function isTidy(image: readonly FakeLayer[]): boolean {
  const all = image.flatMap((layer) => Object.entries(layer));
  const symlinks = all.flatMap(([path, entry]) => (typeof entry === 'object' && 'symlink' in entry ? [path] : []));
  const isPlain = all.every(
    ([, entry]) => typeof entry === 'string' || !('hardlink' in entry) || !symlinks.some((path) => isAtOrBelow(entry.hardlink, path)),
  );
  return (
    isPlain &&
    !image.some(hasHardLinkCircle) &&
    image.every((layer) => Object.entries(layer).every(([path, entry]) => isDirectoryLike(entry) || !hasBelow(layer, path)))
  );
}

function hasHardLinkCircle(layer: FakeLayer): boolean {
  const targetOf = (path: string): string | undefined => {
    const entry = layer[path];
    return typeof entry === 'object' && 'hardlink' in entry ? entry.hardlink : undefined;
  };
  return Object.keys(layer).some((start) => {
    const passed = new Set<string>();
    for (let path: string | undefined = start; path !== undefined; path = targetOf(path)) {
      if (passed.has(path)) return true;
      passed.add(path);
    }
    return false;
  });
}

function isDirectoryLike(entry: FakeEntry): boolean {
  return typeof entry === 'object' && ('directory' in entry || 'whiteout' in entry || 'opaque' in entry);
}

function hasBelow(layer: FakeLayer, path: string): boolean {
  return Object.keys(layer).some((other) => other !== path && isAtOrBelow(other, path));
}

function isAtOrBelow(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}/`);
}

describe('the final file system', () => {
  it('as one flattened layer yields the same packages at the same places', async () => {
    await fc.assert(
      fc.asyncProperty(images, async (image) => {
        const engine = createLayerEngine();
        const layers = image.map((layer) => tarLayer(layer));
        const flat = tarLayerOf(await collectBytes(stackLayers(layers)));
        expect(withoutLayers(await indexOver(engine, layers))).toEqual(withoutLayers(await indexOver(engine, [flat])));
      }),
      { numRuns: runs },
    );
  });

  it('yields the same packages since the same layers, and the same diagnostics, over the plain engine', async () => {
    await fc.assert(
      fc.asyncProperty(images.filter(isTidy), async (image) => {
        const real = await indexOver(
          createLayerEngine(),
          image.map((layer) => tarLayer(layer)),
        );
        const plain = await indexOver(
          new FakeLayerEngine(),
          image.map((layer) => fakeLayer(layer)),
        );
        expect(plain).toEqual(real);
      }),
      { numRuns: runs },
    );
  });
});
