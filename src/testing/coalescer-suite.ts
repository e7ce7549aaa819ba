import { describe, expect, it } from 'vitest';
import { scannerKey, type Coalesced, type Coalescer, type ImageTree, type LayerArtifact, type LayerFacts } from '../contracts/index.ts';
import type { Layer } from '../core/index.ts';
import { FakeLayerEngine, fakeLayer, type FakeLayer } from './fake-layer-engine.ts';
import { fakeDatabaseScanner, fakeFileScanner } from './fake-scanner.ts';

const engine = new FakeLayerEngine();
const scanners = [fakeDatabaseScanner(), fakeFileScanner()];

interface Image {
  readonly layers: readonly LayerFacts[];
  readonly tree: ImageTree;
  readonly stack: (from: number, below: number) => ImageTree;
}

/** What every {@link Coalescer} keeps to. `create` gets the tree of the layers `from` to the one before `below`, for those that need it. */
export function coalescerSuite(name: string, create: (stack: Image['stack']) => Coalescer): void {
  describe(`${name} as a coalescer`, () => {
    const coalesce = async (...entries: readonly FakeLayer[]): Promise<readonly string[]> => {
      const image = await imageOf(entries);
      return linesOf(await create(image.stack).coalesce(image.layers, image.tree), image.layers);
    };

    it.each<[string, readonly FakeLayer[], readonly string[]]>([
      ['no layer', [], []],
      ['nothing in a layer', [{}], []],
      ['a file', [{ 'x/a.pkg': 'a 1' }], ['a 1 @ x/a.pkg in 0 by 0']],
      ['files of two layers', [{ 'a.pkg': 'a 1' }, { 'b.pkg': 'b 1' }], ['a 1 @ a.pkg in 0 by 0', 'b 1 @ b.pkg in 1 by 1']],
      ['a file that is removed', [{ 'x/a.pkg': 'a 1' }, { 'x/a.pkg': { whiteout: true } }], []],
      ['a file in a directory that is removed', [{ 'x/a.pkg': 'a 1' }, { x: { whiteout: true } }], []],
      ['a file in a directory made opaque', [{ 'x/a.pkg': 'a 1' }, { x: { opaque: true } }], []],
      ['a file below what became a file', [{ 'x/a.pkg': 'a 1' }, { x: '' }], []],
      ['a file that is replaced', [{ 'a.pkg': 'a 1' }, { 'a.pkg': 'a 2' }], ['a 2 @ a.pkg in 1 by 1']],
      ['a file that is written again', [{ 'a.pkg': 'a 1' }, {}, { 'a.pkg': 'a 1' }], ['a 1 @ a.pkg in 0 by 2']],
      ['a file beside an opaque mark', [{ 'x/a.pkg': 'a 1' }, { 'x/a.pkg': 'a 2', x: { opaque: true } }], ['a 2 @ x/a.pkg in 1 by 1']],
      ['a database', [{ 'db/packages': 'a 1\nb 1' }], ['a 1 @ db/packages in 0 by 0', 'b 1 @ db/packages in 0 by 0']],
      [
        'the top-most database',
        [{ 'db/packages': 'a 1\nb 1' }, { 'x.pkg': 'x 1' }, { 'db/packages': 'a 1\nb 2' }],
        ['a 1 @ db/packages in 0 by 2', 'b 2 @ db/packages in 2 by 2', 'x 1 @ x.pkg in 1 by 1'],
      ],
      [
        'a package that went and came again',
        [{ 'db/packages': 'a 1\nb 1' }, { 'db/packages': 'a 1' }, { 'db/packages': 'b 1\na 1' }],
        ['a 1 @ db/packages in 0 by 2', 'b 1 @ db/packages in 2 by 2'],
      ],
    ])('sees of %s what the final image has', async (_, layers, expected) => {
      expect(await coalesce(...layers)).toEqual(expected);
    });

    it('tells a database that was removed', async () => {
      const image = await imageOf([{ 'db/packages': 'a 1' }, { db: { whiteout: true } }]);
      const { packages, diagnostics } = await create(image.stack).coalesce(image.layers, image.tree);
      expect(packages).toEqual([]);
      expect(diagnostics).toMatchObject([{ code: 'PACKAGE_DATABASE_REMOVED', path: 'db/packages', layer: image.layers[0]?.layer.digest }]);
    });

    it('keeps all that was found of a package', async () => {
      const image = await imageOf([{ 'a.pkg': 'a 1' }]);
      const found = image.layers[0]?.artifacts.flatMap(({ findings }) => findings.packages ?? [])[0];
      const { packages } = await create(image.stack).coalesce(image.layers, image.tree);
      expect(packages).toMatchObject([{ facts: found?.facts, origin: 'file', repositories: [found?.repository] }]);
    });

    it('gives the same each time, and leaves what it is given alone', async () => {
      const image = await imageOf([{ 'db/packages': 'a 1\nb 1', 'a.pkg': 'a 1' }, { 'db/packages': 'b 1' }]);
      const before = structuredClone(image.layers.map(({ artifacts, asked }) => ({ artifacts, asked })));
      const coalescer = create(image.stack);
      const [first, second] = [await coalescer.coalesce(image.layers, image.tree), await coalescer.coalesce(image.layers, image.tree)];
      expect(second).toEqual(first);
      expect(image.layers.map(({ artifacts, asked }) => ({ artifacts, asked }))).toEqual(before);
    });
  });
}

async function imageOf(entries: readonly FakeLayer[]): Promise<Image> {
  const layers: LayerFacts[] = [];
  const maps: Uint8Array[] = [];
  for (const layer of entries.map(fakeLayer)) {
    const { artifacts, map } = await scan(layer);
    layers.push({ layer, artifacts, asked: [] });
    maps.push(map);
  }
  return { layers, tree: engine.merge(maps), stack: (from, below) => engine.merge(maps.slice(from, below)) };
}

async function scan(layer: Layer): Promise<{ readonly artifacts: readonly LayerArtifact[]; readonly map: Uint8Array }> {
  await using walk = await engine.walk({ layer, scanners });
  const artifacts: LayerArtifact[] = [];
  for (const scanner of scanners) {
    const files = walk.files.get(scannerKey(scanner)) ?? [];
    const read = files.map(({ path, realPath }) => ({ asked: path, real: realPath }));
    const { name, version, kind } = scanner;
    artifacts.push({ scanner: { name, version, kind }, findings: await scanner.scan(files), read });
  }
  return { artifacts, map: walk.map ?? new Uint8Array() };
}

/** `NAME VERSION @ PATH in LAYER THAT INTRODUCED IT by LAYER THAT SHOWS IT`, sorted. */
function linesOf({ packages }: Coalesced, layers: readonly LayerFacts[]): readonly string[] {
  return packages
    .map(({ facts, environment: { packageDb, introducedIn }, layer }) => {
      const introduced = layers.findIndex((facts) => facts.layer.digest === introducedIn);
      return `${facts.name} ${facts.version} @ ${packageDb} in ${introduced} by ${layer}`;
    })
    .sort();
}
