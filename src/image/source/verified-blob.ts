import { createHash } from 'node:crypto';
import { InputError, LimitError, type Digest } from '../../core/index.ts';
import type { OciDescriptor } from '../../formats/oci/index.ts';
import { readImageFile, type ImageFiles, type ReadImageFileOptions } from './image-files.ts';

/** Where an OCI image layout keeps a blob (image-spec, image-layout.md). A digest is checked before it gets here: it holds no path. */
export function blobPath(digest: Digest): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/**
 * A small blob, whole, whose bytes have the digest by which it was asked for.
 *
 * @throws InputError `DIGEST_MISMATCH`, `IMAGE_MALFORMED` when it is missing; LimitError `LIMIT_READ`; AbortedError
 */
export async function readVerifiedBlob(files: ImageFiles, descriptor: OciDescriptor, options: ReadImageFileOptions): Promise<Uint8Array> {
  const { digest, size } = descriptor;
  if (size > options.max) throw new LimitError('LIMIT_READ', { what: digest, limit: options.max });
  const bytes = await readImageFile(files, blobPath(digest), options);
  const [algorithm = ''] = digest.split(':', 1);
  const computed = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
  if (computed !== digest) throw new InputError('DIGEST_MISMATCH', { declared: digest, computed });
  return bytes;
}
