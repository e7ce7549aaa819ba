import { InputError } from '../../core/index.ts';
import type { ByteReader } from './byte-reader.ts';

/** The next bytes. @throws InputError `COMPRESSION_CORRUPT` when there are fewer */
export async function takeXz(reader: ByteReader, length: number): Promise<Uint8Array> {
  if (!(await reader.ensure(length))) throw corruptXz('truncated');
  const bytes = reader.buffered.subarray(0, length);
  reader.skip(length);
  return bytes;
}

/** Low byte first. */
export function readUint32(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(offset, true);
}

/** Seven bits a byte, low ones first. @throws InputError beyond 2^53 − 1, past the end, or when it is longer than needed */
export function readVarint(bytes: Uint8Array, offset: number): { readonly value: number; readonly length: number } {
  let value = 0;
  for (let length = 1; length <= 9; length += 1) {
    const byte = bytes[offset + length - 1];
    if (byte === undefined) throw corruptXz('truncated');
    value += (byte & 0x7f) * 2 ** (7 * (length - 1));
    if (byte & 0x80) continue;
    if (!Number.isSafeInteger(value) || (byte === 0 && length > 1)) break;
    return { value, length };
  }
  throw corruptXz('number');
}

export function paddingTo4(length: number): number {
  return (4 - (length % 4)) % 4;
}

export function corruptXz(reason: string): InputError {
  return new InputError('COMPRESSION_CORRUPT', { form: 'xz', reason });
}
