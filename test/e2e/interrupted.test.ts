import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { tarHeader } from '../../src/formats/tar/index.ts';
import { compress, dockerArchive, FeedServer, writeArchive } from '../../src/testing/index.ts';
import { concatBytes } from '../../src/testing/layer-builder.ts';
import { claircore } from '../support/cli.ts';
import { heldLeases } from '../support/dump.ts';
import { secdbDocument, secdbPath, trackerPath } from '../support/feed-mirror.ts';
import { run } from '../support/run-in-process.ts';
import { scratchDirectory } from '../support/shared-data.ts';
import { alpineLayers, smallSecdb, toLayers } from '../support/small-image.ts';

const MiB = 1024 ** 2;

/** A layer that takes seconds to read and is small: a file of nearly 4 GiB of zeros, below which nobody counts the ratio. */
function slowLayer(): Uint8Array {
  const count = 240;
  const piece = new Uint8Array(16 * MiB);
  const member = compress(piece, 'gzip');
  const header = tarHeader({ path: 'slow', type: 'file', size: piece.length * count });
  return concatBytes(compress(header, 'gzip'), ...Array.from({ length: count }, () => member));
}

/** Waits until it is so; the process that it waits for ends otherwise. */
async function until(isSo: () => boolean, most = 15_000): Promise<void> {
  for (const end = Date.now() + most; Date.now() < end;) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it never was so');
}

function stateOf(db: string): string {
  if (!existsSync(db)) return '';
  try {
    using database = new DatabaseSync(db, { readOnly: true });
    return String(database.prepare('SELECT state FROM manifest').get()?.['state']);
  } catch {
    return '';
  }
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, exitCode) => {
  it(`ends a scan in the middle of a layer with ${exitCode}, leaves no file and no lock`, { timeout: 60_000 }, async () => {
    using scratch = scratchDirectory();
    const temporary = join(scratch.path, 'tmp');
    const db = join(scratch.path, 'c.db');
    const output = join(scratch.path, 'out');
    mkdirSync(temporary);
    mkdirSync(output);
    const image = writeArchive(join(scratch.path, 'slow.tar'), dockerArchive([{ layers: [{ tar: slowLayer() }] }]));
    let signalled = 0;
    const result = await claircore(['scan', image, '--db', db, '--offline', '--output', join(output, 'report')], {
      env: { TMPDIR: temporary },
      onStart: (kill) => {
        void until(() => stateOf(`${db}.index`) === 'ScanLayers').then(() => {
          signalled = performance.now();
          kill(signal);
        });
      },
    });
    expect([result.code, result.signal]).toEqual([exitCode, null]);
    expect(performance.now() - signalled).toBeLessThan(3000);
    expect(result.stdout).toBe('');
    expect(result.stderr).not.toContain('    at ');
    expect([readdirSync(temporary), readdirSync(output)]).toEqual([[], []]);
    expect(heldLeases(`${db}.index`)).toEqual([]);
  });

  it(`ends an update that waits for a silent server with ${exitCode}; the next one starts at once`, { timeout: 60_000 }, async () => {
    using scratch = scratchDirectory();
    const db = join(scratch.path, 'c.db');
    await using server = await FeedServer.start();
    const path = `/${secdbPath('v3.19', 'main')}`;
    server.serve(path, secdbDocument('v3.19', 'main', smallSecdb));
    server.serve(`/${secdbPath('v3.19', 'community')}`, secdbDocument('v3.19', 'community', {}));
    server.always(path, { kind: 'stall', bytes: 10 });
    const image = writeArchive(join(scratch.path, 'image.tar'), dockerArchive([{ layers: toLayers(alpineLayers) }]));
    const args = ['scan', image, '--db', db, '--feed-mirror', server.url, '--format', 'json'];
    const result = await claircore(args, {
      onStart: (kill) => void until(() => server.count(path) > 0).then(() => setTimeout(() => kill(signal), 200)),
    });
    expect([result.code, result.signal, result.stdout]).toEqual([exitCode, null, '']);
    expect(heldLeases(db)).toEqual([]);
    server.always(path, undefined);
    const began = performance.now();
    const next = await run(args);
    expect([next.code, next.stderr]).toEqual([0, '']);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(server.count(`/${trackerPath}`)).toBe(0);
  });
});
