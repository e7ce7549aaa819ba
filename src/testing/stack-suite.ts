import { describe, expect, it } from 'vitest';
import { scannerKey, type LayerEngine } from '../contracts/index.ts';
import type { Layer } from '../core/index.ts';
import type { FakeLayer } from './fake-layer-engine.ts';
import { wantingScanner } from './wanting-scanner.ts';

/** What makes one layer of several, and an engine that reads what it makes. */
export interface StackBench {
  readonly engine: LayerEngine;
  layer(entries: FakeLayer): Layer;
  /** One layer with the final file system of these, base first. */
  stack(layers: readonly FakeLayer[]): Promise<Layer>;
}

const base: FakeLayer = {
  'etc/release': 'old',
  'opt/app/a': 'a',
  'opt/app/b': 'b',
  'bin/tool': 'tool',
  'srv/data': 'data',
};

/** What everything keeps to that makes one layer of several. */
export function stackSuite(name: string, open: () => StackBench): void {
  describe(`${name} as a stacker of layers`, () => {
    const bench = open();
    const { engine } = bench;
    const stack = async (layers: readonly FakeLayer[]): Promise<Layer> => await bench.stack(layers);

    /** Files of a layer by path. */
    async function filesOf(read: Layer): Promise<Readonly<Record<string, string>>> {
      const scanner = wantingScanner(() => 'bytes');
      await using walk = await engine.walk({ layer: read, scanners: [scanner] });
      const files = walk.files.get(scannerKey(scanner)) ?? [];
      const entries = await Promise.all(files.map(async (file) => [file.path, new TextDecoder().decode(await file.bytes())] as const));
      return Object.fromEntries(entries);
    }

    async function mapOf(read: Layer): Promise<Uint8Array> {
      await using walk = await engine.walk({ layer: read, scanners: [] });
      return walk.map ?? new Uint8Array();
    }

    it.each<[string, FakeLayer, FakeLayer]>([
      ['nothing', {}, base],
      ['a file', { 'etc/release': 'new' }, { ...base, 'etc/release': 'new' }],
      ['a new file', { 'etc/more': '' }, { ...base, 'etc/more': '' }],
      ['a directory that is there', { 'opt/app': { directory: true } }, base],
      ['a whiteout', { 'bin/tool': { whiteout: true } }, without('bin/tool')],
      ['a whiteout of a directory', { opt: { whiteout: true } }, without('opt/app/a', 'opt/app/b')],
      [
        'an opaque directory',
        { 'opt/app': { opaque: true }, 'opt/app/c': 'c' },
        { ...without('opt/app/a', 'opt/app/b'), 'opt/app/c': 'c' },
      ],
      ['a file in place of a directory', { opt: 'file' }, { ...without('opt/app/a', 'opt/app/b'), opt: 'file' }],
      ['a directory in place of a file', { 'srv/data/x': 'x' }, { ...without('srv/data'), 'srv/data/x': 'x' }],
      ['a link in place of a file', { 'srv/data': { symlink: '/etc/release' } }, without('srv/data')],
    ])('over a layer, %s has the files that the final file system has', async (_, top, expected) => {
      expect(await filesOf(await stack([base, top]))).toEqual(Object.fromEntries(Object.entries(expected).sort()));
    });

    it('keeps links as they are', async () => {
      const links: FakeLayer = { lib: { symlink: 'usr/lib' }, 'usr/lib/x': 'x', up: { symlink: '../out' } };
      const tree = engine.merge([await mapOf(await stack([base, links]))]);
      expect(tree.locate('lib')).toMatchObject({ type: 'symlink', linkTarget: 'usr/lib' });
      expect(tree.locate('up')).toMatchObject({ type: 'symlink', linkTarget: '../out' });
      expect(tree.resolve('lib/x')).toMatchObject({ path: 'usr/lib/x', type: 'file' });
    });

    it('a hard link whose file is hidden becomes that file', async () => {
      const stacked = await stack([base, { 'bin/again': { hardlink: 'bin/tool' } }, { 'bin/tool': { whiteout: true } }]);
      const { 'bin/again': again, 'bin/tool': tool } = await filesOf(stacked);
      expect([again, tool]).toEqual(['tool', undefined]);
    });

    it('hides nothing below it but what has its paths', async () => {
      const stacked = await stack([base, { opt: { whiteout: true }, 'opt/app/c': 'c' }, { 'srv/data': { whiteout: true } }]);
      const lower = bench.layer({ 'opt/app/a': 'lower', 'srv/data': 'lower', 'bin/tool': 'lower' });
      const tree = engine.merge([await mapOf(lower), await mapOf(stacked)]);
      expect(['opt/app/a', 'srv/data', 'bin/tool', 'opt/app/c'].map((path) => tree.locate(path)?.layer)).toEqual([0, 0, 1, 1]);
    });

    it('gives the same layer each time, and an empty one of none', async () => {
      const [first, second] = [await stack([base, { opt: { whiteout: true } }]), await stack([base, { opt: { whiteout: true } }])];
      expect(second.digest).toBe(first.digest);
      expect(await filesOf(await stack([]))).toEqual({});
    });
  });
}

function without(...paths: readonly string[]): FakeLayer {
  return Object.fromEntries(Object.entries(base).filter(([path]) => !paths.includes(path)));
}
