import { concat } from '../runtime/index.ts';
import { concatBytes } from './layer-builder.ts';

export interface RpmNdbOptions {
  /** In which order the slots name the headers: positions in the list of headers; as they are if absent. */
  readonly slotOrder?: readonly number[];
  /** Free slots between those that are used. */
  readonly freeSlots?: number;
}

const slotPageBytes = 4096;
const [blobHeadBytes, blobTailBytes, unitBytes] = [16, 12, 16];

/** rpm's own database (`Packages.db`) with these headers: number 1 for the first. */
export function writeRpmNdb(headers: readonly Uint8Array[], { slotOrder, freeSlots = 0 }: RpmNdbOptions = {}): Uint8Array {
  const order = slotOrder ?? headers.map((_, index) => index);
  const slots = order.length * (1 + freeSlots) + 2;
  const pages = Math.ceil((16 * slots) / slotPageBytes);
  let offset = (pages * slotPageBytes) / unitBytes;
  const blobs = headers.map((header, index) => {
    const bytes = blobOf(header, index + 1);
    const units = bytes.length / unitBytes;
    const slot = concatBytes(ascii('Slot'), words(index + 1, offset, units));
    offset += units;
    return { slot, bytes };
  });
  const free = concatBytes(ascii('Slot'), words(0, 0, 0));
  const used = order.flatMap((index) => [...Array.from({ length: freeSlots }, () => free), ...(blobs[index] ? [blobs[index].slot] : [])]);
  const rest = Array.from({ length: (pages * slotPageBytes) / 16 - 2 - used.length }, () => free);
  const head = concatBytes(ascii('RpmP'), words(0, 1, pages, headers.length + 1, 0, 0, 0));
  // Too many to be arguments of one call.
  const parts = [head, ...used, ...rest, ...blobs.map(({ bytes }) => bytes)];
  return concat(
    parts,
    parts.reduce((length, part) => length + part.length, 0),
  );
}

function blobOf(header: Uint8Array, number: number): Uint8Array {
  const length = Math.ceil((blobHeadBytes + header.length + blobTailBytes) / unitBytes) * unitBytes;
  const padding = new Uint8Array(length - blobHeadBytes - header.length - blobTailBytes);
  const summed = concatBytes(ascii('BlbS'), words(number, 1, header.length), header, padding);
  return concatBytes(summed, words(checksum(summed), header.length), ascii('BlbE'));
}

/** Adler-32 as RFC 1950 defines it, sum by sum. */
function checksum(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return b * 65_536 + a;
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Little-endian. */
function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setUint32(4 * index, value, true));
  return bytes;
}
