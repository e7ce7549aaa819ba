import { corruptZip, Fields, fixedLength, flag, moved16, moved32, signature } from './wire.ts';

/** An entry of the central directory. */
export interface ZipEntry {
  /** As the archive writes it: it may be absolute or hold `..`, and is nothing to make a path of. */
  readonly name: string;
  /** A directory: its name ends in a slash. */
  readonly isDirectory: boolean;
  readonly isEncrypted: boolean;
  /** Compression method (APPNOTE 4.4.5). */
  readonly method: number;
  /** Bytes, as said. */
  readonly size: number;
  readonly compressedSize: number;
  readonly crc32: number;
  /** Of its local header, in bytes of the source. */
  readonly offset: number;
}

const zip64Extra = 0x0001;
const lenient = new TextDecoder();
/** The bytes of old archives are of code page 437; what is not ASCII in them is not looked for by name, so that any reading that keeps names apart will do. */
const latin1 = new TextDecoder('latin1');

/** Reads an entry of the directory where it begins. @throws InputError `ZIP_CORRUPT` */
export function readEntry(directory: Uint8Array, at: number, prefix: number): { readonly entry: ZipEntry; readonly length: number } {
  const fields = new Fields(directory.subarray(at));
  if (fields.u32(0) !== signature.directoryEntry) throw corruptZip('directory entry');
  const [nameLength, extraLength, commentLength] = [fields.u16(28), fields.u16(30), fields.u16(32)];
  const length = fixedLength.directoryEntry + nameLength + extraLength + commentLength;
  const nameAt = at + fixedLength.directoryEntry;
  if (at + length > directory.length) throw corruptZip('truncated');
  const extra = directory.subarray(nameAt + nameLength, nameAt + nameLength + extraLength);
  const flags = fields.u16(8);
  const name = decodeName(directory.subarray(nameAt, nameAt + nameLength), (flags & flag.utf8) !== 0);
  const sizes = sizesOf(fields, extra);
  const isEncrypted = (flags & (flag.encrypted | flag.maskedHeaders)) !== 0;
  const entry: ZipEntry = {
    name,
    isDirectory: name.endsWith('/'),
    isEncrypted,
    method: fields.u16(10),
    size: sizes.size,
    compressedSize: sizes.compressedSize,
    crc32: fields.u32(16),
    offset: sizes.offset + prefix,
  };
  return { entry, length };
}

function decodeName(bytes: Uint8Array, isUtf8: boolean): string {
  return (isUtf8 || bytes.every((byte) => byte < 0x80) ? lenient : latin1).decode(bytes);
}

function sizesOf(fields: Fields, extra: Uint8Array): Pick<ZipEntry, 'size' | 'compressedSize' | 'offset'> {
  const [compressedSize, size, disk, offset] = [fields.u32(20), fields.u32(24), fields.u16(34), fields.u32(42)];
  if (disk !== 0 && disk !== moved16) throw corruptZip('several disks');
  if (size !== moved32 && compressedSize !== moved32 && offset !== moved32) return { size, compressedSize, offset };
  const moved = new MovedFields(extra);
  // In this order, and only those that are moved (APPNOTE 4.5.3).
  return { size: moved.or(size), compressedSize: moved.or(compressedSize), offset: moved.or(offset) };
}

/** The values of the ZIP64 extra field, one after another. An archive without one means what it says. */
class MovedFields {
  readonly #fields: Fields | undefined;
  #at = 0;

  constructor(extra: Uint8Array) {
    const found = findExtra(extra, zip64Extra);
    this.#fields = found && new Fields(found);
  }

  or(value: number): number {
    if (value !== moved32 || !this.#fields) return value;
    this.#at += 8;
    return this.#fields.u64(this.#at - 8);
  }
}

function findExtra(extra: Uint8Array, id: number): Uint8Array | undefined {
  const fields = new Fields(extra);
  for (let at = 0; at + 4 <= extra.length;) {
    const length = fields.u16(at + 2);
    if (fields.u16(at) === id) return extra.subarray(at + 4, Math.min(at + 4 + length, extra.length));
    at += 4 + length;
  }
  return undefined;
}
