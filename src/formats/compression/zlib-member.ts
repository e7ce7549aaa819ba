import type { Transform, TransformOptions } from 'node:stream';
import type { ZlibOptions, ZstdOptions } from 'node:zlib';
import { InputError } from '../../core/index.ts';
import { freeConsumed, markConsumable } from '../../runtime/index.ts';
import type { ByteReader } from './byte-reader.ts';

/**
 * Bytes of the chunks that node's zlib gives: at its default of 16 KiB more time goes into the chunks than into inflating, at
 * 128 KiB still a tenth: for each, a thread is woken. Two of them may wait, so that inflating goes on while one is looked at.
 */
const inflatedChunkSize = 524_288;
export const decoderOptions: ZlibOptions & ZstdOptions & TransformOptions = {
  chunkSize: inflatedChunkSize,
  readableHighWaterMark: 2 * inflatedChunkSize,
};

/** A decoder of `node:zlib`: `bytesWritten` are the bytes that it has consumed. */
export type ZlibDecoder = Transform & { readonly bytesWritten: number };

/**
 * Decodes one member (a deflate stream, a zstd frame) from where the reader stands, and leaves the reader behind it.
 * Node's own way over several members loses bytes: its gunzip gives up the end of the last one when something else
 * follows, and its zstd stops silently after the first frame. So each member gets a decoder of its own.
 *
 * @throws InputError `COMPRESSION_CORRUPT` when the member is damaged or ends too early
 */
export async function* decodeMember(reader: ByteReader, decoder: ZlibDecoder, form: string): AsyncGenerator<Uint8Array> {
  const feeder = new Feeder(reader, decoder);
  const feeding = feeder.run();
  try {
    // As bytes and nothing more: a Buffer's slice is no copy. Where a chunk ends with its memory, the decoder has done with it.
    for await (const chunk of decoder as AsyncIterable<Uint8Array>) {
      yield markConsumable(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
    }
    feeder.stop();
    await feeding;
  } catch (error) {
    throw isZlibError(error) ? new InputError('COMPRESSION_CORRUPT', { form, reason: error.code }, { cause: error }) : error;
  } finally {
    feeder.stop();
    decoder.destroy();
  }
  feeder.putBack();
}

/** Gives the decoder one chunk at a time, so that what it leaves is the end of the last one. */
class Feeder {
  readonly #reader: ByteReader;
  readonly #decoder: ZlibDecoder;
  #written = 0;
  #last: Uint8Array = new Uint8Array();
  #isStopped = false;
  #wake: () => void = () => undefined;

  constructor(reader: ByteReader, decoder: ZlibDecoder) {
    this.#reader = reader;
    this.#decoder = decoder;
  }

  async run(): Promise<void> {
    try {
      while (!this.#isStopped) {
        const chunk = await this.#reader.next();
        if (!chunk) {
          this.#decoder.end();
          return;
        }
        await this.#write(chunk);
        // A decoder takes all that it is given until it has come to its end: what comes next is not for this one.
        if (this.#decoder.bytesWritten < this.#written) return;
        freeConsumed(chunk);
      }
    } catch (error) {
      this.#decoder.destroy(error instanceof Error ? error : new Error('the source failed', { cause: error }));
    }
  }

  /** A decoder that has come to its end may never call back for the chunk in which it did. */
  stop(): void {
    this.#isStopped = true;
    this.#wake();
  }

  putBack(): void {
    const unused = this.#written - this.#decoder.bytesWritten;
    if (unused > 0) this.#reader.unread(this.#last.subarray(this.#last.length - unused));
  }

  async #write(chunk: Uint8Array): Promise<void> {
    this.#written += chunk.length;
    this.#last = chunk;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#decoder.write(chunk, () => resolve());
    });
  }
}

interface ZlibError extends Error {
  readonly code: string;
}

/** Whether the data is at fault: node's zlib says `Z_…` or `ZSTD_…`. */
export function isZlibError(error: unknown): error is ZlibError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^(?:Z|ZSTD)_/.test(error.code);
}
