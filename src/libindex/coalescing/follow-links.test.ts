import { describe, expect, it } from 'vitest';
import { diagnostic, type Layer } from '../../core/index.ts';
import { createLayerEngine } from '../../image/index.ts';
import { fakeEcosystem } from '../../testing/fake-ecosystem.ts';
import { diagnosticsOf, openFakeIndex, placesOf } from '../../testing/fake-ecosystem-index.ts';
import { FakeLayerEngine, fakeContent, fakeLayer } from '../../testing/fake-layer-engine.ts';
import { tarLayer } from '../../testing/fake-layer-engine-tar.ts';
import { fakeFileScanner } from '../../testing/fake-scanner.ts';
import { MemoryIndexerStore } from '../../testing/memory-indexer-store.ts';

const link = fakeLayer({ db: { symlink: 'usr/db' } });
const database = fakeLayer({ 'usr/db/packages': 'a 1' });
const image = [link, database];
const places = ['a 1 @ db/packages in 1'];
const empty = fakeContent(new TextEncoder().encode('[]'));

function withContent(layer: Layer, content: Layer['content']): Layer {
  return { digest: layer.digest, ...(content && { content }) };
}

describe('reading again what links lead to', () => {
  it('reads just the layer that has the file, and tells it', async () => {
    const engine = new FakeLayerEngine();
    await using bench = await openFakeIndex({ engine });
    expect(placesOf(await bench.index(image), image)).toEqual(places);
    expect(engine.walks.filter((walk) => walk.asked)).toEqual([
      { layer: database.digest, scanners: ['fake-db/1/package'], asked: ['db/packages'] },
    ]);
    expect(bench.events).toContainEqual({ kind: 'layer-reread', layer: database.digest, paths: 1 });
  });

  it('happens once for a layer, whatever image it is in', async () => {
    const engine = new FakeLayerEngine();
    await using bench = await openFakeIndex({ engine });
    await bench.index(image);
    const walks = engine.walks.length;
    const other = [link, database, fakeLayer({ other: '' })];
    await bench.index(image);
    expect(placesOf(await bench.index(other), other)).toEqual(places);
    expect(engine.walks.length).toBe(walks + 1);
  });

  it('happens once when two processes need it', async () => {
    const store = new MemoryIndexerStore();
    const engine = new FakeLayerEngine({ before: () => new Promise((resolve) => setTimeout(resolve, 3)) });
    const images = [image, [link, database, fakeLayer({ other: '' })]];
    const reports = await Promise.all(images.map(async (layers) => await (await openFakeIndex({ store, engine })).index(layers)));
    expect(reports.map((report, index) => placesOf(report, images[index] ?? []))).toEqual([places, places]);
    expect(engine.walks.filter((walk) => walk.asked).length).toBe(1);
  });

  it('is a gap where the content is not at hand any more', async () => {
    await using bench = await openFakeIndex();
    await bench.index([database]);
    const report = await bench.index([link, withContent(database, undefined)]);
    expect(report).toMatchObject({ state: 'IndexFinished', packages: new Map() });
    expect(report.diagnostics).toEqual([
      {
        code: 'LINK_UNREADABLE',
        level: 'warning',
        layer: database.digest,
        path: 'db/packages',
        data: { real: 'usr/db/packages', reason: 'LAYER_CONTENT_MISSING' },
      },
    ]);
  });

  it('is a gap where the content is another by now', async () => {
    await using bench = await openFakeIndex();
    await bench.index([database]);
    const report = await bench.index([link, withContent(database, empty)]);
    expect(report.diagnostics).toMatchObject([{ code: 'LINK_UNREADABLE', data: { reason: 'DIGEST_MISMATCH' } }]);
  });

  it('fails the image when the scanner throws', async () => {
    const onScan = (files: readonly unknown[]): void => {
      if (files.length > 0) throw new Error('a defect');
    };
    await using bench = await openFakeIndex({ ecosystems: [fakeEcosystem({ packageScanners: [fakeFileScanner({ onScan })] })] });
    const report = await bench.index([fakeLayer({ 'store/blob': 'a 1' }), fakeLayer({ 'a.pkg': { symlink: 'store/blob' } })]);
    expect(report).toMatchObject({ state: 'IndexError', errCode: 'INTERNAL' });
  });

  it('stops at the limit and says so', async () => {
    await using bench = await openFakeIndex({ limits: { linkPaths: 0 } });
    const report = await bench.index(image);
    expect(report.diagnostics).toEqual([{ code: 'LINK_BUDGET', level: 'warning', data: { limit: 0 } }]);
  });

  it('gives what the first image learnt to no image whose links lead elsewhere', async () => {
    await using bench = await openFakeIndex();
    await bench.index(image);
    const alone = await bench.index([database]);
    expect(alone).toMatchObject({ packages: new Map(), diagnostics: [] });
    const removed = [link, database, fakeLayer({ db: { whiteout: true } })];
    const without = await bench.index(removed);
    expect(without).toMatchObject({ packages: new Map() });
    expect(diagnosticsOf(without, removed)).toEqual([]);
  });

  it('takes no release file for one that only another image has as such', async () => {
    await using bench = await openFakeIndex();
    const layer = fakeLayer({ 'opt/release': 'known 9', 'db/packages': 'a 1' });
    const linked = await bench.index([fakeLayer({ 'etc/os-release': { symlink: '/opt/release' } }), layer]);
    expect(linked.distributions.size).toBe(1);
    const alone = await bench.index([layer]);
    expect(alone.packages.size).toBe(1);
    expect(alone.distributions.size).toBe(0);
  });

  it('takes no file for the earlier version of another that only another image has in its place', async () => {
    await using bench = await openFakeIndex();
    const early = fakeLayer({ 'one/packages': 'a 1' });
    await bench.index([early, fakeLayer({ db: { symlink: 'one' } })]);
    const layers = [early, fakeLayer({ db: { symlink: 'two' } }), fakeLayer({ 'two/packages': 'a 1' })];
    expect(placesOf(await bench.index(layers), layers)).toEqual(['a 1 @ db/packages in 2']);
  });

  it('says of a file that was read again only to the images that need it', async () => {
    const engine: FakeLayerEngine = new FakeLayerEngine({
      diagnostics: () => (engine.walks.at(-1)?.asked ? [diagnostic('FILE_TOO_LARGE', { path: 'usr/db/packages' })] : []),
    });
    await using bench = await openFakeIndex({ engine, layerScanConcurrency: 1 });
    expect(diagnosticsOf(await bench.index(image), image)).toEqual(['FILE_TOO_LARGE 1:usr/db/packages']);
    expect(diagnosticsOf(await bench.index([database]), [database])).toEqual([]);
  });

  it('keeps two files apart that one path leads to in two images', async () => {
    await using bench = await openFakeIndex();
    const both = fakeLayer({ 'one/packages': 'a 1\n!x', 'two/packages': 'b 1' });
    const images = ['one', 'two', 'one'].map((target, index) => [fakeLayer({ db: { symlink: target }, [`mark${index}`]: '' }), both]);
    for (const [index, expected] of [['a 1 @ db/packages in 1'], ['b 1 @ db/packages in 1'], ['a 1 @ db/packages in 1']].entries()) {
      const layers = images[index] ?? [];
      const report = await bench.index(layers);
      expect(placesOf(report, layers)).toEqual(expected);
      expect(diagnosticsOf(report, layers)).toEqual(index === 1 ? [] : ['PACKAGE_INCOMPLETE 1:db/packages']);
    }
  });

  it.each([
    { name: 'the fake engine', engine: new FakeLayerEngine(), toLayer: fakeLayer },
    { name: 'the real engine', engine: createLayerEngine(), toLayer: tarLayer },
  ])('does not happen for a file that had its look under its own name, over $name', async ({ engine, toLayer }) => {
    const scanner = fakeFileScanner({ peeks: true });
    await using bench = await openFakeIndex({ engine, ecosystems: [fakeEcosystem({ packageScanners: [scanner] })] });
    const layers = [
      toLayer({ 'usr/bin/a.pkg': 'PKG a 1', 'usr/bin/b.pkg': 'no package', 'usr/blob': 'PKG c 1', 'usr/other': 'no package' }),
      toLayer({ bin: { symlink: 'usr/bin' }, 'c.pkg': { symlink: 'usr/blob' }, 'd.pkg': { symlink: 'usr/other' } }),
    ];
    expect(placesOf(await bench.index(layers), layers)).toEqual(['a 1 @ usr/bin/a.pkg in 0', 'c 1 @ c.pkg in 0']);
    expect(bench.events.filter((event) => event.kind === 'layer-reread')).toEqual([
      { kind: 'layer-reread', layer: layers[0]?.digest, paths: 2 },
    ]);
    const second = [...layers, toLayer({ mark: '' })];
    await bench.index(second);
    expect(bench.events.filter((event) => event.kind === 'layer-reread').length).toBe(1);
  });
});
