import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { run } from '../support/run-in-process.ts';
import { materialiseFeeds, missing, scratchDirectory, sharedPath } from '../support/shared-data.ts';

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;

/** What the commands print for an image: the report, that report made again in two steps, and the feeds' state. */
async function printed(db: string, image: string, mirror: string): Promise<readonly string[]> {
  const common = ['--db', db, '--feed-mirror', mirror, '--quiet', '--enrich', 'epss,kev'];
  const scan = await run(['scan', image, '--format', 'json', ...common]);
  expect([scan.code, scan.stderr]).toEqual([0, '']);
  const index = await run(['index', image, '--db', db, '--quiet']);
  const match = await run(['match', '-', '--format', 'json', ...common], { input: index.stdout });
  const feeds = await run(['feeds', '--format', 'json', '--db', db]);
  expect([index.code, match.code, feeds.code]).toEqual([0, 0, 0]);
  return [scan.stdout, index.stdout, match.stdout, feeds.stdout];
}

describe('the same image and feeds', () => {
  const absent = missing('fixtures/images/app-bookworm.slim.oci.tar', 'data/materialise.py');
  const why = isFull ? absent : 'only in full runs';
  it.skipIf(why !== undefined)(
    `give the same bytes from SQLite and from PostgreSQL, real ones too${why === undefined ? '' : ` (skipped: ${why})`}`,
    { timeout: 120_000 },
    async () => {
      using scratch = scratchDirectory();
      await using database = await freshDatabase();
      const mirror = join(scratch.path, 'feeds');
      materialiseFeeds(mirror, 'security-tracker.debian.org', 'www.cisa.gov', 'epss.empiricalsecurity.com');
      expect(existsSync(mirror)).toBe(true);
      const image = sharedPath('fixtures/images/app-bookworm.slim.oci.tar');
      const [first, second] = [
        await printed(join(scratch.path, 'claircore.db'), image, mirror),
        await printed(database.connectionString, image, mirror),
      ];
      expect(first[0]?.length).toBeGreaterThan(100_000);
      expect(first[0]).toMatch(/"modelVersion":/);
      expect(second).toEqual(first);
    },
  );
});
