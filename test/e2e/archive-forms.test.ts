import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ociLayout, writeArchive, writeLayout } from '../../src/testing/index.ts';
import { decompressed, ociArchiveBlobs } from '../support/blob-layers.ts';
import { imageForms } from '../support/image-forms.ts';
import { scanImage, type ScannedImage } from '../support/library.ts';
import { naiveTree, writeTree } from '../support/naive-tree.ts';
import { findings, places } from '../support/report.ts';
import { materialiseFeeds, missing, scratchDirectory, sharedPath } from '../support/shared-data.ts';
import { alpineLayers, smallFindings, smallLayers, smallPlaces, toLayers, writeSmallMirror } from '../support/small-image.ts';
import { trackerHost } from '../support/tracker.ts';

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;

/** In a directory the two names of a hard link may be two files. */
const otherName = '/node_modules/same/package.json';
const everyPlace = (): boolean => true;

/** The JSON with the names of the image and its layers taken out: what must be the same, byte for byte, in every form. */
function withoutDigests({ json, report, layers }: ScannedImage): string {
  const named = layers.reduce((text, { digest }, at) => text.replaceAll(digest, `layer ${at}`), json);
  return named.replaceAll(report.manifest_hash, 'manifest');
}

/** Two ways to fill databases that must not show: many at a time or one after another, in turns. */
const fillings = [
  { parallelism: 4 },
  { parallelism: 1, updateFirst: [/^debian/, /^alpine-community-/, /^alpine-main-/] },
  { parallelism: 2, updateFirst: [/^alpine-main-/, /^debian/] },
] as const;

describe('one image in every form', () => {
  it('has the same packages and findings, and JSON that differs in digests alone', { timeout: 60_000 }, async () => {
    using scratch = scratchDirectory();
    const mirror = writeSmallMirror(join(scratch.path, 'mirror'));
    const [plainest, ...others] = await Promise.all(
      imageForms.map(async (form, at) => {
        const path = form.write(scratch.path, smallLayers);
        // In turns detected and forced.
        const reference = at % 2 === 0 ? path : `${form.scheme}:${path}`;
        const filling = fillings[at % fillings.length];
        return { id: form.id, scanned: await scanImage(reference, { db: join(scratch.path, `${form.id}.db`), mirror, ...filling }) };
      }),
    );
    if (!plainest) throw new Error('no forms');
    expect(places(plainest.scanned.report, everyPlace)).toEqual(smallPlaces);
    expect(findings(plainest.scanned.report)).toEqual(smallFindings);
    for (const { id, scanned } of others) {
      expect([id, places(scanned.report, everyPlace)]).toEqual([id, smallPlaces]);
      expect([id, withoutDigests(scanned)]).toEqual([id, withoutDigests(plainest.scanned)]);
    }
  });

  it('as a root directory has the same packages and affected verdicts', async () => {
    using scratch = scratchDirectory();
    const mirror = writeSmallMirror(join(scratch.path, 'mirror'));
    const root = writeTree(join(scratch.path, 'root'), await naiveTree(smallLayers));
    for (const reference of [root, `dir:${root}`]) {
      const { report } = await scanImage(reference, { db: join(scratch.path, 'c.db'), mirror });
      expect(places(report, everyPlace).filter((place) => !place.endsWith(otherName))).toEqual(smallPlaces);
      expect(findings(report)).toEqual(smallFindings);
    }
    const [form] = imageForms;
    const archive = await scanImage(form?.write(scratch.path, smallLayers) ?? '', { db: join(scratch.path, 'c.db'), mirror });
    const directory = await scanImage(root, { db: join(scratch.path, 'c.db'), mirror });
    const affected = ({ report }: ScannedImage): unknown => report.verdicts.filter(({ status }) => status === 'affected');
    expect(affected(directory)).toEqual(affected(archive));
    expect(directory.report.packages).toEqual(archive.report.packages);
  });

  it('prints the same bytes from two databases that were filled in another order', async () => {
    using scratch = scratchDirectory();
    const mirror = writeSmallMirror(join(scratch.path, 'mirror'));
    const [form] = imageForms;
    const path = form?.write(scratch.path, smallLayers) ?? '';
    const other = imageForms.at(-1)?.write(scratch.path, alpineLayers) ?? '';
    const first = await scanImage(path, { db: join(scratch.path, 'first.db'), mirror, ...fillings[0] });
    await scanImage(other, { db: join(scratch.path, 'second.db'), mirror, ...fillings[1] });
    const second = await scanImage(path, { db: join(scratch.path, 'second.db'), mirror, ...fillings[2] });
    expect(second.json).toBe(first.json);
  });
});

