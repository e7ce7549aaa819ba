import { InputError, type EntryType } from '../../core/index.ts';
import type { RawHeader } from './header.ts';
import { cleanPath, leavesRoot } from './path.ts';
import type { PaxRecords, PaxSparse } from './pax.ts';
import type { DecodedText } from './text.ts';
import type { TarEntry, TarVisitor } from './visitor.ts';

/** What extended headers said of the entry that comes next. */
export interface Pending {
  readonly pax?: PaxRecords;
  readonly longName?: DecodedText;
  readonly longLink?: DecodedText;
  /** Bytes of a name, or of the records that hold it, beyond what is read. */
  readonly tooLong?: number;
}

export interface DescribedEntry {
  /** Undefined where the entry is skipped. */
  readonly entry: TarEntry | undefined;
  /** Bytes of content in the archive. */
  readonly stored: number;
  readonly sparse: PaxSparse | undefined;
}

/** Volume labels and the like, of which unpackers make nothing (GNU tar manual, "Extensions"). */
const ignoredFlags = 'VN';

/** POSIX.1-2017, pax: a flag that nobody knows is a regular file. */
function typeOf(flag: string, name: string): EntryType {
  switch (flag) {
    case '1':
      return 'hardlink';
    case '2':
      return 'symlink';
    case '3':
    case '4':
    case '6':
      return 'other';
    case '5':
    case 'D':
      return 'directory';
    default:
      // Archives older than POSIX have no flag for directories but the slash.
      return name.endsWith('/') ? 'directory' : 'file';
  }
}

/**
 * An entry as all of its headers together describe it. What is odd about its names goes to the visitor.
 *
 * @throws InputError `TAR_CORRUPT` when its size cannot be known
 */
export function describeEntry(raw: RawHeader, pending: Pending, pathBytes: number, visitor: TarVisitor): DescribedEntry {
  const { pax } = pending;
  const name = pax?.sparse?.name ?? pax?.path ?? pending.longName ?? raw.name;
  const type = typeOf(raw.flag, name.text);
  const stored = storedBytes(raw, type, pax?.size);
  const skipped: DescribedEntry = { entry: undefined, stored, sparse: undefined };

  const target = pax?.linkPath ?? pending.longLink ?? raw.linkName;
  const tooLong = pending.tooLong ?? pax?.longName ?? excess(name.text, pathBytes) ?? excess(target.text, pathBytes);
  if (tooLong !== undefined) {
    visitor.diagnostic('ENTRY_NAME_TOO_LONG', { data: { bytes: tooLong, limit: pathBytes } });
    return skipped;
  }
  if (ignoredFlags.includes(raw.flag)) return skipped;

  const path = namePath(name, name.text, visitor);
  const linkTarget = readTarget(type, target, path, visitor);
  const sparse = type === 'file' ? pax?.sparse : undefined;
  const size = type === 'file' ? (sparse?.realSize ?? stored) : 0;
  const header = { type, size, mode: raw.mode, ...(linkTarget !== undefined && { linkTarget }) };
  return { entry: { path, header }, stored, sparse };
}

/** Bytes of the text where they are more than the limit. */
function excess(text: string, limit: number): number | undefined {
  if (text.length * 3 <= limit) return undefined;
  const bytes = new TextEncoder().encode(text).length;
  return bytes > limit ? bytes : undefined;
}

/** Links, devices and directories have no content, whatever their size says; a dump of a directory has. */
function storedBytes(raw: RawHeader, type: EntryType, paxSize: number | undefined): number {
  if (type === 'hardlink' || type === 'symlink' || type === 'other' || raw.flag === '5') return 0;
  const size = paxSize ?? raw.size;
  if (size === undefined) throw new InputError('TAR_CORRUPT', { what: 'size', entry: raw.name.text.slice(0, 200) });
  return size;
}

function readTarget(type: EntryType, target: DecodedText, path: string, visitor: TarVisitor): string | undefined {
  if (type === 'hardlink') return namePath(target, path, visitor);
  if (type !== 'symlink') return undefined;
  if (!target.isValid) visitor.diagnostic('ENTRY_NAME_INVALID', { path });
  return target.text;
}

/** The cleaned path, and a word about what had to be done to it. */
function namePath(name: DecodedText, subject: string, visitor: TarVisitor): string {
  const path = cleanPath(name.text);
  if (!name.isValid) visitor.diagnostic('ENTRY_NAME_INVALID', { path: cleanPath(subject) });
  if (leavesRoot(name.text)) visitor.diagnostic('ENTRY_OUTSIDE_ROOT', { path: cleanPath(subject), data: { name: name.text } });
  return path;
}
