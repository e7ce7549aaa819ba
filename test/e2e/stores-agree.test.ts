import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerArchive, writeArchive } from '../../src/testing/index.ts';
import { freshDatabase } from '../support/postgres.ts';
import { run } from '../support/run-in-process.ts';
import { materialiseFeeds, missing, scratchDirectory, sharedPath } from '../support/shared-data.ts';
import { alpineLayers, smallLayers, toLayers, writeSmallMirror } from '../support/small-image.ts';

/** What the commands print for an image: the report, that report made again in two steps, and the feeds' state. */
async function printed(db: string, image: string, mirror: string, indexDb?: string): Promise<readonly string[]> {
  const common = ['--db', db, '--feed-mirror', mirror, '--quiet'];
  const elsewhere = indexDb === undefined ? [] : ['--index-db', indexDb];
  const scan = await run(['scan', image, '--format', 'json', ...common, ...elsewhere]);
  expect([scan.code, scan.stderr]).toEqual([0, '']);
  const index = await run(['index', image, '--db', db, '--quiet', ...elsewhere]);
  const match = await run(['match', '-', '--format', 'json', ...common], { input: index.stdout });
  const feeds = await run(['feeds', '--format', 'json', '--db', db]);
  expect([index.code, match.code, feeds.code]).toEqual([0, 0, 0]);
  return [scan.stdout, index.stdout, match.stdout, feeds.stdout];
}

describe('the same image and feeds', () => {
  it('give the same bytes from SQLite, from PostgreSQL, and from a pair of both', { timeout: 60_000 }, async () => {
    using scratch = scratchDirectory();
    await using database = await freshDatabase();
    await using another = await freshDatabase();
    const mirror = writeSmallMirror(join(scratch.path, 'mirror'));
    const places: readonly (readonly [db: string, indexDb?: string])[] = [
      [join(scratch.path, 'claircore.db')],
      [database.connectionString],
      [another.connectionString, join(scratch.path, 'elsewhere.index')],
      [join(scratch.path, 'mixed.db'), another.connectionString],
    ];
    for (const [name, layers] of [
      ['small', smallLayers],
      ['alpine', alpineLayers],
    ] as const) {
      const image = writeArchive(join(scratch.path, `${name}.tar`), dockerArchive([{ layers: toLayers(layers, 'gzip') }]));
      const outputs: (readonly string[])[] = [];
      for (const [db, indexDb] of places) outputs.push(await printed(db, image, mirror, indexDb));
      expect(outputs[0]?.[0]).toContain('CVE-');
      expect(outputs.map((output) => output[0])).toEqual(outputs.map(() => outputs[0]?.[0]));
      expect(outputs).toEqual(outputs.map(() => outputs[0]));
    }
  });

  const absent = missing('fixtures/images/app-bookworm.slim.oci.tar', 'data/materialise.py');
  it.skipIf(absent !== undefined)(
    `do so for a real image and real feeds${absent === undefined ? '' : ` (skipped: ${absent})`}`,
    { timeout: 120_000 },
    async () => {
      using scratch = scratchDirectory();
      await using database = await freshDatabase();
      const mirror = join(scratch.path, 'feeds');
      materialiseFeeds(mirror, 'security-tracker.debian.org');
      expect(existsSync(mirror)).toBe(true);
      const image = sharedPath('fixtures/images/app-bookworm.slim.oci.tar');
      const [first, second] = [
        await printed(join(scratch.path, 'claircore.db'), image, mirror),
        await printed(database.connectionString, image, mirror),
      ];
      expect(first[0]?.length).toBeGreaterThan(100_000);
      expect(second).toEqual(first);
    },
  );
});
