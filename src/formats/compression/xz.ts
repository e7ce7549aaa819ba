import { crc32 } from 'node:zlib';
import { InputError } from '../../core/index.ts';
import type { ByteReader } from './byte-reader.ts';
import { Lzma2Decoder } from './lzma2.ts';
import { xzCheck, type XzCheck } from './xz-check.ts';
import { corruptXz, paddingTo4, readUint32, readVarint, takeXz } from './xz-wire.ts';
import { XzRecords } from './xz-records.ts';

const lzma2Filter = 0x21;
const flag = { filters: 0x03, reserved: 0x3c, compressedSize: 0x40, uncompressedSize: 0x80 } as const;

interface BlockHeader {
  readonly dictionaryBits: number;
  readonly compressedSize: number | undefined;
  readonly uncompressedSize: number | undefined;
}

/**
 * Decodes xz (The .xz File Format 1.2.1): streams one after another with their padding, the filter LZMA2 alone.
 * Every check, the index and the footer are verified.
 *
 * @throws InputError `COMPRESSION_CORRUPT`, also where something that is no stream follows;
 * `COMPRESSION_UNSUPPORTED` for other filters and dictionaries beyond 64 MiB
 */
export async function* unxz(reader: ByteReader): AsyncGenerator<Uint8Array> {
  do yield* decodeStream(reader);
  while (await skipPadding(reader));
}

/** Whether another stream may follow: zeros between streams come in fours. */
async function skipPadding(reader: ByteReader): Promise<boolean> {
  let zeros = 0;
  while (await reader.ensure(1)) {
    const { buffered } = reader;
    const end = buffered.findIndex((byte) => byte !== 0);
    const run = end < 0 ? buffered.length : end;
    reader.skip(run);
    zeros += run;
    if (end >= 0) break;
  }
  if (zeros % 4 !== 0) throw corruptXz('padding');
  return reader.buffered.length > 0;
}

async function* decodeStream(reader: ByteReader): AsyncGenerator<Uint8Array> {
  const header = await takeXz(reader, 12);
  if (readUint32(header, 0) !== 0x587a37fd || header[4] !== 0x5a || header[5] !== 0) throw corruptXz('no stream');
  const flags = header.subarray(6, 8);
  if (readUint32(header, 8) !== crc32(flags)) throw corruptXz('header crc');
  const checkType = flags[1] ?? 0;
  if (flags[0] !== 0 || checkType > 0x0f) throw new InputError('COMPRESSION_UNSUPPORTED', { form: 'xz', reason: 'stream flags' });

  const seen = new XzRecords();
  for (let head = await takeXz(reader, 1); head[0] !== 0; head = await takeXz(reader, 1)) {
    yield* decodeBlock(reader, head[0] ?? 0, { check: xzCheck(checkType), seen });
  }
  const indexSize = await readIndex(reader, seen);
  const footer = await takeXz(reader, 12);
  const isWhole = readUint32(footer, 0) === crc32(footer.subarray(4, 10)) && footer[10] === 0x59 && footer[11] === 0x5a;
  if (!isWhole || footer[8] !== flags[0] || footer[9] !== flags[1]) throw corruptXz('footer');
  if ((readUint32(footer, 4) + 1) * 4 !== indexSize) throw corruptXz('index size');
}

interface BlockContext {
  readonly check: XzCheck;
  readonly seen: XzRecords;
}

async function* decodeBlock(reader: ByteReader, sizeByte: number, { check, seen }: BlockContext): AsyncGenerator<Uint8Array> {
  const headerSize = (sizeByte + 1) * 4;
  const header = parseBlockHeader(await takeXz(reader, headerSize - 1), sizeByte);
  const decoder = new Lzma2Decoder(reader, header.dictionaryBits);
  let length = 0;
  for await (const chunk of decoder.decode()) {
    length += chunk.length;
    check.update(chunk);
    yield chunk;
  }
  const { compressedSize = decoder.consumed, uncompressedSize = length } = header;
  if (compressedSize !== decoder.consumed || uncompressedSize !== length) throw corruptXz('block size');
  await skipZeros(reader, paddingTo4(decoder.consumed));
  if (!check.isEqual(await takeXz(reader, check.size))) throw corruptXz('check');
  seen.add(headerSize + decoder.consumed + check.size, length);
}

function parseBlockHeader(rest: Uint8Array, sizeByte: number): BlockHeader {
  const end = rest.length - 4;
  if (readUint32(rest, end) !== crc32(rest.subarray(0, end), crc32(Uint8Array.of(sizeByte)))) throw corruptXz('block header crc');
  const flags = rest[0] ?? 0;
  const body = rest.subarray(0, end);
  let at = 1;
  const next = (): number => {
    const { value, length } = readVarint(body, at);
    at += length;
    return value;
  };
  if (flags & flag.reserved) throw new InputError('COMPRESSION_UNSUPPORTED', { form: 'xz', reason: 'block flags' });
  const compressedSize = flags & flag.compressedSize ? next() : undefined;
  const uncompressedSize = flags & flag.uncompressedSize ? next() : undefined;
  const filter = next();
  if ((flags & flag.filters) !== 0 || filter !== lzma2Filter)
    throw new InputError('COMPRESSION_UNSUPPORTED', { form: 'xz', reason: 'filter' });
  if (next() !== 1 || at >= end) throw corruptXz('filter properties');
  return { dictionaryBits: body[at] ?? 0, compressedSize, uncompressedSize };
}

/** Reads the index behind its first byte and compares it with the blocks that came; gives its size in bytes. */
async function readIndex(reader: ByteReader, seen: XzRecords): Promise<number> {
  let crc = crc32(Uint8Array.of(0));
  let size = 1;
  const take = async (length: number): Promise<Uint8Array> => {
    const bytes = await takeXz(reader, length);
    crc = crc32(bytes, crc);
    size += length;
    return bytes;
  };
  const next = async (): Promise<number> => {
    await reader.ensure(9);
    const { value, length } = readVarint(reader.buffered, 0);
    await take(length);
    return value;
  };
  const listed = new XzRecords();
  if ((await next()) !== seen.count) throw corruptXz('index');
  while (listed.count < seen.count) listed.add(await next(), await next());
  if (!listed.isEqual(seen)) throw corruptXz('index');
  const padding = await take(paddingTo4(size));
  if (padding.some((byte) => byte !== 0)) throw corruptXz('index padding');
  if (readUint32(await takeXz(reader, 4), 0) !== crc) throw corruptXz('index crc');
  return size + 4;
}

async function skipZeros(reader: ByteReader, count: number): Promise<void> {
  if ((await takeXz(reader, count)).some((byte) => byte !== 0)) throw corruptXz('block padding');
}