describe('an index of several platforms', () => {
  const index = {
    names: ['demo/multi:1'],
    attestations: true,
    variants: [
      { layers: toLayers(smallLayers, 'gzip'), platform: { os: 'linux', architecture: 'amd64' } },
      { layers: toLayers(alpineLayers, 'zstd'), platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
      { layers: toLayers(alpineLayers), platform: { os: 'linux', architecture: 's390x' } },
    ],
  };

  it('gives the image of the platform that is asked for', async () => {
    using scratch = scratchDirectory();
    const archive = writeArchive(join(scratch.path, 'index.tar'), ociLayout([index]));
    const layout = writeLayout(join(scratch.path, 'layout'), ociLayout([index]));
    for (const reference of [archive, `oci-dir:${layout}`]) {
      const db = join(scratch.path, 'c.db');
      const amd = await scanImage(reference, { db, platform: { os: 'linux', architecture: 'amd64' } });
      const arm = await scanImage(reference, { db, platform: { os: 'linux', architecture: 'arm64' } });
      expect(places(amd.report, everyPlace)).toEqual(smallPlaces);
      expect(places(arm.report, everyPlace)).toHaveLength(3);
      await expect(scanImage(reference, { db, platform: { os: 'linux', architecture: 'riscv64' } })).rejects.toMatchObject({
        code: 'PLATFORM_UNKNOWN',
      });
    }
  });

  it.skipIf(process.arch !== 'x64' && process.arch !== 'arm64')("gives the host's where nothing is asked for", async () => {
    using scratch = scratchDirectory();
    const archive = writeArchive(join(scratch.path, 'index.tar'), ociLayout([index]));
    const { report } = await scanImage(archive, { db: join(scratch.path, 'c.db') });
    expect(places(report, everyPlace)).toHaveLength(process.arch === 'x64' ? smallPlaces.length : 3);
  });
});

const real = 'fixtures/images/app-bookworm.slim.oci.tar';
const skip = isFull ? missing(real, 'data/materialise.py') : 'only in full runs';

describe.skipIf(skip !== undefined)(`a real image in every form${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => {
  it('has the same packages and findings, and JSON that differs in digests alone', { timeout: 1_200_000 }, async () => {
    using scratch = scratchDirectory();
    const mirror = join(scratch.path, 'mirror');
    materialiseFeeds(mirror, trackerHost);
    const tars = (await ociArchiveBlobs(sharedPath(real))).map(decompressed);
    const asGiven = await scanImage(sharedPath(real), { db: join(scratch.path, 'given.db'), mirror });
    expect(findings(asGiven.report)).toHaveLength(215);
    for (const [at, form] of imageForms.entries()) {
      using directory = scratchDirectory();
      const path = form.write(directory.path, tars);
      const scanned = await scanImage(path, { db: join(directory.path, 'c.db'), mirror, ...fillings[at % fillings.length] });
      expect([form.id, withoutDigests(scanned) === withoutDigests(asGiven)]).toEqual([form.id, true]);
    }
    mkdirSync(join(scratch.path, 'roots'));
    const root = writeTree(join(scratch.path, 'roots/app'), await naiveTree(tars));
    const directory = await scanImage(root, { db: join(scratch.path, 'root.db'), mirror });
    expect(places(directory.report, everyPlace)).toEqual(places(asGiven.report, everyPlace));
    expect(findings(directory.report)).toEqual(findings(asGiven.report));
  });
});
