import { inflateSync } from 'node:zlib';
import { InputError, LimitError } from '../../core/index.ts';
import { isZlibError } from './zlib-member.ts';

/**
 * Inflates a zlib stream (RFC 1950) that is in memory, where nobody says how long it becomes.
 * @param limit bytes that it may become
 * @throws InputError `COMPRESSION_CORRUPT`
 * @throws LimitError `LIMIT_READ`
 */
export function inflateAtMost(data: Uint8Array, limit: number): Uint8Array {
  try {
    const inflated = inflateSync(data, { maxOutputLength: limit });
    return new Uint8Array(inflated.buffer, inflated.byteOffset, inflated.length);
  } catch (error) {
    if (error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw new LimitError('LIMIT_READ', { what: 'zlib', limit }, { cause: error });
    throw isZlibError(error) ? new InputError('COMPRESSION_CORRUPT', { form: 'zlib', reason: error.code }, { cause: error }) : error;
  }
}
