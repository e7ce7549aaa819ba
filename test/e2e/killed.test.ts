import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerArchive, writeArchive } from '../../src/testing/index.ts';
import { storeDefaults } from '../../src/stores/sqlite/store-options.ts';
import { claircore } from '../support/cli.ts';
import { dumpAdvisories } from '../support/dump.ts';
import { run } from '../support/run-in-process.ts';
import { runScript } from '../support/run-script.ts';
import { scratchDirectory } from '../support/shared-data.ts';
import { smallLayers, toLayers, writeSmallMirror } from '../support/small-image.ts';

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;

/** The states of indexing, and points between them. */
const points = [
  'CheckManifest',
  'FetchLayers',
  'ScanLayers',
  'layer-progress',
  'layer-done',
  'Coalesce',
  'IndexManifest',
  'IndexFinished',
] as const;
const updatePoints = ['discovered', 'started', 'progress'] as const;

/** ms that the dead one's locks hold: in full runs as long as those of the command, else shorter, for this is all waiting. */
const lease = String(isFull ? storeDefaults.lease : 2000);
/** s from the kill to the end of the next run. */
const mostSeconds = 20;

describe('a process that is killed', () => {
  // Nearly all of this is waiting for leases to run out: so all wait together.
  it('in any state of an index leaves what the next run completes with an equal report', { timeout: 90_000 }, async () => {
    using scratch = scratchDirectory();
    const mirror = writeSmallMirror(join(scratch.path, 'mirror'));
    const image = writeArchive(join(scratch.path, 'image.tar'), dockerArchive([{ layers: toLayers(smallLayers, 'gzip') }]));
    const scan = (name: string): readonly string[] => [
      'scan',
      image,
      '--format',
      'json',
      '--db',
      join(scratch.path, `${name}.db`),
      '--feed-mirror',
      mirror,
    ];
    const undisturbed = await run(scan('undisturbed'));
    expect([undisturbed.code, undisturbed.stderr]).toEqual([0, expect.any(String)]);

    await Promise.all(
      points.map(async (point) => {
        const { end, stderr } = await runScript('test/support/dying-index.ts', [join(scratch.path, `${point}.db`), image, point, lease]);
        const killed = performance.now();
        expect([point, end, stderr]).toEqual([point, 'SIGKILL', '']);
        const next = await run(scan(point));
        const seconds = (performance.now() - killed) / 1000;
        expect([point, next.code, next.stdout === undisturbed.stdout]).toEqual([point, 0, true]);
        expect([point, seconds < mostSeconds, seconds]).toEqual([point, true, seconds]);
      }),
    );
  });

  it('in an update leaves the last good data, and the next update completes', { timeout: 90_000 }, async () => {
    using scratch = scratchDirectory();
    const mirror = writeSmallMirror(join(scratch.path, 'mirror'));
    const update = (name: string): readonly string[] => [
      'update',
      '--only',
      'debian-*',
      '--db',
      join(scratch.path, `${name}.db`),
      '--feed-mirror',
      mirror,
    ];
    expect((await run(update('undisturbed'))).code).toBe(0);
    const advisories = (name: string): unknown => dumpAdvisories(join(scratch.path, `${name}.db`)).get('affected');
    await Promise.all(
      updatePoints.map(async (point) => {
        const db = join(scratch.path, `${point}.db`);
        const { end, stderr } = await runScript('test/support/dying-update.ts', [db, mirror, point, lease]);
        const killed = performance.now();
        expect([point, end, stderr]).toEqual([point, 'SIGKILL', '']);
        expect(advisories(point)).toEqual([]);
        expect([point, (await run(update(point))).code]).toEqual([point, 0]);
        expect(advisories(point)).toEqual(advisories('undisturbed'));
        expect((performance.now() - killed) / 1000).toBeLessThan(mostSeconds);
      }),
    );
  });
});

describe.skipIf(!isFull)(`a command that is killed at any moment${isFull ? '' : ' (skipped: only in full runs)'}`, () => {
  it('leaves what the next one completes', { timeout: 600_000 }, async () => {
    using scratch = scratchDirectory();
    const mirror = writeSmallMirror(join(scratch.path, 'mirror'));
    const image = writeArchive(join(scratch.path, 'image.tar'), dockerArchive([{ layers: toLayers(smallLayers, 'gzip') }]));
    const scan = (name: string): readonly string[] => [
      'scan',
      image,
      '--format',
      'json',
      '--db',
      join(scratch.path, `${name}.db`),
      '--feed-mirror',
      mirror,
    ];
    const began = performance.now();
    const undisturbed = await claircore(scan('undisturbed'));
    const whole = performance.now() - began;
    for (let turn = 0; turn < 24; turn += 4) {
      await Promise.all(
        [0, 1, 2, 3].map(async (lane) => {
          const name = `turn-${turn + lane}`;
          const after = (whole * (turn + lane)) / 24;
          await claircore(scan(name), { onStart: (kill) => void setTimeout(() => kill('SIGKILL'), after) });
          const killed = performance.now();
          const next = await claircore(scan(name));
          expect([name, next.code, next.stdout === undisturbed.stdout]).toEqual([name, 0, true]);
          expect((performance.now() - killed) / 1000).toBeLessThan(mostSeconds);
        }),
      );
    }
  });
});
