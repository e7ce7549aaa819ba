import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scanner, TreeNode } from '../../contracts/index.ts';
import { defaultLimits, type EntryHeader } from '../../core/index.ts';
import { TempArena } from '../../runtime/index.ts';
import { LayerBuilder } from '../../testing/layer-builder.ts';
import { createLayerEngine } from './engine.ts';
import {
  ancestors,
  contentOf,
  followNode,
  playLayers,
  playSteps,
  type NaiveNode,
  type NaiveTree,
  type Step,
} from './naive-tree.fixture.ts';
import { LayerMapBuilder } from './layer-map-builder.ts';
import { stackLayers } from './stack-layers.ts';
import { blobLayer, collect, filesOf, scannerFor } from './walk.fixture.ts';
import { mergeTree } from './tree.ts';

const runs = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const engine = createLayerEngine();
const everything: Scanner = scannerFor(() => 'bytes');

function buildTar(steps: readonly Step[], layer: number): Uint8Array {
  const builder = new LayerBuilder();
  steps.forEach((step, index) => {
    if (step.kind === 'file') builder.file(step.path, contentOf(layer, index));
    else if (step.kind === 'directory') builder.directory(step.path);
    else if (step.kind === 'other') builder.fifo(step.path);
    else if (step.kind === 'symlink') builder.symlink(step.path, step.target);
    else if (step.kind === 'hardlink') builder.hardlink(step.path, step.target);
    else if (step.kind === 'whiteout') builder.whiteout(step.path);
    else builder.opaque(step.path);
  });
  return builder.build();
}

async function mapsOf(tars: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  const maps: Uint8Array[] = [];
  for (const tar of tars) {
    await using walk = await engine.walk({ layer: blobLayer(tar), scanners: [] });
    maps.push(walk.map ?? new Uint8Array());
  }
  return maps;
}

async function treeOf(...tars: readonly Uint8Array[]): Promise<ReturnType<typeof mergeTree>> {
  return mergeTree(await mapsOf(tars));
}

const plainFile: EntryHeader = { type: 'file', size: 1, mode: 0o644 };

function mapOf(fill: (builder: LayerMapBuilder) => void): Uint8Array {
  using arena = new TempArena();
  const builder = new LayerMapBuilder(arena, defaultLimits);
  fill(builder);
  return builder.finish().bytes;
}

const part = fc.constantFrom('a', 'b', 'c', 'é');
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const target = fc
  .array(fc.constantFrom('a', 'b', 'c', '..', '.', 'é'), { minLength: 1, maxLength: 4 })
  .chain((parts) => fc.boolean().map((isAbsolute) => (isAbsolute ? '/' : '') + parts.join('/')));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('file' as const), path }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('directory' as const, 'other' as const, 'whiteout' as const), path }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('symlink' as const), path, target }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hardlink' as const), path, target: path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('opaque' as const), path: fc.oneof(path, fc.constant('')) }) },
);
const stack = fc.array(fc.array(step, { maxLength: 12 }), { minLength: 1, maxLength: 4 });

describe('the merged tree', () => {
  it('has the nodes that playing the layers one after another gives', async () => {
    await fc.assert(
      fc.asyncProperty(stack, async (layers) => {
        const states = playLayers(layers);
        const tree = await treeOf(...layers.map(buildTar));
        const got = [...tree.nodes()].filter((node) => node.path !== '').map((node) => [node.path, node.type, node.layer, node.linkTarget]);
        const final = states.at(-1) ?? new Map<string, NaiveNode>();
        const expected = [...final].map(([at, node]) => [at, node.type, node.layer, node.target]);
        expect(new Map(got.map((row) => [row[0], row]))).toEqual(new Map(expected.map((row) => [row[0], row])));
        expect(got).toHaveLength(expected.length);
        checkLookups(tree, layers, states);
      }),
      { numRuns: runs },
    );
  });

  it('is the same however the entries of a layer are cut into runs', () => {
    const names = Array.from({ length: 140_000 }, (_, at) => `d${(at * 7919) % 1000}/f${(at * 104_729) % 140_000}`);
    const bytes = mapOf((builder) => {
      for (const name of names) builder.entry(name, plainFile);
      // The last run takes back what earlier ones had.
      builder.entry('d1', plainFile);
      builder.whiteout('d2/gone');
      builder.entry('d3', { type: 'symlink', size: 0, mode: 0o777, linkTarget: 'd4' });
      builder.entry('d3/new', plainFile);
    });
    const tree = mergeTree([bytes]);
    const expected = new Set(['d1', 'd3/new', ...names.filter((name) => !name.startsWith('d1/') && !name.startsWith('d3/'))]);
    const files = [...tree.nodes()].filter((node) => node.type === 'file').map((node) => node.path);
    expect(files).toHaveLength(expected.size);
    expect(expected.symmetricDifference(new Set(files)).size).toBe(0);
    expect(tree.locate('d3')?.type).toBe('symlink');
    expect(tree.locate('d2')?.type).toBe('directory');
  });
});

