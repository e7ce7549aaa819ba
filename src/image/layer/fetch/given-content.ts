import { ClaircoreError, InputError, type LayerContent, type OpenContentOptions } from '../../../core/index.ts';
import { openFile, readRange } from '../../source/random-access.ts';

type BlobContent = Extract<LayerContent, { kind: 'blob' }>;

const chunkSize = 262_144;

/**
 * A layer's blob that is at hand as bytes, compressed or not; they must not change while it is read.
 *
 * @example
 * ```ts
 * const manifest = { digest, layers: [{ digest: layerDigest, content: bytesContent(bytes) }] };
 * ```
 */
export function bytesContent(bytes: Uint8Array): BlobContent {
  return { kind: 'blob', open: () => Promise.resolve(chunksOf(bytes)) };
}

/**
 * A layer's blob in a file of this machine, compressed or not. The file is opened each time the layer is read.
 *
 * @example
 * ```ts
 * const layer = { digest: layerDigest, content: fileContent('layers/base.tar.gz') };
 * ```
 * Reading it throws InputError `LAYER_UNREADABLE` where there is no such file, AbortedError.
 */
export function fileContent(path: string): BlobContent {
  return { kind: 'blob', open: (options) => Promise.resolve(readLayerFile(path, options)) };
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize);
}

async function* readLayerFile(path: string, options: OpenContentOptions | undefined): AsyncGenerator<Uint8Array> {
  try {
    await using file = await openFile(path);
    yield* readRange(file, { offset: 0, length: file.size }, options);
  } catch (error) {
    if (!(error instanceof ClaircoreError) || error.kind !== 'input') throw error;
    // What is missing is no image, but one of its layers.
    throw new InputError('LAYER_UNREADABLE', { ...error.data, path }, { cause: error });
  }
}
