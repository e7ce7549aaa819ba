/** What a tar entry can be: the type flags of POSIX.1-2017 (pax, "ustar Interchange Format"). */
export type TarEntryType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'character-device' | 'block-device' | 'fifo';

/** An entry to write. What is absent is zero, so that the same entry always gives the same bytes. */
export interface TarEntryFields {
  /** Written as it is given; a directory gets its slash. */
  readonly path: string;
  readonly type: TarEntryType;
  /** Bytes of content; counts for files only. */
  readonly size?: number;
  /** Permission bits; 0o755 for directories and 0o644 for the rest if absent. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Seconds since 1970. */
  readonly mtime?: number;
  /** Target of a symlink or hard link. */
  readonly linkTarget?: string;
  readonly deviceMajor?: number;
  readonly deviceMinor?: number;
}

/** The fields of one 512-byte header block as they stand in it. */
export interface UstarFields {
  readonly name: Uint8Array;
  readonly typeFlag: string;
  readonly size: number;
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
  readonly linkName?: Uint8Array;
  readonly prefix?: Uint8Array;
  readonly deviceMajor?: number;
  readonly deviceMinor?: number;
}

export const tarBlockSize = 512;

const typeFlags: Readonly<Record<TarEntryType, string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  'character-device': '3',
  'block-device': '4',
  directory: '5',
  fifo: '6',
};
const nameBytes = 100;
const prefixBytes = 155;
const maxOctal7 = 0o7777777;
const maxOctal11 = 0o77777777777;
const encoder = new TextEncoder();

/**
 * One entry: its header (pax records before it where ustar has no room), its content, its padding.
 *
 * @throws RangeError when the content is not as long as `size` says: what was written so far is then useless.
 */
export async function* tarEntry(
  entry: TarEntryFields,
  content?: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield tarHeader(entry);
  if (entry.type !== 'file') return;
  const size = entry.size ?? 0;
  let written = 0;
  for await (const chunk of content ?? []) {
    written += chunk.length;
    if (written > size) break;
    yield chunk;
  }
  if (written !== size) throw new RangeError('the content of a tar entry is not as long as its size');
  const padding = tarPadding(size);
  if (padding.length > 0) yield padding;
}

/** What stands before the content of an entry: one block, or three and more where pax records are needed. */
export function tarHeader(entry: TarEntryFields): Uint8Array {
  const path = entry.type === 'directory' && !entry.path.endsWith('/') ? `${entry.path}/` : entry.path;
  const name = splitName(path);
  const link = encoder.encode(entry.linkTarget ?? '');
  const size = entry.type === 'file' ? (entry.size ?? 0) : 0;
  const mtime = Math.max(0, Math.floor(entry.mtime ?? 0));

  const records: [string, string][] = [];
  if (!name) records.push(['path', path]);
  if (entry.linkTarget !== undefined && !fits(link, nameBytes)) records.push(['linkpath', entry.linkTarget]);
  if (size > maxOctal11) records.push(['size', String(size)]);
  if (mtime > maxOctal11) records.push(['mtime', String(mtime)]);
  for (const id of ['uid', 'gid'] as const) if ((entry[id] ?? 0) > maxOctal7) records.push([id, String(entry[id])]);

  const block = ustarBlock({
    name: name?.name ?? encoder.encode(path).subarray(0, nameBytes),
    ...(name && { prefix: name.prefix }),
    typeFlag: typeFlags[entry.type],
    size: orZero(size, maxOctal11),
    mode: entry.mode ?? (entry.type === 'directory' ? 0o755 : 0o644),
    uid: orZero(entry.uid ?? 0, maxOctal7),
    gid: orZero(entry.gid ?? 0, maxOctal7),
    mtime: orZero(mtime, maxOctal11),
    linkName: link.subarray(0, nameBytes),
    deviceMajor: entry.deviceMajor ?? 0,
    deviceMinor: entry.deviceMinor ?? 0,
  });
  return records.length > 0 ? join([paxHeader('x', records), block]) : block;
}