function checkLookups(tree: ReturnType<typeof mergeTree>, layers: readonly (readonly Step[])[], states: readonly NaiveTree[]): void {
  const final = states.at(-1) ?? new Map<string, NaiveNode>();
  const played = layers.map((steps, layer) => playSteps(steps, layer).nodes);
  const paths = new Set(layers.flat().flatMap(({ path: at }) => [at, `${at}/a`, `${at}/../b`, ...ancestors(at)]));
  for (const at of paths) {
    if (at === '') continue;
    expect(tree.locate(at)?.layer).toBe(final.get(at)?.layer);
    const holders = played.flatMap((nodes, layer) => (nodes.has(at) ? [layer] : []));
    expect(tree.layersWith(at)).toEqual(holders);
    for (const layer of holders) expect(tree.isVisible(at, layer)).toBe(final.get(at)?.layer === layer);
    const resolved = tree.resolve(at);
    const followed = followNode(states, at);
    expect([at, resolved?.path, resolved?.type]).toEqual([at, followed?.path, followed?.node.type]);
    if (resolved && resolved.path !== '') expect(resolved.layer).toBe(followed?.node.layer);
  }
}

describe('stackLayers', () => {
  it('gives one layer with the same files, links and directories', async () => {
    await fc.assert(
      fc.asyncProperty(stack, async (layers) => {
        const states = playLayers(layers);
        const final = states.at(-1) ?? new Map<string, NaiveNode>();
        const stacked = blobLayer(await collect(stackLayers(layers.map((steps, layer) => blobLayer(buildTar(steps, layer))))));
        await using walk = await engine.walk({ layer: stacked, scanners: [everything] });
        const tree = mergeTree([walk.map ?? new Uint8Array()]);
        const contents = await filesOf(walk, everything);

        const expectedFiles = new Map<string, string | undefined>();
        for (const [at, node] of final) {
          const end = node.type === 'hardlink' ? followNode(states, at)?.node : node;
          if (end?.type === 'file') expectedFiles.set(at, end.content);
        }
        expect(contents).toEqual(expectedFiles);

        // A hard link to a symbolic link is one itself: where that leads to a directory, it is written as one. What leads to no
        // file keeps its place: below a symbolic link, the path would be another one's without it.
        const others = [...final].flatMap(([at, { type, target }]) => {
          if (type !== 'hardlink') return type === 'file' ? [] : [`${at} ${type} ${target ?? ''}`];
          const end = followNode(states, at);
          if (end?.node.type === 'directory') return [`${at} symlink /${end.path}`];
          return end?.node.type === 'file' ? [] : [`${at} other `];
        });
        const nodes = [...tree.nodes()].filter((node) => node.path !== '');
        const got = nodes
          .filter((node) => node.type !== 'file' && node.type !== 'hardlink')
          .map((node) => `${node.path} ${node.type} ${node.linkTarget ?? ''}`);
        expect(got.sort()).toEqual(others.sort());
        expect(
          nodes
            .filter((node) => node.type === 'file' || node.type === 'hardlink')
            .map((node) => node.path)
            .sort(),
        ).toEqual([...expectedFiles.keys()].sort());
        expect(new Set(nodes.map((node) => node.path)).size).toBe(walk.stats.entries);
      }),
      { numRuns: runs },
    );
  });

  it('a path below a link of its own layer that is a hard link to nothing leads nowhere in the stacked layer too', async () => {
    const low = new LayerBuilder().file('e/d/f', 'data').build();
    const high = new LayerBuilder().symlink('d', '/e/d').hardlink('d/f', 'd/nothing').build();
    const stacked = blobLayer(await collect(stackLayers([blobLayer(low), blobLayer(high)])));
    await using walk = await engine.walk({ layer: stacked, scanners: [] });
    const tree = mergeTree([walk.map ?? new Uint8Array()]);
    expect(tree.resolve('d/f')?.type).toBe('other');
    expect(tree.resolve('e/d/f')?.type).toBe('file');
    expect(tree.resolve('d/../d/f')?.type).toBe('file');
  });

  it('keeps modes, names every file once, and turns a hard link whose file is gone into the file', async () => {
    const low = new LayerBuilder()
      .file('bin/a', 'old')
      .file('bin/a', 'data', { mode: 0o755 })
      .hardlink('bin/b', 'bin/a')
      .hardlink('bin/c', 'bin/a')
      .build();
    const high = new LayerBuilder().whiteout('bin/a').build();
    const stacked = blobLayer(await collect(stackLayers([blobLayer(low), blobLayer(high)])));
    await using walk = await engine.walk({ layer: stacked, scanners: [everything] });
    expect(await filesOf(walk, everything)).toEqual(
      new Map([
        ['bin/b', 'data'],
        ['bin/c', 'data'],
      ]),
    );
    expect(walk.stats.entries).toBe(3);
    expect(mergeTree([walk.map ?? new Uint8Array()]).locate('bin/b')?.mode).toBe(0o755);
  });

  it('stops its layers when it is left early', async () => {
    let isClosed = false;
    const tar = new LayerBuilder().file('a', 'x'.repeat(300_000)).file('b', 'y'.repeat(300_000)).build();
    let opened = 0;
    const layer = {
      ...blobLayer(tar),
      content: {
        kind: 'blob' as const,
        open: async () => {
          opened += 1;
          const isSecond = opened === 2;
          return (async function* () {
            try {
              for (let at = 0; at < tar.length; at += 65_536) yield tar.subarray(at, at + 65_536);
            } finally {
              if (isSecond) isClosed = true;
            }
          })();
        },
      },
    };
    for await (const chunk of stackLayers([layer])) if (chunk.length > 1000) break;
    expect(isClosed).toBe(true);
  });
});

