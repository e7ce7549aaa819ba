import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { InputError, StoreError, type IndexReport, type IndexState, type Layer } from '../core/index.ts';
import { fakeDatabaseScanner, fakeDistributionScanner, fakeFileScanner } from '../testing/fake-scanner.ts';
import { fakeEcosystem, fakeEcosystems } from '../testing/fake-ecosystem.ts';
import { manifestOf, openFakeIndex, placesOf } from '../testing/fake-ecosystem-index.ts';
import { FakeLayerEngine, fakeContent, fakeLayer } from '../testing/fake-layer-engine.ts';
import { MemoryIndexerStore } from '../testing/memory-indexer-store.ts';
import { Libindex, manifestDigest, type IndexProgress } from './index.ts';

const base = fakeLayer({ 'etc/os-release': 'known 1', 'db/packages': 'a 1\nb 1' });
const middle = fakeLayer({ 'db/packages': 'a 1\nb 2' });
const top = fakeLayer({ 'app/c.pkg': 'c 1' });
const image = [base, middle, top];
const places = ['a 1 @ db/packages in 0', 'b 2 @ db/packages in 1', 'c 1 @ app/c.pkg in 2'];

function withoutContent(layer: Layer): Layer {
  return { digest: layer.digest };
}

function statesOf(events: readonly IndexProgress[]): readonly IndexState[] {
  return events.flatMap((event) => (event.kind === 'state' ? [event.state] : []));
}

describe('the state machine', () => {
  it('goes through all states, each stored when it is told', async () => {
    await using bench = await openFakeIndex();
    const { digest } = manifestOf(image);
    const polled: Promise<IndexReport | undefined>[] = [];
    const report = await bench.index(image, {
      onProgress: (event) => event.kind === 'state' && polled.push(bench.store.indexReport(digest)),
    });
    const stored = (await Promise.all(polled)).map((one) => one?.state);
    expect(statesOf(bench.events)).toEqual(['CheckManifest', 'FetchLayers', 'ScanLayers', 'Coalesce', 'IndexManifest', 'IndexFinished']);
    expect(stored).toEqual([undefined, 'FetchLayers', 'ScanLayers', 'Coalesce', 'IndexManifest', 'IndexFinished']);
    expect(report).toMatchObject({ state: 'IndexFinished', success: true, err: '', manifestHash: digest });
    expect(placesOf(report, image)).toEqual(places);
    expect(await bench.libindex.indexReport(digest)).toEqual(report);
    expect(bench.store.indexed.get(digest)?.packages).toEqual(report.packages);
    expect(bench.store.manifests.get(digest)).toEqual(image.map(withoutContent));
    expect(bench.store.locker.keys).toEqual([]);
  });

  it('answers a known image from the store, without content and without touching the report', async () => {
    const engine = new FakeLayerEngine();
    await using bench = await openFakeIndex({ engine });
    const first = await bench.index(image);
    const walks = engine.walks.length;
    const second = await bench.index(image.map(withoutContent));
    expect(second).toEqual(first);
    expect(engine.walks.length).toBe(walks);
    expect(statesOf(bench.events).slice(6)).toEqual(['IndexFinished']);
  });

  it('reads only the new layers of a second image', async () => {
    const engine = new FakeLayerEngine();
    await using bench = await openFakeIndex({ engine });
    await bench.index([base, middle]);
    const report = await bench.index([withoutContent(base), withoutContent(middle), top]);
    expect(report.success).toBe(true);
    expect(image.map((layer) => engine.walksOf(layer))).toEqual([1, 1, 1]);
    expect(bench.events.filter((event) => event.kind === 'layer-known').length).toBe(2);
  });

  it('reads a layer once that is in the image twice', async () => {
    const engine = new FakeLayerEngine();
    await using bench = await openFakeIndex({ engine });
    await bench.index([top, base, top]);
    expect(engine.walksOf(top)).toBe(1);
  });

  it('finishes an image without layers', async () => {
    await using bench = await openFakeIndex();
    expect(await bench.index([])).toMatchObject({ state: 'IndexFinished', success: true, packages: new Map() });
  });

  it('remembers that a layer was scanned in which nothing was found', async () => {
    const engine = new FakeLayerEngine();
    await using bench = await openFakeIndex({ engine });
    const empty = fakeLayer({ 'some/file': '' });
    await bench.index([empty]);
    await bench.index([withoutContent(empty), top]);
    expect(engine.walksOf(empty)).toBe(1);
  });

  it('lets only a changed scanner read again', async () => {
    const engine = new FakeLayerEngine();
    const store = new MemoryIndexerStore();
    const before = await openFakeIndex({
      engine,
      store,
      ecosystems: [fakeEcosystem({ packageScanners: [fakeDatabaseScanner(), fakeFileScanner()] })],
    });
    await before.index(image);
    const after = await openFakeIndex({
      engine,
      store,
      ecosystems: [fakeEcosystem({ packageScanners: [fakeDatabaseScanner(), fakeFileScanner({ version: 2 })] })],
    });
    const report = await after.index(image);
    expect(engine.walks.slice(3).map((walk) => walk.scanners)).toEqual(Array.from({ length: 3 }, () => ['fake-file/2/package']));
    expect(placesOf(report, image)).toEqual(places);
    expect(after.libindex.state()).not.toBe(before.libindex.state());
  });

  it('tells the progress of layers', async () => {
    await using bench = await openFakeIndex();
    await bench.index([base]);
    const ofLayer = bench.events.filter((event) => event.kind !== 'state');
    expect(ofLayer).toMatchObject([
      { kind: 'layer-progress', layer: base.digest, bytes: base.size, total: base.size },
      { kind: 'layer-done', layer: base.digest, blobBytes: base.size, passes: 1 },
    ]);
  });

  it('goes on when a progress callback throws', async () => {
    await using bench = await openFakeIndex();
    const onProgress = (): void => {
      throw new Error('a defect of the caller');
    };
    expect(await bench.index(image, { onProgress })).toMatchObject({ success: true });
  });

  it('reads no more layers at once than it may', async () => {
    let running = 0;
    let most = 0;
    const before = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running -= 1;
    };
    await using bench = await openFakeIndex({ engine: new FakeLayerEngine({ before }), layerScanConcurrency: 2 });
    const layers = Array.from({ length: 8 }, (_, index) => fakeLayer({ [`${index}.pkg`]: `p ${index}` }));
    await Promise.all([bench.index(layers.slice(0, 4)), bench.index(layers.slice(4))]);
    expect(most).toBe(2);
  });
});

