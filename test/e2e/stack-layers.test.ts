import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Layer } from '../../src/core/index.ts';
import { stackLayers } from '../../src/image/layer/index.ts';
import { collect } from '../../src/testing/index.ts';
import { concatBytes } from '../../src/testing/layer-builder.ts';
import { blobLayer, dockerArchiveBlobs, ociArchiveBlobs } from '../support/blob-layers.ts';
import { edgeCases } from '../support/edge-cases.ts';
import { indexLayers, placesOf } from '../support/library.ts';
import { missing, sharedPath } from '../support/shared-data.ts';
import { alpineLayers, smallLayers, smallPlaces } from '../support/small-image.ts';

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;

/** The packages of the layers, and those of the one layer that they make together. */
async function bothWays(blobs: readonly Uint8Array[]): Promise<{ readonly layered: string[]; readonly flat: string[] }> {
  const layers: readonly Layer[] = blobs.map((blob) => blobLayer(blob));
  const flattened = concatBytes(...(await collect(stackLayers(layers))));
  const [layered, flat] = [await indexLayers(layers), await indexLayers([blobLayer(flattened)])];
  expect([layered.err, flat.err]).toEqual(['', '']);
  return { layered: placesOf(layered), flat: placesOf(flat) };
}

describe('layers laid over each other and scanned as one give the same packages', () => {
  it.each(edgeCases)('$name', async ({ layers }) => {
    const { layered, flat } = await bothWays(layers);
    expect(flat).toEqual(layered);
  });

  it('the small images', async () => {
    const { layered, flat } = await bothWays(smallLayers);
    expect(layered).toEqual([...smallPlaces].sort());
    expect(flat).toEqual(layered);
    const alpine = await bothWays(alpineLayers);
    expect(alpine.flat).toEqual(alpine.layered);
    expect(alpine.flat).toHaveLength(3);
  });
});

/** Image → packages that it has at least, so that an empty answer twice is no proof. */
const quick: readonly (readonly [string, number])[] = [
  ['apk.slim.oci.tar', 10],
  ['distroless-bookworm.slim.oci.tar', 10],
  ['busybox-oci.tar', 0],
  ['rpm-bdb.slim.oci.tar', 168],
  ['rpm-ndb.slim.oci.tar', 168],
  ['rpm-sqlite.slim.oci.tar', 168],
];
const heavy: readonly (readonly [string, number])[] = [
  ['app-bookworm.slim.oci.tar', 200],
  ['large.slim.oci.tar', 4000],
];
const images = isFull ? [...quick, ...heavy] : quick;
const dockerArchives: readonly (readonly [string, number])[] = [
  ['alpine-311.tar.gz', 14],
  ['nginx-skopeo.tar', 0],
];

const skip = missing('fixtures/images');

describe.skipIf(skip !== undefined)(`so do real images${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => {
  it.each(images)('%s', { timeout: 300_000 }, async (name, least) => {
    const { layered, flat } = await bothWays(await ociArchiveBlobs(sharedPath(`fixtures/images/${name}`)));
    expect(flat).toEqual(layered);
    expect(flat.length).toBeGreaterThanOrEqual(least);
  });

  it.each(dockerArchives)('%s', async (name, least) => {
    const bytes = readFileSync(sharedPath(`fixtures/images/${name}`));
    const { layered, flat } = await bothWays(await dockerArchiveBlobs(name.endsWith('.gz') ? gunzipSync(bytes) : bytes));
    expect(flat).toEqual(layered);
    expect(flat.length).toBeGreaterThanOrEqual(least);
  });
});
