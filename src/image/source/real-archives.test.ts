import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../core/index.ts';
import { decompress } from '../../formats/compression/index.ts';
import { Sha256 } from '../../runtime/index.ts';
import { imageSources, openImage } from './index.ts';

const shared = join(import.meta.dirname, '../../../../shared/fixtures/images');
const isHere = existsSync(shared);

/** What `tar` and `sha256sum` say of each. */
const images: readonly (readonly [file: string, name: string | undefined, layers: number])[] = [
  ['alpine-311.tar.gz', 'alpine:3.11', 1],
  ['busybox-oci.tar', undefined, 1],
  ['apk.slim.oci.tar', 'apk', 2],
  ['app-bookworm.slim.oci.tar', 'app', 8],
  ['distroless-bookworm.slim.oci.tar', 'distroless', 12],
  ['large.slim.oci.tar', 'large', 4],
];

describe.skipIf(!isHere)('images of the wild (skipped where ../shared is absent)', () => {
  it.each(images)('%s opens, and its layers have the digests that it declares', async (file, name, count) => {
    await using opened = await openImage(join(shared, file), { wants: () => 'no' }, imageSources);
    expect([opened.name, opened.manifest.layers.length]).toEqual([name, count]);
    for (const { content, diffId } of opened.manifest.layers) {
      if (content?.kind !== 'blob') throw new Error('no blob');
      const hash = new Sha256();
      for await (const chunk of decompress(await content.open(), { limits: defaultLimits }).stream) hash.update(chunk);
      expect(hash.digest()).toBe(diffId);
    }
  });

  it('nginx-skopeo.tar, of whose three layers it holds one, is refused', async () => {
    const opening = openImage(join(shared, 'nginx-skopeo.tar'), { wants: () => 'no' }, imageSources);
    await expect(opening).rejects.toMatchObject({ code: 'IMAGE_MALFORMED', data: { layers: 1, diffIds: 3 } });
  });
});