describe('what is wrong with an image', () => {
  it('a layer without content', async () => {
    await using bench = await openFakeIndex();
    const report = await bench.index([base, withoutContent(top)]);
    expect(report).toMatchObject({ state: 'IndexError', success: false, errCode: 'LAYER_CONTENT_MISSING' });
    expect(report.err).toBe(`a layer says nothing about where its content is (layer ${top.digest})`);
    expect(await bench.libindex.indexReport(report.manifestHash)).toEqual(report);
    expect(statesOf(bench.events)).toEqual(['CheckManifest', 'FetchLayers', 'IndexError']);
  });

  it('a layer with the wrong content: the next run reads only that one', async () => {
    const engine = new FakeLayerEngine();
    await using bench = await openFakeIndex({ engine, layerScanConcurrency: 1 });
    const damaged = { ...top, content: fakeContent(new TextEncoder().encode('[]')) };
    const failed = await bench.index([base, middle, damaged]);
    expect(failed).toMatchObject({ state: 'IndexError', errCode: 'DIGEST_MISMATCH', packages: new Map(), environments: new Map() });
    expect(failed.err).toContain(top.digest);
    const report = await bench.index(image);
    expect(placesOf(report, image)).toEqual(places);
    expect(image.map((layer) => engine.walksOf(layer))).toEqual([1, 1, 2]);
  });

  it('a failure stops the other layers and leaves no lock', async () => {
    const before = async ({ layer, signal }: { layer: Layer; signal?: AbortSignal | undefined }): Promise<void> => {
      if (layer.digest === top.digest) throw new InputError('TAR_CORRUPT');
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    };
    await using bench = await openFakeIndex({ engine: new FakeLayerEngine({ before }) });
    const report = await bench.index(image);
    expect(report.errCode).toBe('TAR_CORRUPT');
    expect(bench.store.locker.keys).toEqual([]);
  });

  it('a scanner that throws is our fault, and says which', async () => {
    const onScan = (): void => {
      throw new InputError('TAR_CORRUPT');
    };
    await using bench = await openFakeIndex({ ecosystems: [fakeEcosystem({ packageScanners: [fakeFileScanner({ onScan })] })] });
    const report = await bench.index(image);
    expect(report).toMatchObject({ state: 'IndexError', errCode: 'INTERNAL' });
    expect(report.err).toContain('fake-file/1/package');
  });

  it('a layer map that cannot be read', async () => {
    const engine = new FakeLayerEngine();
    engine.merge = () => {
      throw new InputError('LAYER_MAP_CORRUPT');
    };
    await using bench = await openFakeIndex({ engine });
    expect(await bench.index(image)).toMatchObject({ state: 'IndexError', errCode: 'LAYER_MAP_CORRUPT' });
    expect(statesOf(bench.events).at(-2)).toBe('Coalesce');
  });

  it('a layer digest that is none', async () => {
    await using bench = await openFakeIndex();
    const layer = { ...top, digest: 'sha256:beef' as Layer['digest'] };
    expect(await bench.index([layer])).toMatchObject({ state: 'IndexError', errCode: 'DIGEST_INVALID' });
  });

  it('an error that is not ours, with control characters, becomes one plain sentence', async () => {
    const engine = new FakeLayerEngine({
      before: () => {
        throw new InputError('TAR_CORRUPT', { path: `a\u001b[31m${'x'.repeat(500)}` });
      },
    });
    await using bench = await openFakeIndex({ engine });
    const { err } = await bench.index([top]);
    expect(err).not.toContain('\u001b');
    expect(err.length).toBeLessThan(400);
  });
});

