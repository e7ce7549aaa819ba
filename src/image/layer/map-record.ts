import type { EntryType } from '../../core/index.ts';

/** What a layer has at one path. Reused from one entry to the next: copy what you keep. */
export interface MapRecord {
  /** Undefined where there is just a whiteout. */
  type: EntryType | undefined;
  /** The path is removed from the layers below. */
  isWhiteout: boolean;
  /** What the layers below have in this directory is removed. */
  isOpaque: boolean;
  /** A directory that has no entry of its own. */
  isImplied: boolean;
  size: number;
  mode: number;
  /** UTF-8; of symlinks and hard links. */
  link: Uint8Array | undefined;
  /** Numbers that only some maps have: see the users of `MapWriter`. */
  readonly extras: number[];
}

export function emptyRecord(): MapRecord {
  return { type: undefined, isWhiteout: false, isOpaque: false, isImplied: false, size: 0, mode: 0, link: undefined, extras: [] };
}

/** Copies all but the extras. */
export function copyRecord(to: MapRecord, from: MapRecord): void {
  to.type = from.type;
  to.isWhiteout = from.isWhiteout;
  to.isOpaque = from.isOpaque;
  to.isImplied = from.isImplied;
  to.size = from.size;
  to.mode = from.mode;
  to.link = from.link;
}

const types: readonly (EntryType | undefined)[] = [undefined, 'file', 'directory', 'symlink', 'hardlink', 'other'];
const whiteoutBit = 8;
const opaqueBit = 16;
const impliedBit = 32;

export function attributesOf(record: MapRecord): number {
  return (
    types.indexOf(record.type) +
    (record.isWhiteout ? whiteoutBit : 0) +
    (record.isOpaque ? opaqueBit : 0) +
    (record.isImplied ? impliedBit : 0)
  );
}

/** Sets type and flags; false for a byte that no writer makes. */
export function setAttributes(record: MapRecord, attributes: number): boolean {
  const code = attributes & 7;
  if (code >= types.length || attributes > 63) return false;
  record.type = types[code];
  record.isWhiteout = (attributes & whiteoutBit) !== 0;
  record.isOpaque = (attributes & opaqueBit) !== 0;
  record.isImplied = (attributes & impliedBit) !== 0;
  return true;
}

export function isLink(type: EntryType | undefined): boolean {
  return type === 'symlink' || type === 'hardlink';
}
