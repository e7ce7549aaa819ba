import { crc32, inflateRawSync, zstdDecompressSync } from 'node:zlib';
import { InputError } from '../../core/index.ts';
import { isZlibError } from './zlib-member.ts';

/** A form without a frame of its own checks, as containers have it: bare deflate (RFC 1951), zstd frames (RFC 8878). */
export type InflateForm = 'deflate' | 'zstd';

/** Bytes that zlib makes at a time: the size is only what an archive says. */
const leastChunk = 64;
const mostChunk = 1024 * 1024;

/**
 * Inflates what is in memory at one go, to exactly `size` bytes: for the many small members of containers, for which a stream each takes
 * ten times as long. Never more than `size` bytes are made.
 * @throws InputError `COMPRESSION_CORRUPT`, also for content that is longer or shorter than said
 */
export function inflateWhole(data: Uint8Array, form: InflateForm, size: number): Uint8Array {
  // One piece for nearly all, and room for the byte that shows that there is no more: a third less time for many small entries.
  const options = { maxOutputLength: Math.max(1, size), chunkSize: Math.min(Math.max(leastChunk, size + 1), mostChunk) };
  try {
    const inflated = form === 'deflate' ? inflateRawSync(data, options) : zstdDecompressSync(data, options);
    if (inflated.length !== size) throw new InputError('COMPRESSION_CORRUPT', { form, reason: 'length' });
    return new Uint8Array(inflated.buffer, inflated.byteOffset, inflated.length);
  } catch (error) {
    if (isTooLong(error)) throw new InputError('COMPRESSION_CORRUPT', { form, reason: 'length' }, { cause: error });
    throw isZlibError(error) ? new InputError('COMPRESSION_CORRUPT', { form, reason: error.code }, { cause: error }) : error;
  }
}

function isTooLong(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

/** CRC-32 as in gzip and ZIP; `before` is that of what came before. */
export function checksumOf(data: Uint8Array, before = 0): number {
  return crc32(data, before);
}