describe('a store that cannot be written', () => {
  const methods = [
    'isManifestScanned',
    'putManifest',
    'missingScanners',
    'putIndexReport',
    'putLayer',
    'layerWalk',
    'layerArtifacts',
    'askedArtifacts',
    'indexManifest',
    'finishManifest',
  ];

  it.each(methods)('%s: the call rejects, and the next one does only what is missing', async (method) => {
    let failures = 1;
    const before = (called: string): void => {
      if (called !== method || failures === 0) return;
      failures -= 1;
      throw new StoreError('STORE_WRITE');
    };
    const engine = new FakeLayerEngine();
    await using bench = await openFakeIndex({ engine, store: new MemoryIndexerStore({ before }), layerScanConcurrency: 1 });
    await expect(bench.index(image)).rejects.toMatchObject({ code: 'STORE_WRITE' });
    expect(bench.store.locker.keys).toEqual([]);
    expect(placesOf(await bench.index(image), image)).toEqual(places);
    expect(image.map((layer) => engine.walksOf(layer))).toEqual(method === 'putLayer' ? [2, 1, 1] : [1, 1, 1]);
  });
});

describe('misuse', () => {
  it('a manifest digest that is none', async () => {
    await using bench = await openFakeIndex();
    const digest = 'sha256:beef' as IndexReport['manifestHash'];
    await expect(bench.libindex.index({ digest, layers: [] })).rejects.toMatchObject({ code: 'USAGE_OPTION', kind: 'usage' });
  });

  it.each([0, -1, 1.5, Number.NaN])('a parallelism of %s', async (layerScanConcurrency) => {
    await expect(openFakeIndex({ layerScanConcurrency })).rejects.toMatchObject({ code: 'USAGE_OPTION' });
  });

  it('two scanners of one identity', async () => {
    const ecosystems = [fakeEcosystem({ packageScanners: [fakeFileScanner()] }), fakeEcosystem({ packageScanners: [fakeFileScanner()] })];
    await expect(openFakeIndex({ ecosystems })).rejects.toMatchObject({ code: 'USAGE_OPTION' });
  });

  it('one scanner in two ecosystems is no misuse and finds things once', async () => {
    const scanner = fakeFileScanner();
    await using bench = await openFakeIndex({
      ecosystems: [fakeEcosystem({ packageScanners: [scanner] }), fakeEcosystem({ packageScanners: [scanner] })],
    });
    expect(placesOf(await bench.index(image), image)).toEqual(['c 1 @ app/c.pkg in 2']);
  });

  it('use after closing', async () => {
    const bench = await openFakeIndex();
    await bench[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();
    await expect(bench.index(image)).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
    await expect(bench.libindex.indexReport(manifestDigest([]))).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
  });
});

describe('state()', () => {
  const open = async (...ecosystems: ReturnType<typeof fakeEcosystem>[]): Promise<string> =>
    (await Libindex.open({ store: new MemoryIndexerStore(), engine: new FakeLayerEngine(), ecosystems })).state();

  it('is the same for the same scanners in any order, and after a restart', async () => {
    const [db, file] = [
      fakeEcosystem({ packageScanners: [fakeDatabaseScanner()] }),
      fakeEcosystem({ packageScanners: [fakeFileScanner()] }),
    ];
    expect(await open(db, file)).toBe(await open(file, db));
    expect(await open(db, file)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('changes with a name, a version, a kind, or one scanner more', async () => {
    const states = await Promise.all([
      open(fakeEcosystem({ packageScanners: [fakeFileScanner({ name: 'x' })] })),
      open(fakeEcosystem({ packageScanners: [fakeFileScanner({ name: 'x', version: 2 })] })),
      open(fakeEcosystem({ packageScanners: [fakeFileScanner({ name: 'y' })] })),
      open(fakeEcosystem({ distributionScanners: [fakeDistributionScanner({ name: 'x' })] })),
      open(...fakeEcosystems()),
    ]);
    expect(new Set(states).size).toBe(states.length);
  });
});

describe('manifestDigest', () => {
  it('is SHA-256 over the lines of the digests', () => {
    const lines = `${base.digest}\n${top.digest}\n`;
    expect(manifestDigest([base, top])).toBe(`sha256:${createHash('sha256').update(lines).digest('hex')}`);
  });

  it('depends on the order', () => {
    expect(manifestDigest([base, top])).not.toBe(manifestDigest([top, base]));
  });
});
