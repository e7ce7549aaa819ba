import { createZstdDecompress } from 'node:zlib';
import { InputError } from '../../core/index.ts';
import type { ByteReader } from './byte-reader.ts';
import { decodeMember, decoderOptions } from './zlib-member.ts';

const magicLength = 4;

/**
 * Decodes Zstandard (RFC 8878): frames one after another, skippable ones left out; a window is at most 128 MiB.
 *
 * @throws InputError `COMPRESSION_CORRUPT`, also where something that is no frame follows
 */
export async function* unzstd(reader: ByteReader): AsyncGenerator<Uint8Array> {
  while (await reader.ensure(1)) {
    if (!(await reader.ensure(magicLength))) throw corrupt('truncated');
    if (isSkippableFrame(reader.buffered)) {
      await skipFrame(reader);
      continue;
    }
    if (!isZstdFrame(reader.buffered)) throw corrupt('no frame');
    const decoder = createZstdDecompress(decoderOptions);
    yield* decodeMember(reader, decoder, 'zstd');
  }
}

export function isZstdFrame(bytes: Uint8Array): boolean {
  return bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd;
}

/** Magic 0x184D2A50 to 0x184D2A5F, low byte first. */
export function isSkippableFrame(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & 0xf0) === 0x50 && bytes[1] === 0x2a && bytes[2] === 0x4d && bytes[3] === 0x18;
}

async function skipFrame(reader: ByteReader): Promise<void> {
  if (!(await reader.ensure(8))) throw corrupt('truncated');
  const { buffered } = reader;
  let rest = new DataView(buffered.buffer, buffered.byteOffset, 8).getUint32(4, true);
  reader.skip(8);
  while (rest > 0) {
    if (!(await reader.ensure(1))) throw corrupt('truncated');
    const step = Math.min(rest, reader.buffered.length);
    reader.skip(step);
    rest -= step;
  }
}

function corrupt(reason: string): InputError {
  return new InputError('COMPRESSION_CORRUPT', { form: 'zstd', reason });
}
