import { describe, expect, it } from 'vitest';
import { scannerKey, type ImageTree, type LayerEngine, type LayerWalk, type Scanner } from '../contracts/index.ts';
import type { Layer } from '../core/index.ts';
import type { FakeLayer } from './fake-layer-engine.ts';
import { wantingScanner } from './wanting-scanner.ts';

/** An engine, and layers that it can read. */
export interface LayerEngineBench {
  readonly engine: LayerEngine;
  /** With content. */
  layer(entries: FakeLayer): Layer;
}

const everything = wantingScanner(() => 'bytes');
const entries: FakeLayer = {
  'usr/lib/os-release': 'ID=test',
  'etc/os-release': { symlink: '../usr/lib/os-release' },
  'b/again': { hardlink: 'a/large' },
  'a/large': 'x'.repeat(5000),
  'a/empty': '',
  gone: { whiteout: true },
  'a/closed': { opaque: true },
  folder: { directory: true },
};

/** What every {@link LayerEngine} keeps to. */
export function layerEngineSuite(name: string, open: () => LayerEngineBench): void {
  describe(`${name} as a layer engine`, () => {
    const bench = open();
    const { engine } = bench;
    const layer = (of: FakeLayer): Layer => bench.layer(of);
    const walk = async (...scanners: readonly Scanner[]): Promise<LayerWalk> => await engine.walk({ layer: layer(entries), scanners });

    async function treeOf(...layers: readonly FakeLayer[]): Promise<ImageTree> {
      const maps: Uint8Array[] = [];
      for (const each of layers) {
        await using walked = await engine.walk({ layer: layer(each), scanners: [] });
        maps.push(walked.map ?? new Uint8Array());
      }
      return engine.merge(maps);
    }

    it('gives a scanner the files that it wants, sorted by path', async () => {
      await using walked = await walk(everything);
      expect(await contentsOf(walked, everything)).toEqual([
        ['a/empty', ''],
        ['a/large', 'x'.repeat(5000)],
        ['b/again', 'x'.repeat(5000)],
        ['usr/lib/os-release', 'ID=test'],
      ]);
    });

    it('gives each scanner its own, and nothing to one that wants nothing', async () => {
      const [some, none] = [wantingScanner((path) => (path === 'a/empty' ? 'file' : 'no'), 'some'), wantingScanner(() => 'no', 'none')];
      await using walked = await walk(none, some);
      expect([...walked.files.keys()].sort()).toEqual([scannerKey(none), scannerKey(some)].sort());
      expect(await contentsOf(walked, some)).toEqual([['a/empty', '']]);
      expect(await contentsOf(walked, none)).toEqual([]);
    });

    it('asks about regular files and hard links, with what is known of them', async () => {
      const asked = new Map<string, number>();
      await using _ = await walk(
        wantingScanner((path, header) => {
          expect(header.type).toMatch(/^(file|hardlink)$/);
          asked.set(path, header.size);
          return 'no';
        }),
      );
      expect([...asked.keys()].sort()).toEqual(['a/empty', 'a/large', 'b/again', 'usr/lib/os-release']);
      expect(asked.get('a/large')).toBe(5000);
    });

    it('shows the first 4 KiB to one that wants to peek, and asks it again', async () => {
      const seen: (number | undefined)[] = [];
      const peeking = wantingScanner((path, _header, peek) => {
        if (path !== 'a/large') return 'no';
        seen.push(peek?.length);
        return peek ? 'bytes' : 'peek';
      });
      await using walked = await walk(peeking);
      expect(seen).toEqual([undefined, 4096]);
      expect(await contentsOf(walked, peeking)).toEqual([['a/large', 'x'.repeat(5000)]]);
    });

    it('reads at any place', async () => {
      await using walked = await walk(wantingScanner((path) => (path === 'usr/lib/os-release' ? 'file' : 'no')));
      const file = [...walked.files.values()].flat()[0];
      const text = async (offset: number, length: number): Promise<string> => new TextDecoder().decode(await file?.read(offset, length));
      expect([await text(3, 2), await text(5, 100), await text(100, 5)]).toEqual(['te', 'st', '']);
    });

    it('reads again just the paths that are asked for, under the names that they are asked by, and makes no map', async () => {
      const asked = new Map([
        [
          scannerKey(everything),
          [
            { asked: 'etc/os-release', real: 'usr/lib/os-release' },
            { asked: 'no', real: 'not/there' },
          ],
        ],
      ]);
      await using walked = await engine.walk({ layer: layer(entries), scanners: [everything], asked });
      expect(await contentsOf(walked, everything)).toEqual([['etc/os-release', 'ID=test']]);
      expect([...walked.files.values()].flat().map(({ realPath }) => realPath)).toEqual(['usr/lib/os-release']);
      expect(walked.map).toBeUndefined();
    });

    it('tells both digests, what it read, and how far it is', async () => {
      const read = layer(entries);
      let last = 0;
      const onProgress = (bytes: number): void => {
        expect(bytes).toBeGreaterThanOrEqual(last);
        last = bytes;
      };
      await using walked = await engine.walk({ layer: read, scanners: [], onProgress });
      expect([walked.digest, walked.diffId, walked.stats.blobBytes, last]).toEqual([read.digest, read.digest, read.size, read.size]);
    });

    it('refuses a layer with another digest', async () => {
      const declared = { ...layer(entries), digest: layer({ other: '' }).digest };
      await expect(engine.walk({ layer: declared, scanners: [] })).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    });

    it('refuses a layer without content', async () => {
      const { digest } = layer(entries);
      await expect(engine.walk({ layer: { digest }, scanners: [] })).rejects.toMatchObject({ code: 'LAYER_CONTENT_MISSING' });
    });

    it('stops when its signal has fired', async () => {
      const walking = engine.walk({ layer: layer(entries), scanners: [], signal: AbortSignal.abort() });
      await expect(walking).rejects.toMatchObject({ code: 'ABORTED' });
    });

    it('refuses a layer map that it did not make', () => {
      const merge = (): unknown => engine.merge([new TextEncoder().encode('no map')]).locate('a');
      expect(merge).toThrow(expect.objectContaining({ code: 'LAYER_MAP_CORRUPT' }));
    });

    describe('the merged tree', () => {
      const low: FakeLayer = { 'a/x': '1', 'a/y': '1', 'b/z': '1', link: { symlink: 'a' }, d: 'file' };

      it.each<[string, FakeLayer, Readonly<Record<string, number | undefined>>]>([
        ['nothing', {}, { 'a/x': 0, 'b/z': 0 }],
        ['a file', { 'a/x': '2' }, { a: 1, 'a/x': 1, 'a/y': 0 }],
        ['a whiteout', { 'a/x': { whiteout: true } }, { a: 1, 'a/x': undefined, 'a/y': 0 }],
        ['a whiteout and a file', { 'a/x': '2', a: { whiteout: true } }, { 'a/x': 1, 'a/y': undefined }],
        ['an opaque directory', { a: { opaque: true } }, { a: 1, 'a/x': undefined, 'a/y': undefined, 'b/z': 0 }],
        ['a file in place of a directory', { a: '2' }, { a: 1, 'a/x': undefined }],
        ['a file below what was one', { 'd/e': '2' }, { d: 1, 'd/e': 1 }],
      ])('has, with %s above', async (_, high, expected) => {
        const tree = await treeOf(low, high);
        expect(Object.fromEntries(Object.keys(expected).map((path) => [path, tree.locate(path)?.layer]))).toEqual(expected);
        for (const [path, at] of Object.entries(expected))
          expect([0, 1].map((index) => tree.isVisible(path, index))).toEqual([at === 0, at === 1]);
      });

      it('knows who holds a path, visible or not', async () => {
        const tree = await treeOf(low, { 'a/x': { whiteout: true } }, { 'a/x': '3' }, {});
        expect([tree.layersWith('a/x'), tree.layersWith('a/y'), tree.layersWith('no')]).toEqual([[0, 2], [0], []]);
      });

      it.each([
        ['link/x', 'a/x'],
        ['up/a/x', 'a/x'],
        ['far', 'a/x'],
        ['again', 'b/z'],
        ['circle', undefined],
        ['nowhere', undefined],
        ['a/x/below', undefined],
      ])('leads from %s to %s', async (path, real) => {
        const links: FakeLayer = {
          up: { symlink: '../../..' },
          far: { symlink: '/link/x' },
          again: { hardlink: 'b/z' },
          circle: { symlink: 'circle' },
          nowhere: { symlink: 'not/there' },
        };
        expect((await treeOf(low, links)).resolve(path)?.path).toBe(real);
      });

      it('gives the paths through links that are selected, and says what leads nowhere', async () => {
        const tree = await treeOf(low, { lost: { symlink: 'no' }, loop: { symlink: 'loop' } });
        const broken: string[] = [];
        const asked: string[] = [];
        const select = (path: string): boolean => asked.push(path) > 0 && path.endsWith('y');
        const found = [
          ...tree.linked({ select, limit: 10, onLimit: () => undefined, onBroken: (path, why) => void broken.push(`${path} ${why}`) }),
        ];
        expect(found.map((each) => [each.asked, each.real.path])).toEqual([['link/y', 'a/y']]);
        expect([asked, broken.sort()]).toEqual([
          ['link/x', 'link/y'],
          ['loop cycle', 'lost missing'],
        ]);
      });

      it('asks about no more paths than it may', async () => {
        const tree = await treeOf(low);
        let limits = 0;
        const found = [...tree.linked({ select: () => true, limit: 1, onLimit: () => void (limits += 1) })];
        expect(found.length).toBeLessThanOrEqual(1);
        expect(limits).toBe(1);
      });
    });
  });
}

async function contentsOf(walk: LayerWalk, scanner: Scanner): Promise<readonly (readonly [string, string])[]> {
  const files = walk.files.get(scannerKey(scanner)) ?? [];
  return await Promise.all(files.map(async (file) => [file.path, new TextDecoder().decode(await file.bytes())] as const));
}
