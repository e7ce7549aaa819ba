import { isWithin, type Executable, type Section, type Segment } from '../executable/executable.ts';
import { readExactly, type RandomAccess } from '../executable/random-access.ts';
import { Words } from '../executable/words.ts';
import { elf32, elf64, type ElfLayout } from './layout.ts';

/** Linked programs have some dozens; what has more is not read. */
const mostSections = 20_000;
const mostSegments = 1000;
const mostNameBytes = 1024 * 1024;
const longestName = 256;

/** SHT_NOBITS: takes no bytes of the file. */
const noBits = 8;
/** SHN_XINDEX: the number is in the first section. */
const indexElsewhere = 0xffff;
const loadable = 1;
const writable = 2;

/** Reads the tables of an ELF file (elf(5)) that was linked: ET_EXEC or ET_DYN. Undefined for any other file. */
export async function readElf(source: RandomAccess): Promise<Executable | undefined> {
  const ident = await readExactly(source, 0, 16);
  if (!ident || new Words(ident, true).u32(0) !== 0x7f454c46) return undefined;
  const [, , , , elfClass, data] = ident;
  if ((elfClass !== 1 && elfClass !== 2) || (data !== 1 && data !== 2)) return undefined;
  const [layout, isBigEndian] = [elfClass === 2 ? elf64 : elf32, data === 2];
  const header = await readExactly(source, 0, layout.header.size);
  if (!header) return undefined;
  const words = new Words(header, isBigEndian);
  if (words.u16(16) !== 2 && words.u16(16) !== 3) return undefined;
  const tables: Tables = { source, words, layout, isBigEndian };
  const [sections, segments] = [await readSections(tables), await readSegments(tables)];
  return { format: 'elf', isBigEndian, wordSize: layout.wordSize, sections, segments };
}

interface Tables {
  readonly source: RandomAccess;
  /** Of the file's header. */
  readonly words: Words;
  readonly layout: ElfLayout;
  readonly isBigEndian: boolean;
}

async function readSegments({ source, words, layout, isBigEndian }: Tables): Promise<readonly Segment[]> {
  const { header, segment, wordSize } = layout;
  const [offset, entrySize, count] = [words.word(header.phoff, wordSize), words.u16(header.phentsize), words.u16(header.phnum)];
  if (entrySize < segment.size || count > mostSegments) return [];
  const bytes = await readExactly(source, offset, entrySize * count);
  if (!bytes) return [];
  const table = new Words(bytes, isBigEndian);
  return Array.from({ length: count }, (_, index) => index * entrySize)
    .filter((at) => table.u32(at) === loadable)
    .map((at) => ({
      address: table.word(at + segment.address, wordSize),
      offset: table.word(at + segment.offset, wordSize),
      size: table.word(at + segment.fileSize, wordSize),
      isWritable: (table.u32(at + segment.flags) & writable) !== 0,
    }))
    .filter((each) => isWithin(each, source.size));
}

interface RawSection extends Omit<Section, 'name'> {
  /** Where its name is in the table of names. */
  readonly nameAt: number;
  readonly type: number;
  readonly link: number;
}

async function readSections(tables: Tables): Promise<readonly Section[]> {
  const { source, words, layout, isBigEndian } = tables;
  const { header, section, wordSize } = layout;
  const [offset, entrySize] = [words.word(header.shoff, wordSize), words.u16(header.shentsize)];
  if (offset === 0 || entrySize < section.size) return [];
  const first = await readExactly(source, offset, section.size);
  if (!first) return [];
  const start = rawSection(new Words(first, isBigEndian), 0, layout);
  // Counts that do not fit stand in the first section, which is otherwise empty.
  const count = words.u16(header.shnum) || start.size;
  const named = words.u16(header.shstrndx);
  if (count > mostSections) return [];
  const bytes = await readExactly(source, offset, entrySize * count);
  if (!bytes) return [];
  const table = new Words(bytes, isBigEndian);
  const all = Array.from({ length: count }, (_, index) => rawSection(table, index * entrySize, layout));
  const names = all[named === indexElsewhere ? start.link : named];
  if (!names || names.type === noBits) return [];
  const nameBytes = await readExactly(source, names.offset, Math.min(names.size, mostNameBytes));
  if (!nameBytes) return [];
  const texts = new Words(nameBytes, isBigEndian);
  return all
    .filter((each) => each.type !== noBits && each.nameAt < texts.length && isWithin(each, source.size))
    .map(({ nameAt, address, offset: at, size }) => ({ name: texts.text(nameAt, longestName), address, offset: at, size }));
}

function rawSection(table: Words, at: number, { section, wordSize }: ElfLayout): RawSection {
  return {
    nameAt: table.u32(at),
    type: table.u32(at + 4),
    address: table.word(at + section.address, wordSize),
    offset: table.word(at + section.offset, wordSize),
    size: table.word(at + section.fileSize, wordSize),
    link: table.u32(at + section.link),
  };
}
