import { crc32, deflateRawSync, zstdCompressSync } from 'node:zlib';
import { concatBytes } from './layer-builder.ts';

/** An entry for {@link writeZip}. What is said falsely is written as it is said. */
export interface TestZipEntry {
  readonly name: string;
  readonly content?: Uint8Array | string;
  /** Deflate if absent. */
  readonly method?: 'stored' | 'deflate' | 'zstd';
  /** Sizes and offset stand in the ZIP64 field. */
  readonly zip64?: boolean;
  /** Sizes and checksum follow the content, and the local header has none. */
  readonly descriptor?: boolean;
  readonly saidSize?: number;
  readonly saidCompressedSize?: number;
  readonly saidCrc?: number;
  readonly saidMethod?: number;
  readonly saidFlags?: number;
  /** The local header is the one of the entry of that index, and nothing is written for this one. */
  readonly sameAs?: number;
}

export interface TestZipOptions {
  /** Before the archive; offsets do not count it, as when a program is put in front of one. */
  readonly prefix?: Uint8Array;
  readonly comment?: string;
  readonly zip64?: boolean;
  readonly saidEntries?: number;
}

const methods = { stored: 0, deflate: 8, zstd: 93 } as const;
const utf8 = 0x0800;
const hasDescriptor = 0x0008;
const all32 = 0xffffffff;

/** A ZIP archive for a test. */
export function writeZip(entries: readonly TestZipEntry[], options: TestZipOptions = {}): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  const offsets: number[] = [];
  let at = 0;
  for (const entry of entries) {
    const facts = factsOf(entry);
    const offset = entry.sameAs === undefined ? at : (offsets[entry.sameAs] ?? 0);
    offsets.push(offset);
    if (entry.sameAs === undefined) {
      const local = concatBytes(localHeader(entry, facts), facts.data, entry.descriptor === true ? descriptor(facts) : new Uint8Array());
      parts.push(local);
      at += local.length;
    }
    directory.push(directoryEntry(entry, facts, offset));
  }
  const central = concatBytes(...directory);
  return concatBytes(options.prefix ?? new Uint8Array(), ...parts, central, directoryEnd(entries.length, central.length, at, options));
}

interface Facts {
  readonly name: Uint8Array;
  readonly data: Uint8Array;
  readonly method: number;
  readonly flags: number;
  readonly crc: number;
  readonly size: number;
  readonly compressedSize: number;
}

function factsOf(entry: TestZipEntry): Facts {
  const content = typeof entry.content === 'string' ? new TextEncoder().encode(entry.content) : (entry.content ?? new Uint8Array());
  const form = entry.method ?? 'deflate';
  const data = form === 'stored' ? content : form === 'deflate' ? deflateRawSync(content) : zstdCompressSync(content);
  return {
    name: new TextEncoder().encode(entry.name),
    data,
    method: entry.saidMethod ?? methods[form],
    flags: entry.saidFlags ?? utf8 | (entry.descriptor === true ? hasDescriptor : 0),
    crc: entry.saidCrc ?? crc32(content),
    size: entry.saidSize ?? content.length,
    compressedSize: entry.saidCompressedSize ?? data.length,
  };
}

function localHeader({ descriptor: isLater }: TestZipEntry, { name, method, flags, crc, size, compressedSize }: Facts): Uint8Array {
  const [sum, packed, length] = isLater === true ? [0, 0, 0] : [crc, compressedSize, size];
  return concatBytes(u32(0x04034b50), u16(20, flags, method, 0, 0x21), u32(sum, packed, length), u16(name.length, 0), name);
}

function descriptor({ crc, size, compressedSize }: Facts): Uint8Array {
  return u32(0x08074b50, crc, compressedSize, size);
}

function directoryEntry({ zip64 }: TestZipEntry, facts: Facts, offset: number): Uint8Array {
  const { name, method, flags, crc, size, compressedSize } = facts;
  const isMoved = zip64 === true;
  const extra = isMoved ? concatBytes(u16(1, 24), u64(size, compressedSize, offset)) : new Uint8Array();
  const sizes = isMoved ? u32(crc, all32, all32) : u32(crc, compressedSize, size);
  const tail = concatBytes(u16(name.length, extra.length, 0, 0, 0), u32(0, isMoved ? all32 : offset), name, extra);
  return concatBytes(u32(0x02014b50), u16(0x031e, 20, flags, method, 0, 0x21), sizes, tail);
}

function directoryEnd(count: number, length: number, offset: number, { comment = '', zip64, saidEntries }: TestZipOptions): Uint8Array {
  const entries = saidEntries ?? count;
  const text = new TextEncoder().encode(comment);
  const plain = (said: number, size: number, start: number): Uint8Array =>
    concatBytes(u32(0x06054b50), u16(0, 0, said, said), u32(size, start), u16(text.length), text);
  if (zip64 !== true) return plain(entries, length, offset);
  const end64 = concatBytes(u32(0x06064b50), u64(44), u16(45, 45), u32(0, 0), u64(entries, entries, length, offset));
  const locator = concatBytes(u32(0x07064b50, 0), u64(offset + length), u32(1));
  return concatBytes(end64, locator, plain(0xffff, all32, all32));
}

function u16(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value & 0xff, (value >>> 8) & 0xff]));
}

function u32(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff]));
}

function u64(...values: readonly number[]): Uint8Array {
  return concatBytes(...values.map((value) => u32(value % 2 ** 32, Math.floor(value / 2 ** 32))));
}
