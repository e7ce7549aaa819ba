import { parseNumber } from './numbers.ts';
import { decodeField, type DecodedText } from './text.ts';

export const blockSize = 512;

/** One header block as it stands, before extended headers change it. POSIX.1-2017, pax, "ustar Interchange Format". */
export interface RawHeader {
  readonly name: DecodedText;
  readonly linkName: DecodedText;
  /** Bytes stored; undefined where the field cannot be read. */
  readonly size: number | undefined;
  readonly mode: number;
  /** The type flag as a character; of old archives, NUL is `0`. */
  readonly flag: string;
}

const at = {
  name: [0, 100],
  mode: [100, 8],
  size: [124, 12],
  checksum: [148, 8],
  flag: 156,
  linkName: [157, 100],
  magic: 257,
  prefix: [345, 155],
  // Archives of star have 131 bytes of prefix and this word at the end.
  starPrefix: [345, 131],
  starTrailer: 508,
} as const;

const ustar = 'ustar\0';
const star = 'tar\0';

/** The header in the block at that offset; its checksum is not looked at. */
export function parseHeader(bytes: Uint8Array, offset: number): RawHeader {
  const flagByte = bytes[offset + at.flag] ?? 0;
  return {
    name: parseName(bytes, offset),
    linkName: decodeField(bytes, offset + at.linkName[0], at.linkName[1]),
    size: parseNumber(bytes, offset + at.size[0], at.size[1]),
    mode: (parseNumber(bytes, offset + at.mode[0], at.mode[1]) ?? 0) % 0o10000,
    flag: flagByte === 0 ? '0' : String.fromCharCode(flagByte),
  };
}

/** Whether the checksum fits: the sum of the bytes with its own field as spaces. Some old programs summed signed bytes. */
export function isChecksumRight(bytes: Uint8Array, offset: number): boolean {
  const declared = parseNumber(bytes, offset + at.checksum[0], at.checksum[1]);
  const fieldStart = offset + at.checksum[0];
  const fieldEnd = fieldStart + at.checksum[1];
  const end = offset + blockSize;
  let sum = 0x20 * at.checksum[1];
  for (let index = offset; index < fieldStart; index += 1) sum += bytes[index] ?? 0;
  for (let index = fieldEnd; index < end; index += 1) sum += bytes[index] ?? 0;
  return (
    declared === sum || declared === sum - 0x100 * countNegative(bytes, offset, fieldStart) - 0x100 * countNegative(bytes, fieldEnd, end)
  );
}

/** Bytes that are below zero if they are signed. */
function countNegative(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let index = start; index < end; index += 1) count += (bytes[index] ?? 0) >> 7;
  return count;
}

export function isZeroBlock(bytes: Uint8Array, offset: number, length = blockSize): boolean {
  for (let index = offset; index < offset + length; index += 1) if (bytes[index] !== 0) return false;
  return true;
}

function parseName(bytes: Uint8Array, offset: number): DecodedText {
  const name = decodeField(bytes, offset + at.name[0], at.name[1]);
  // GNU archives have other things where ustar has the prefix; their magic is "ustar  ".
  if (bytes[offset + at.prefix[0]] === 0 || !hasText(bytes, offset + at.magic, ustar)) return name;
  const [start, length] = hasText(bytes, offset + at.starTrailer, star) ? at.starPrefix : at.prefix;
  const prefix = decodeField(bytes, offset + start, length);
  return { text: prefix.text === '' ? name.text : `${prefix.text}/${name.text}`, isValid: prefix.isValid && name.isValid };
}

function hasText(bytes: Uint8Array, offset: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (bytes[offset + index] !== text.charCodeAt(index)) return false;
  return true;
}
