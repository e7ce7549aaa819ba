import { parseNevra } from '../versions/rpm/index.ts';
import { concatBytes } from './layer-builder.ts';

/** A package for a test. */
export interface TestRpm {
  readonly name: string;
  readonly epoch?: number;
  readonly version: string;
  readonly release: string;
  readonly arch?: string;
  readonly sourceRpm?: string;
  /** `name:stream:version:context`. */
  readonly modularityLabel?: string;
  readonly vendor?: string;
  /** Seconds since 1970. */
  readonly installTime?: number;
  /** Absolute paths of files. */
  readonly files?: readonly string[];
  /** Absolute paths of directories. */
  readonly directories?: readonly string[];
  /** An OpenPGP packet: the signature of the header. */
  readonly signature?: Uint8Array;
  /** Hex digits of a SHA-256. */
  readonly payloadDigest?: string;
}

export interface RpmHeaderOptions {
  /** Whether the entries of the package stand in the region that rpm signs, as in every database since rpm 4. */
  readonly region?: boolean;
  /** Whether files are whole paths, as before rpm 4. */
  readonly oldFileNames?: boolean;
}

/** A value of a header: `[tag, type, values]`. */
export type RpmHeaderEntry =
  | readonly [tag: number, type: 'string' | 'string-array' | 'i18n-string', texts: readonly string[]]
  | readonly [tag: number, type: 'int16' | 'int32', numbers: readonly number[]]
  | readonly [tag: number, type: 'binary', bytes: Uint8Array];

const typeNumbers = { int16: 3, int32: 4, string: 6, binary: 7, 'string-array': 8, 'i18n-string': 9 } as const;
const immutableRegion = 63;
const fileMode = 0o100_644;
const directoryMode = 0o040_755;

/**
 * The header of an installed package, as rpm keeps it in its database.
 *
 * ```ts
 * const database = writeRpmSqlite([rpmHeader('bash-5.1.8-6.el9.x86_64'), rpmHeader({ name: 'a', version: '1', release: '1' })]);
 * ```
 *
 * @param installed its parts, or `name-[epoch:]version-release.arch`; without an own source package it is made of its own source
 */
export function rpmHeader(installed: TestRpm | string, { region = true, oldFileNames = false }: RpmHeaderOptions = {}): Uint8Array {
  const found = typeof installed === 'string' ? fromNevra(installed) : installed;
  const own: RpmHeaderEntry[] = [
    [1000, 'string', [found.name]],
    [1001, 'string', [found.version]],
    [1002, 'string', [found.release]],
    ...optional(found.epoch, (epoch) => [1003, 'int32', [epoch]]),
    [1004, 'i18n-string', ['a package of a test']],
    ...optional(found.vendor, (vendor) => [1011, 'string', [vendor]]),
    [1022, 'string', [found.arch ?? 'x86_64']],
    ...fileEntries(found, oldFileNames),
    [1044, 'string', [found.sourceRpm ?? `${found.name}-${found.version}-${found.release}.src.rpm`]],
    ...optional(found.payloadDigest, (digest) => [5092, 'string-array', [digest]]),
    ...optional(found.payloadDigest, () => [5093, 'int32', [8]]),
    ...optional(found.modularityLabel, (label) => [5096, 'string', [label]]),
  ];
  const added: RpmHeaderEntry[] = [
    ...optional(found.signature, (signature) => [268, 'binary', signature]),
    [1008, 'int32', [found.installTime ?? 1_700_000_000]],
  ];
  return region ? encodeRpmHeader(own.toSorted(byTag), added) : encodeRpmHeader([], [...own, ...added].toSorted(byTag));
}

/** Any header: with entries in the signed region, if there are any, and behind it. Nothing is checked. */
export function encodeRpmHeader(signed: readonly RpmHeaderEntry[], others: readonly RpmHeaderEntry[]): Uint8Array {
  const store = new StoreWriter();
  const index = signed.map((entry) => store.add(entry));
  if (signed.length > 0) {
    // The region's own entry leads to a copy of it behind the region, which says, negated, how many bytes of index are the region's.
    const ownBytes = 16 * (signed.length + 1);
    const at = store.addBytes(words([immutableRegion, typeNumbers.binary, -ownBytes, 16]), 1);
    index.unshift([immutableRegion, typeNumbers.binary, at, 16]);
  }
  index.push(...others.map((entry) => store.add(entry)));
  const bytes = store.take();
  return concatBytes(words([index.length, bytes.length, ...index.flat()]), bytes);
}

type IndexEntry = readonly [tag: number, type: number, offset: number, count: number];

class StoreWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  add(entry: RpmHeaderEntry): IndexEntry {
    const [tag, type, values] = entry;
    const width = type === 'int32' ? 4 : type === 'int16' ? 2 : 1;
    const bytes = contentOf(entry);
    return [tag, typeNumbers[type], this.addBytes(bytes, width), values.length];
  }

  /** Where they stand, a multiple of `width`. */
  addBytes(bytes: Uint8Array, width: number): number {
    const gap = (width - (this.#length % width)) % width;
    this.#parts.push(new Uint8Array(gap), bytes);
    const at = this.#length + gap;
    this.#length = at + bytes.length;
    return at;
  }

  take(): Uint8Array {
    return concatBytes(...this.#parts);
  }
}

function contentOf([, type, values]: RpmHeaderEntry): Uint8Array {
  switch (type) {
    case 'binary':
      return values;
    case 'int16':
      return Uint8Array.from(values.flatMap((value) => [value >> 8, value & 0xff]));
    case 'int32':
      return words(values);
    default:
      return new TextEncoder().encode(values.map((text) => `${text}\0`).join(''));
  }
}

function fileEntries({ files = [], directories = [] }: TestRpm, oldFileNames: boolean): RpmHeaderEntry[] {
  const paths = [...files.map((path) => ({ path, mode: fileMode })), ...directories.map((path) => ({ path, mode: directoryMode }))];
  if (paths.length === 0) return [];
  const modes: RpmHeaderEntry = [1030, 'int16', paths.map(({ mode }) => mode)];
  if (oldFileNames) return [[1027, 'string-array', paths.map(({ path }) => path)], modes];
  const parents = paths.map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1));
  const distinct = [...new Set(parents)];
  return [
    modes,
    [1116, 'int32', parents.map((parent) => distinct.indexOf(parent))],
    [1117, 'string-array', paths.map(({ path }) => path.slice(path.lastIndexOf('/') + 1))],
    [1118, 'string-array', distinct],
  ];
}

function optional<T>(value: T | undefined, toEntry: (value: T) => RpmHeaderEntry): RpmHeaderEntry[] {
  return value === undefined ? [] : [toEntry(value)];
}

function byTag([a]: RpmHeaderEntry, [b]: RpmHeaderEntry): number {
  return a - b;
}

function fromNevra(text: string): TestRpm {
  const parsed = parseNevra(text);
  if (!parsed || parsed.name === '') throw new TypeError(`no name-[epoch:]version-release: ${text}`);
  const { epoch, arch, ...rest } = parsed;
  return { ...rest, ...(epoch !== '' && { epoch: Number(epoch) }), ...(arch !== '' && { arch }) };
}

/** Big-endian. */
function words(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setInt32(4 * index, value | 0));
  return bytes;
}
