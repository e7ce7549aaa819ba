import type { Buffer } from 'node:buffer';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { InputError } from '../../core/index.ts';

/**
 * A layer map in bytes: sorted records in blocks, each compressed by itself, then an index of the blocks.
 *
 *     magic, version, number of extras a record
 *     block*          zstd of: record* · offset of each restart (u32 LE) · number of restarts (u32 LE)
 *     index           zstd of: per block: stored bytes, plain bytes, length of its first key (varints), the key
 *     trailer         offset of the index, its compressed bytes, its plain bytes (u32 LE), magic
 *
 *     record          bytes shared with the key before, bytes that follow (varints), those bytes, attributes (u8);
 *                     with a type: size, mode (varints); of links: length (varint) and target; then the extras (varints)
 *
 * A block whose stored bytes are as many as its plain ones is not compressed.
 * Each 16th record restarts: it shares nothing, so that a look-up can begin there.
 */
export const magic = 0x4d4c4343;
export const formatVersion = 1;
export const headerBytes = 8;
export const trailerBytes = 16;
export const restartInterval = 16;
/** Plain bytes after which a block is closed. */
export const blockTarget = 64 * 1024;
/** More than any block or index of ours: what claims to be larger is damaged. */
export const maxBlockBytes = 16 * 1024 * 1024;
export const maxIndexBytes = 256 * 1024 * 1024;

const options = { params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 } };

export function pack(plain: Uint8Array): Uint8Array {
  return zstdCompressSync(plain, options);
}

/** @throws InputError `LAYER_MAP_CORRUPT` */
export function unpack(packed: Uint8Array, plainBytes: number): Buffer {
  let plain: Buffer;
  try {
    plain = zstdDecompressSync(packed, { maxOutputLength: plainBytes + 1 });
  } catch (cause) {
    throw new InputError('LAYER_MAP_CORRUPT', {}, { cause });
  }
  if (plain.length !== plainBytes) throw mapCorrupt();
  return plain;
}

export function mapCorrupt(): InputError {
  return new InputError('LAYER_MAP_CORRUPT');
}