/** A pax extended header: `x` for the entry that follows, `g` for all that follow. */
export function paxHeader(kind: 'x' | 'g', records: readonly (readonly [string, string])[]): Uint8Array {
  const body = join(records.map(([key, value]) => paxRecord(key, encoder.encode(value))));
  const block = ustarBlock({ name: encoder.encode('PaxHeader'), typeFlag: kind, size: body.length, mode: 0o644 });
  return join([block, body, tarPadding(body.length)]);
}

/** `LENGTH KEY=VALUE\n`, where the length counts its own digits too. */
export function paxRecord(key: string, value: Uint8Array): Uint8Array {
  const head = encoder.encode(` ${key}=`);
  const rest = head.length + value.length + 1;
  let length = rest + String(rest).length;
  if (rest + String(length).length > length) length += 1;
  return join([encoder.encode(String(length)), head, value, Uint8Array.of(0x0a)]);
}

/** One header block with its checksum. Names that are too long are cut: whoever calls has made other provision. */
export function ustarBlock(fields: UstarFields): Uint8Array {
  const block = new Uint8Array(tarBlockSize);
  block.set(fields.name.subarray(0, nameBytes), 0);
  writeOctal(block, 100, 8, fields.mode);
  writeOctal(block, 108, 8, fields.uid ?? 0);
  writeOctal(block, 116, 8, fields.gid ?? 0);
  writeOctal(block, 124, 12, fields.size);
  writeOctal(block, 136, 12, fields.mtime ?? 0);
  block[156] = fields.typeFlag.charCodeAt(0);
  block.set((fields.linkName ?? new Uint8Array()).subarray(0, nameBytes), 157);
  block.set(encoder.encode('ustar\x0000'), 257);
  writeOctal(block, 329, 8, fields.deviceMajor ?? 0);
  writeOctal(block, 337, 8, fields.deviceMinor ?? 0);
  block.set((fields.prefix ?? new Uint8Array()).subarray(0, prefixBytes), 345);
  return sealTarBlock(block);
}

/** Writes the checksum of a header block into it: the sum of its bytes, the checksum's own counted as spaces. */
export function sealTarBlock(block: Uint8Array): Uint8Array {
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.set(encoder.encode(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  return block;
}

/** The zeros between the end of a content of that size and the next block. */
export function tarPadding(size: number): Uint8Array {
  return new Uint8Array((tarBlockSize - (size % tarBlockSize)) % tarBlockSize);
}

/** The end mark of an archive: two blocks of zeros. */
export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * tarBlockSize);
}

/** The two fields that ustar has for a path, or undefined where it does not fit them: then pax says it. */
function splitName(path: string): { readonly name: Uint8Array; readonly prefix: Uint8Array } | undefined {
  const bytes = encoder.encode(path);
  if (fits(bytes, nameBytes)) return { name: bytes, prefix: new Uint8Array() };
  if (!fits(bytes, prefixBytes + 1 + nameBytes)) return undefined;
  const slash = bytes.indexOf(0x2f, bytes.length - nameBytes - 1);
  // A name must remain after the slash, and the slash itself is not written.
  if (slash <= 0 || slash > prefixBytes || slash === bytes.length - 1) return undefined;
  return { name: bytes.subarray(slash + 1), prefix: bytes.subarray(0, slash) };
}

/** Whether ustar may hold the text in a field: its names are ASCII, and a NUL ends them. */
function fits(bytes: Uint8Array, room: number): boolean {
  return bytes.length <= room && bytes.every((byte) => byte > 0 && byte < 0x80);
}

function orZero(value: number, max: number): number {
  return value > max ? 0 : value;
}

function writeOctal(block: Uint8Array, offset: number, width: number, value: number): void {
  block.set(encoder.encode(`${value.toString(8).padStart(width - 1, '0')}\0`), offset);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
