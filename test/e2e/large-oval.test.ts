import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FeedLoad } from '../bench/feed-load.ts';
import { writeLargeOval } from '../support/large-oval.ts';
import { projectPath, scratchDirectory } from '../support/shared-data.ts';

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;

describe('an OVAL document', () => {
  it.skipIf(!isFull)('of 500 MB is loaded whole, in less memory than it is large', { timeout: 600_000 }, async () => {
    using scratch = scratchDirectory();
    const path = join(scratch.path, 'feeds/linux.oracle.com/security/oval/com.oracle.elsa-all.xml.bz2');
    const { bytes, rows } = await writeLargeOval(path, 500e6);
    expect(bytes).toBeGreaterThanOrEqual(500e6);
    // A process of its own, so that its memory is its own.
    const args = [projectPath('test/bench/feed-load.ts'), `${scratch.path}/c.db`, `${scratch.path}/feeds`, '^oracle-updater$'];
    const loaded = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as FeedLoad;
    expect(loaded.rows).toBe(rows);
    expect(loaded.peak).toBeLessThan(512);
  });
});
