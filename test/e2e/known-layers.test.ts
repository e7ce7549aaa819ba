import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerArchive, LayerBuilder, ociLayout, writeArchive } from '../../src/testing/index.ts';
import { claircore } from '../support/cli.ts';
import { noise } from '../support/edge-cases.ts';
import { run } from '../support/run-in-process.ts';
import { scratchDirectory } from '../support/shared-data.ts';
import { packageJson, smallLayers, toLayers, writeSmallMirror } from '../support/small-image.ts';

interface StatsJson {
  readonly layers: {
    readonly total: number;
    readonly known: number;
    readonly fetched: number;
    readonly walked: number;
    readonly walked_twice: number;
    readonly reread: number;
  };
  readonly bytes: { readonly blob: number; readonly tar: number; readonly inflated_to_open: number };
}

const readStats = (file: string): StatsJson => JSON.parse(readFileSync(file, 'utf8')) as StatsJson;

describe('an image that is scanned again', () => {
  it('has no layer read, in whatever form it comes back', async () => {
    using scratch = scratchDirectory();
    const mirror = writeSmallMirror(join(scratch.path, 'mirror'));
    const image = (name: string, compression: 'none' | 'gzip' | 'zstd'): string =>
      writeArchive(join(scratch.path, name), ociLayout([{ layers: toLayers(smallLayers, compression) }]));
    const stats = join(scratch.path, 'stats.json');
    const scan = async (path: string): Promise<StatsJson> => {
      const { code, stderr } = await run(['scan', path, '--db', join(scratch.path, 'c.db'), '--feed-mirror', mirror, '--stats', stats]);
      // The mirror has no advisories for npm.
      expect([code, stderr]).toEqual([0, expect.stringMatching(/^claircore: feed npm-osv-updater .*\n$/)]);
      return readStats(stats);
    };
    const first = await scan(image('gzip.tar', 'gzip'));
    expect(first.layers).toMatchObject({ total: 4, known: 0, fetched: 4, walked: 4 });
    expect(first.bytes.tar).toBe(smallLayers.reduce((sum, tar) => sum + tar.length, 0));
    for (const path of [image('gzip.tar', 'gzip'), image('zstd.tar', 'zstd'), image('plain.tar', 'none')]) {
      const again = await scan(path);
      expect(again.layers).toMatchObject({ total: 4, fetched: 0, walked: 0, walked_twice: 0, reread: 0 });
      expect(again.bytes).toEqual({ blob: 0, tar: 0, inflated_to_open: 0 });
    }
  });

  it('has just its new layers read', async () => {
    using scratch = scratchDirectory();
    const stats = join(scratch.path, 'stats.json');
    const added = new LayerBuilder().file('srv/app/node_modules/new/package.json', packageJson('new')).build();
    const args = ['--db', join(scratch.path, 'c.db'), '--stats', stats, '--output', join(scratch.path, 'report')];
    const base = writeArchive(join(scratch.path, 'base.tar'), dockerArchive([{ layers: toLayers(smallLayers) }]));
    const grown = writeArchive(join(scratch.path, 'grown.tar'), dockerArchive([{ layers: toLayers([...smallLayers, added]) }]));
    expect((await run(['index', base, ...args])).code).toBe(0);
    expect((await run(['index', grown, ...args])).code).toBe(0);
    expect(readStats(stats).layers).toMatchObject({ total: 5, known: 4, fetched: 1, walked: 1 });
  });

  it('is inflated to be opened where the whole archive is gzipped, which is counted apart', async () => {
    using scratch = scratchDirectory();
    const stats = join(scratch.path, 'stats.json');
    const files = dockerArchive([{ layers: toLayers(smallLayers) }]);
    const plainSize = statSync(writeArchive(join(scratch.path, 'plain.tar'), files)).size;
    const image = writeArchive(join(scratch.path, 'image.tar.gz'), files, 'gzip');
    const args = ['index', image, '--db', join(scratch.path, 'c.db'), '--stats', stats, '--output', join(scratch.path, 'report')];
    expect((await run(args)).code).toBe(0);
    const first = readStats(stats);
    expect(first.layers).toMatchObject({ total: 4, walked: 4 });
    expect(first.bytes.inflated_to_open).toBeGreaterThan(0);
    expect((await run(args)).code).toBe(0);
    const second = readStats(stats);
    expect(second.layers).toMatchObject({ fetched: 0, walked: 0, walked_twice: 0, reread: 0 });
    expect(second.bytes).toMatchObject({ blob: 0, tar: 0 });
    expect(second.bytes.inflated_to_open).toBeGreaterThan(0);
    expect(second.bytes.inflated_to_open).toBeLessThanOrEqual(plainSize);
  });
});

describe('two processes that scan one image at once', () => {
  it('walk each layer once in sum, and print the same', { timeout: 60_000 }, async () => {
    using scratch = scratchDirectory();
    const mirror = writeSmallMirror(join(scratch.path, 'mirror'));
    // Large enough that one process finds the other at work.
    const padding = Array.from({ length: 4 }, (_, at) => new LayerBuilder().file(`pad/${at}`, noise(4_000_000, at)).build());
    const tars = [...smallLayers, ...padding];
    const image = writeArchive(join(scratch.path, 'image.tar'), dockerArchive([{ layers: toLayers(tars, 'gzip') }]));
    const scan = (stats: string) =>
      claircore([
        'scan',
        image,
        '--format',
        'json',
        '--db',
        join(scratch.path, 'c.db'),
        '--feed-mirror',
        mirror,
        '--stats',
        join(scratch.path, stats),
      ]);
    const [a, b] = await Promise.all([scan('a.json'), scan('b.json')]);
    expect([a.code, b.code, a.stderr]).toEqual([0, 0, a.stderr]);
    expect(a.stdout).toBe(b.stdout);
    const sum = (of: (stats: StatsJson) => number): number =>
      ['a.json', 'b.json'].map((file) => of(readStats(join(scratch.path, file)))).reduce((x, y) => x + y);
    expect(sum(({ layers }) => layers.walked)).toBe(tars.length);
    expect(sum(({ layers }) => layers.walked_twice + layers.reread)).toBe(0);
    expect(sum(({ bytes }) => bytes.tar)).toBe(tars.reduce((total, tar) => total + tar.length, 0));
  });
});