describe('paths through links', () => {
  function linked(
    tree: ReturnType<typeof mergeTree>,
    select: (asked: string, real: TreeNode) => boolean = () => true,
    limit = 10_000,
  ): { readonly paths: readonly string[]; readonly hits: number } {
    let hits = 0;
    const paths = [...tree.linked({ select, limit, onLimit: () => (hits += 1) })].map(
      ({ asked, real }) => `${asked} = ${real.layer}:${real.path}`,
    );
    return { paths, hits };
  }

  it('lead to entries below a link, also where the links go on in a circle', async () => {
    const base = new LayerBuilder().symlink('on', '/e/d').symlink('away', '/e/out').file('x/f', '').build();
    const top = new LayerBuilder().symlink('e/d', '/on').file('e/d/f', '').symlink('e/out', '/x').file('e/out/f', '').build();
    const tree = await treeOf(base, top);
    expect(linked(tree).paths).toEqual(['away/f = 1:e/out/f', 'on/f = 1:e/d/f']);
    for (const path of ['away/f', 'on/f']) expect(tree.resolve(path)?.layer).toBe(1);
  });

  it('lead through directories, nested links and links to files, sorted', async () => {
    const tree = await treeOf(
      new LayerBuilder()
        .file('usr/lib/x/f', '1')
        .symlink('lib', 'usr/lib')
        .symlink('usr/lib/y', 'x')
        .symlink('g', '/lib/x/f')
        .symlink('dangling', 'nowhere')
        .build(),
    );
    expect(linked(tree).paths).toEqual([
      'g = 0:usr/lib/x/f',
      'lib/x/f = 0:usr/lib/x/f',
      'lib/y/f = 0:usr/lib/x/f',
      'usr/lib/y/f = 0:usr/lib/x/f',
    ]);
  });

  it('do not go round in circles', async () => {
    const tree = await treeOf(
      new LayerBuilder()
        .file('usr/bin/f')
        .symlink('usr/bin/X11', '.')
        .symlink('a', 'b')
        .symlink('b', 'a')
        .symlink('usr/up', '../usr')
        .build(),
    );
    expect(linked(tree).paths.toSorted()).toEqual(
      ['usr/bin/X11/f', 'usr/up/bin/X11/f', 'usr/up/bin/f'].map((asked) => `${asked} = 0:usr/bin/f`).toSorted(),
    );
  });

  it('are bounded, and the short ones come first', async () => {
    const builder = new LayerBuilder().file('d/f');
    for (let at = 0; at < 20; at += 1) builder.symlink(`d/l${at}`, '.');
    const { paths, hits } = linked(await treeOf(builder.build()), undefined, 5000);
    expect(hits).toBe(1);
    expect(paths.filter((row) => row.split('/').length === 4)).toHaveLength(20);
    expect(paths.length).toBeLessThan(5000);
  });

  it('are those that are selected', async () => {
    const tree = await treeOf(new LayerBuilder().file('d/f').file('d/g').symlink('e', 'd').build());
    expect(linked(tree, (asked) => asked.endsWith('g')).paths).toEqual(['e/g = 0:d/g']);
  });

  it('are hard links into lower layers, bound when their layer was the top', async () => {
    const low = new LayerBuilder().file('a', 'old').file('b').hardlink('same', 'b').build();
    const middle = new LayerBuilder().hardlink('link', 'a').build();
    const high = new LayerBuilder().file('a', 'new').symlink('to', 'link').build();
    expect(linked(await treeOf(low, middle, high)).paths).toEqual(['link = 0:a', 'to = 0:a']);
  });

  it('are found among 200 thousand paths in ten layers in little time', async () => {
    const maps = Array.from({ length: 10 }, (_, layer) =>
      mapOf((builder) => {
        for (let at = 0; at < 20_000; at += 1) builder.entry(`usr/lib/d${at % 200}/sub${layer % 2}/file${at}`, plainFile);
        builder.entry('lib', { type: 'symlink', size: 0, mode: 0o777, linkTarget: 'usr/lib' });
      }),
    );
    const start = performance.now();
    const tree = mergeTree(maps);
    const time = performance.now() - start;
    expect([...tree.nodes()].filter((node) => node.type === 'file')).toHaveLength(40_000);
    // Some hundred ms at most where it is quick; the bound leaves room for a busy machine.
    expect(time).toBeLessThan(3000);
  });
});
