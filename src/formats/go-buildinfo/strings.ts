import { placeOfAddress, readExactly, Words, type OpenedExecutable, type RandomAccess, type WordSize } from '../executable/index.ts';

export interface BuildStrings {
  readonly goVersion: string;
  /** Lines of the modules; empty where the program has none. */
  readonly modules: string;
}

const mostVersionBytes = 1024;
/** The largest programs known have some tens of kilobytes. */
const mostModuleBytes = 4 * 1024 * 1024;
const mostVarintBytes = 5;
/** Random bytes before and behind the modules, by which older tools found them. */
const sentinelBytes = 16;

/** Go 1.18 and later: two strings, each behind its length as a varint. */
export async function readInlineStrings(source: RandomAccess, offset: number): Promise<BuildStrings | undefined> {
  const version = await readCounted(source, offset, mostVersionBytes);
  const modules = version && (await readCounted(source, version.end, mostModuleBytes));
  return modules && buildStrings(version.bytes, modules.bytes);
}

async function readCounted(
  source: RandomAccess,
  offset: number,
  most: number,
): Promise<{ readonly bytes: Uint8Array; readonly end: number } | undefined> {
  let length = 0;
  const head = await source.read(offset, mostVarintBytes);
  for (const [index, byte] of head.entries()) {
    length += (byte & 0x7f) * 128 ** index;
    if (byte >= 0x80) continue;
    const start = offset + index + 1;
    const bytes = length <= most ? await readExactly(source, start, length) : undefined;
    return bytes && { bytes, end: start + length };
  }
  return undefined;
}

export interface PointerForm {
  readonly wordSize: WordSize;
  readonly isBigEndian: boolean;
}

/** Before Go 1.18: addresses of two strings, each an address of bytes and their count. */
export async function readPointedStrings(
  opened: OpenedExecutable,
  pointers: Uint8Array,
  form: PointerForm,
): Promise<BuildStrings | undefined> {
  const words = new Words(pointers, form.isBigEndian);
  const version = await readString(opened, words.word(0, form.wordSize), form, mostVersionBytes);
  // A program that was not built from modules has no second string.
  const modules = await readString(opened, words.word(form.wordSize, form.wordSize), form, mostModuleBytes);
  return version && buildStrings(version, modules ?? new Uint8Array());
}

async function readString(
  opened: OpenedExecutable,
  address: number,
  { wordSize, isBigEndian }: PointerForm,
  most: number,
): Promise<Uint8Array | undefined> {
  const header = await readAddress(opened, address, 2 * wordSize);
  if (!header) return undefined;
  const words = new Words(header, isBigEndian);
  const length = words.word(wordSize, wordSize);
  return length <= most ? await readAddress(opened, words.word(0, wordSize), length) : undefined;
}

async function readAddress({ executable, source }: OpenedExecutable, address: number, length: number): Promise<Uint8Array | undefined> {
  const place = placeOfAddress(executable, address);
  return place && length <= place.size ? await readExactly(source, place.offset, length) : undefined;
}

const decoder = new TextDecoder();

function buildStrings(version: Uint8Array, modules: Uint8Array): BuildStrings | undefined {
  if (version.length === 0) return undefined;
  return { goVersion: decoder.decode(version), modules: decoder.decode(withoutSentinels(modules)) };
}

/** As runtime/debug cuts it: a last line that ends before the sentinel, or there are no modules. */
function withoutSentinels(modules: Uint8Array): Uint8Array {
  const isFramed = modules.length >= 2 * sentinelBytes + 1 && modules[modules.length - sentinelBytes - 1] === 0x0a;
  return isFramed ? modules.subarray(sentinelBytes, modules.length - sentinelBytes) : new Uint8Array();
}
