import { crc32 } from 'node:zlib';
import { concatBytes } from './layer-builder.ts';

const chunkSize = 65_536;
const encoder = new TextEncoder();

/**
 * An xz stream whose one block stores the data in LZMA2 chunks without compressing it: enough for the container
 * (The .xz File Format 1.2.1), with CRC32 as the check.
 */
export function xzStore(data: Uint8Array): Uint8Array {
  const flags = Uint8Array.of(0x00, 0x01);
  const head = concatBytes(Uint8Array.of(0xfd), encoder.encode('7zXZ'), Uint8Array.of(0), flags, crc(flags));
  const packed = storedChunks(data);
  // Header size 12, no sizes, one filter: LZMA2 (0x21) with one property byte, 0x10 = dictionary of 1 MiB.
  const blockHeader = Uint8Array.of(0x02, 0x00, 0x21, 0x01, 0x10, 0x00, 0x00, 0x00);
  const unpadded = blockHeader.length + 4 + packed.length + 4;
  const block = concatBytes(blockHeader, crc(blockHeader), packed, new Uint8Array((4 - (packed.length % 4)) % 4), crc(data));
  const records = data.length === 0 ? [0x00] : [0x01, ...varint(unpadded), ...varint(data.length)];
  const indexBody = Uint8Array.from([0x00, ...records]);
  const index = concatBytes(indexBody, new Uint8Array((4 - (indexBody.length % 4)) % 4));
  const backward = concatBytes(uint32((index.length + 4) / 4 - 1), flags);
  return concatBytes(head, data.length === 0 ? new Uint8Array() : block, index, crc(index), crc(backward), backward, encoder.encode('YZ'));
}

function storedChunks(data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let from = 0; from < data.length; from += chunkSize) {
    const chunk = data.subarray(from, from + chunkSize);
    const last = chunk.length - 1;
    parts.push(Uint8Array.of(from === 0 ? 0x01 : 0x02, last >> 8, last & 0xff), chunk);
  }
  return concatBytes(...parts, Uint8Array.of(0));
}

function crc(data: Uint8Array): Uint8Array {
  return uint32(crc32(data));
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}
