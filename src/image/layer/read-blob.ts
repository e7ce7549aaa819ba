import type { Layer, LayerContent, LayerDigest, Limits } from '../../core/index.ts';
import { decompress } from '../../formats/compression/index.ts';
import { freeConsumed } from '../../runtime/index.ts';
import { BlobSource } from './blob-source.ts';
import type { Deadline } from './deadline.ts';
import { fromSource } from './from-source.ts';
import { LayerHashes } from './layer-hashes.ts';

export interface ReadBlobOptions {
  readonly layer: Layer;
  readonly content: Extract<LayerContent, { kind: 'blob' }>;
  readonly limits: Limits;
  readonly deadline: Deadline;
  readonly onProgress?: ((bytes: number) => void) | undefined;
  /** Gets the tar, chunk by chunk; what it gives back is waited for. */
  readonly consume: (chunk: Uint8Array) => Promise<void> | undefined;
}

export interface ReadBlob {
  readonly digest: LayerDigest;
  readonly diffId: LayerDigest;
  readonly blobBytes: number;
  readonly tarBytes: number;
}

/**
 * Reads a blob to its end, decompresses and verifies it. While a chunk of the tar is consumed and hashed here, the next one
 * is already asked for: zlib works in another thread.
 *
 * @throws InputError `DIGEST_MISMATCH`, `LAYER_UNREADABLE` and what decompressing throws; LimitError; AbortedError
 */
export async function readBlob(options: ReadBlobOptions): Promise<ReadBlob> {
  const { layer, content, limits, deadline, onProgress } = options;
  const hashes = new LayerHashes(layer);
  const opened = await deadline.race(fromSource(layer, content.open({ signal: deadline.signal })));
  const source = new BlobSource(opened, (chunk) => {
    hashes.blob(chunk);
    onProgress?.(source.bytes);
  });
  const decoded = decompress(source, { limits, checksums: layer.diffId === undefined ? 'verify' : 'leave', signal: deadline.signal });
  try {
    const tarBytes = await consumeAll(decoded.stream, options, hashes);
    await deadline.race(fromSource(layer, source.drain()));
    return { ...hashes.verify(), blobBytes: source.bytes, tarBytes };
  } catch (error) {
    await closeQuietly(source, deadline);
    deadline.check();
    throw error;
  }
}

async function consumeAll(stream: AsyncIterable<Uint8Array>, options: ReadBlobOptions, hashes: LayerHashes): Promise<number> {
  const { layer, deadline, consume } = options;
  const iterator = stream[Symbol.asyncIterator]();
  let bytes = 0;
  try {
    for (let ahead = iterator.next(); ;) {
      const result = await deadline.race(fromSource(layer, ahead));
      if (result.done) return bytes;
      ahead = iterator.next();
      // It is awaited in the next turn; should this one throw, nobody asks for it.
      ahead.catch(() => undefined);
      deadline.check();
      bytes += result.value.length;
      hashes.tar(result.value);
      const consumed = consume(result.value);
      if (consumed) await deadline.race(consumed);
      freeConsumed(result.value);
    }
  } catch (error) {
    const closing = iterator.return?.();
    closing?.catch(() => undefined);
    if (!deadline.signal.aborted) await closing;
    throw error;
  }
}

/** A source that hangs cannot be waited for: it has the signal. */
async function closeQuietly(source: BlobSource, deadline: Deadline): Promise<void> {
  const closed = source.close().catch(() => undefined);
  if (!deadline.signal.aborted) await closed;
}
