import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import { InputError } from '../../core/index.ts';
import type { ByteReader } from './byte-reader.ts';
import { decodeMember, decoderOptions } from './zlib-member.ts';

const fixedHeader = 10;
const trailerLength = 8;
const flag = { headerCrc: 0x02, extra: 0x04, name: 0x08, comment: 0x10, reserved: 0xe0 } as const;
/** Bytes of a name or comment: beyond, the header is not one that a program wrote. */
const maxField = 65_536;
const smallInput = 65_536;
const smallOutput = 262_144;

/** Whether a form's own checksum over large content is computed, or left where a stronger one is: the time for a tenth of the inflating. */
export type Checksums = 'verify' | 'leave';

/**
 * Decodes gzip (RFC 1952): members one after another, each checked against its CRC-32 and length.
 * What follows the last one and is no member is left out, as gzip(1) does: zeros that fill a tape block, or anything else.
 *
 * @throws InputError `COMPRESSION_CORRUPT`, `COMPRESSION_UNSUPPORTED` for a method other than deflate
 */
export async function* gunzip(reader: ByteReader, checksums: Checksums = 'verify'): AsyncGenerator<Uint8Array> {
  await skipHeader(reader);
  yield* inflateMember(reader, checksums);
  while (await isMember(reader)) {
    await skipHeader(reader);
    const small = await inflateSmall(reader);
    if (small) yield small;
    else yield* inflateMember(reader, checksums);
  }
}

async function isMember(reader: ByteReader): Promise<boolean> {
  return (await reader.ensure(2)) && reader.buffered[0] === 0x1f && reader.buffered[1] === 0x8b;
}

async function* inflateMember(reader: ByteReader, checksums: Checksums): AsyncGenerator<Uint8Array> {
  let crc: number | undefined = checksums === 'verify' ? 0 : undefined;
  let length = 0;
  const decoder = createInflateRaw(decoderOptions);
  for await (const chunk of decodeMember(reader, decoder, 'gzip')) {
    if (crc !== undefined) crc = crc32(chunk, crc);
    length += chunk.length;
    yield chunk;
  }
  await checkTrailer(reader, crc, length);
}

/**
 * A later member that is small, decoded at one go: archives that can be read by the file (eStargz) have thousands,
 * and a decoder stream for each takes ten times as long. Undefined where it is not small or not well: then the other way tells.
 */
async function inflateSmall(reader: ByteReader): Promise<Uint8Array | undefined> {
  await reader.ensure(smallInput);
  const inflated = tryInflate(reader.buffered);
  if (!inflated) return undefined;
  reader.skip(inflated.consumed);
  await checkTrailer(reader, crc32(inflated.data), inflated.data.length);
  return inflated.data;
}

function tryInflate(input: Uint8Array): { readonly data: Uint8Array; readonly consumed: number } | undefined {
  try {
    // With `info` node gives the engine besides, which the types do not know.
    const result: unknown = inflateRawSync(input, { info: true, maxOutputLength: smallOutput });
    return isInfo(result) ? { data: new Uint8Array(result.buffer), consumed: result.engine.bytesWritten } : undefined;
  } catch {
    return undefined;
  }
}

function isInfo(value: unknown): value is { readonly buffer: Uint8Array; readonly engine: { readonly bytesWritten: number } } {
  return typeof value === 'object' && value !== null && 'buffer' in value && 'engine' in value;
}

async function checkTrailer(reader: ByteReader, crc: number | undefined, length: number): Promise<void> {
  if (!(await reader.ensure(trailerLength))) throw corrupt('truncated');
  const { buffered } = reader;
  const view = new DataView(buffered.buffer, buffered.byteOffset, trailerLength);
  if (crc !== undefined && view.getUint32(0, true) !== crc) throw corrupt('crc');
  if (view.getUint32(4, true) !== length % 2 ** 32) throw corrupt('length');
  reader.skip(trailerLength);
}

async function skipHeader(reader: ByteReader): Promise<void> {
  if (!(await reader.ensure(fixedHeader))) throw corrupt('truncated');
  const [, , method, flags = 0] = reader.buffered;
  if (method !== 8) throw new InputError('COMPRESSION_UNSUPPORTED', { form: 'gzip', method });
  if (flags & flag.reserved) throw corrupt('header flags');
  reader.skip(fixedHeader);
  if (flags & flag.extra) await skipExtra(reader);
  if (flags & flag.name) await skipText(reader);
  if (flags & flag.comment) await skipText(reader);
  if (flags & flag.headerCrc) await skipBytes(reader, 2);
}

async function skipExtra(reader: ByteReader): Promise<void> {
  if (!(await reader.ensure(2))) throw corrupt('truncated');
  const [low = 0, high = 0] = reader.buffered;
  await skipBytes(reader, 2 + low + high * 256);
}

async function skipText(reader: ByteReader): Promise<void> {
  let end = reader.buffered.indexOf(0);
  while (end < 0) {
    const before = reader.buffered.length;
    if (before > maxField) throw corrupt('header text');
    if (!(await reader.ensure(before + 1))) throw corrupt('truncated');
    end = reader.buffered.indexOf(0, before);
  }
  reader.skip(end + 1);
}

async function skipBytes(reader: ByteReader, length: number): Promise<void> {
  if (!(await reader.ensure(length))) throw corrupt('truncated');
  reader.skip(length);
}

function corrupt(reason: string): InputError {
  return new InputError('COMPRESSION_CORRUPT', { form: 'gzip', reason });
}
