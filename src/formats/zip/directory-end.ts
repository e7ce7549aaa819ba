import type { ZipSource } from './source.ts';
import { corruptZip, Fields, fixedLength, moved16, moved32, signature } from './wire.ts';

/** Where the central directory is, in bytes of the source. */
export interface DirectoryPlace {
  readonly offset: number;
  readonly length: number;
  readonly entries: number;
  /** What stands before the archive (a program that unpacks it): offsets inside count from there. */
  readonly prefix: number;
}

/** A comment has at most 65,535 bytes. */
const mostComment = 0xffff;

/** Finds the central directory from the end of the archive (APPNOTE 4.3.16, 4.3.14). @throws InputError `ZIP_CORRUPT` */
export async function findDirectory(source: ZipSource): Promise<DirectoryPlace> {
  const length = Math.min(source.size, mostComment + fixedLength.directoryEnd);
  const start = source.size - length;
  const tail = await source.read(start, length);
  const at = lastEnd(tail);
  if (at === undefined) throw corruptZip('no directory');
  return (await ofEnd64(source, tail, start + at)) ?? ofEnd(new Fields(tail.subarray(at)), start + at);
}

/** The last signature whose comment fits; content in front of it may hold others. */
function lastEnd(tail: Uint8Array): number | undefined {
  for (let at = tail.length - fixedLength.directoryEnd; at >= 0; at -= 1) {
    if (tail[at] !== 0x50 || tail[at + 1] !== 0x4b || tail[at + 2] !== 0x05 || tail[at + 3] !== 0x06) continue;
    const comment = new Fields(tail.subarray(at)).u16(20);
    if (at + fixedLength.directoryEnd + comment <= tail.length) return at;
  }
  return undefined;
}

function ofEnd(fields: Fields, endOffset: number): DirectoryPlace {
  const [entries, length, offset] = [fields.u16(10), fields.u32(12), fields.u32(16)];
  if (fields.u16(4) !== 0 || fields.u16(6) !== 0) throw corruptZip('several disks');
  return placed({ entries, length, offset }, endOffset);
}

async function ofEnd64(source: ZipSource, tail: Uint8Array, endOffset: number): Promise<DirectoryPlace | undefined> {
  const end = new Fields(tail.subarray(endOffset - (source.size - tail.length)));
  const isMoved = end.u16(10) === moved16 || end.u32(12) === moved32 || end.u32(16) === moved32;
  const locatorOffset = endOffset - fixedLength.locator64;
  if (!isMoved || locatorOffset < 0) return undefined;
  const locator = new Fields(await source.read(locatorOffset, fixedLength.locator64));
  // A plain archive may really have 65,535 entries.
  if (locator.u32(0) !== signature.locator64) return undefined;
  // Directly before its locator, or, where something stands before the archive, that much further on than it says.
  const said = locator.u64(8);
  for (const offset of [said, locatorOffset - fixedLength.directoryEnd64]) {
    if (offset < 0 || offset + fixedLength.directoryEnd64 > locatorOffset) continue;
    const fields = new Fields(await source.read(offset, fixedLength.directoryEnd64));
    if (fields.u32(0) !== signature.directoryEnd64) continue;
    return placed({ entries: fields.u64(32), length: fields.u64(40), offset: fields.u64(48) }, offset);
  }
  throw corruptZip('directory end');
}

/** The directory ends where its end begins: what the offset lacks to that stands before the archive. */
function placed({ entries, length, offset }: Omit<DirectoryPlace, 'prefix'>, endOffset: number): DirectoryPlace {
  const prefix = endOffset - length - offset;
  if (prefix < 0) throw corruptZip('directory place');
  return { entries, length, offset: offset + prefix, prefix };
}
