import { isWithin, type Executable, type Section, type Segment } from '../executable/executable.ts';
import { readExactly, type RandomAccess } from '../executable/random-access.ts';
import { Words } from '../executable/words.ts';

const mostSections = 1000;
const fileHeaderSize = 24;
const sectionSize = 40;
/** IMAGE_SCN_MEM_WRITE */
const writable = 0x8000_0000;

/** Reads the tables of a PE file (Microsoft's "PE Format": PE32 and PE32+). Undefined for any other file. */
export async function readPe(source: RandomAccess): Promise<Executable | undefined> {
  const start = await readExactly(source, 0, 64);
  if (!start || new Words(start, false).u16(0) !== 0x5a4d) return undefined;
  const at = new Words(start, false).u32(0x3c);
  const fileHeader = await readExactly(source, at, fileHeaderSize);
  if (!fileHeader || new Words(fileHeader, false).u32(0) !== 0x4550) return undefined;
  const words = new Words(fileHeader, false);
  const [count, optionalSize] = [words.u16(6), words.u16(20)];
  // Objects have none; with fewer bytes there is no address that the rest counts from.
  if (optionalSize < 32 || count > mostSections) return undefined;
  const optional = await readExactly(source, at + fileHeaderSize, 32);
  const table = await readExactly(source, at + fileHeaderSize + optionalSize, count * sectionSize);
  if (!optional || !table) return undefined;
  const optionalWords = new Words(optional, false);
  const is64 = optionalWords.u16(0) === 0x20b;
  if (!is64 && optionalWords.u16(0) !== 0x10b) return undefined;
  const base = is64 ? optionalWords.u64(24) : optionalWords.u32(28);
  const parts = partsOf(new Words(table, false), count, base).filter((part) => part.size > 0 && isWithin(part, source.size));
  return { format: 'pe', isBigEndian: false, wordSize: is64 ? 8 : 4, sections: parts, segments: parts };
}

/** Sections are what is mapped: PE has no segments beside them. */
function partsOf(table: Words, count: number, base: number): readonly (Section & Segment)[] {
  return Array.from({ length: count }, (_, index) => index * sectionSize).map((at) => ({
    name: table.text(at, 8),
    address: base + table.u32(at + 12),
    offset: table.u32(at + 20),
    size: table.u32(at + 16),
    isWritable: (table.u32(at + 36) & writable) !== 0,
  }));
}
