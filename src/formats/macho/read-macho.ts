import { isWithin, type Executable, type Section, type Segment } from '../executable/executable.ts';
import { readExactly, type RandomAccess } from '../executable/random-access.ts';
import { Words, type WordSize } from '../executable/words.ts';

const mostCommands = 10_000;
const mostCommandBytes = 1024 * 1024;
const mostSections = 20_000;

/** Magic, as read big-endian, and what it says. */
const forms: ReadonlyMap<number, { readonly wordSize: WordSize; readonly isBigEndian: boolean }> = new Map([
  [0xfeedface, { wordSize: 4, isBigEndian: true }],
  [0xfeedfacf, { wordSize: 8, isBigEndian: true }],
  [0xcefaedfe, { wordSize: 4, isBigEndian: false }],
  [0xcffaedfe, { wordSize: 8, isBigEndian: false }],
]);

/** MH_EXECUTE, MH_DYLIB, MH_BUNDLE */
const linked: ReadonlySet<number> = new Set([2, 6, 8]);

/** Where the fields of a segment command and of a section are that are read (loader.h). */
const layouts = {
  4: {
    header: 28,
    command: 1,
    segment: { size: 56, address: 24, offset: 32, fileSize: 36, protection: 44, count: 48 },
    section: { size: 68, address: 32, fileSize: 36, offset: 40 },
  },
  8: {
    header: 32,
    command: 0x19,
    segment: { size: 72, address: 24, offset: 40, fileSize: 48, protection: 60, count: 64 },
    section: { size: 80, address: 32, fileSize: 40, offset: 48 },
  },
} as const;

/** Reads the load commands of a Mach-O program or library (loader.h). Undefined for any other file. */
export async function readMachO(source: RandomAccess): Promise<Executable | undefined> {
  const start = await readExactly(source, 0, 28);
  const form = start && forms.get(new Words(start, true).u32(0));
  if (!form) return undefined;
  const { wordSize, isBigEndian } = form;
  const words = new Words(start, isBigEndian);
  const [type, count, bytes] = [words.u32(12), words.u32(16), words.u32(20)];
  if (!linked.has(type) || count > mostCommands || bytes > mostCommandBytes) return undefined;
  const commands = await readExactly(source, layouts[wordSize].header, bytes);
  if (!commands) return undefined;
  const { sections, segments } = readCommands(new Words(commands, isBigEndian), count, wordSize);
  const inFile = (part: Segment | Section): boolean => isWithin(part, source.size);
  return { format: 'mach-o', isBigEndian, wordSize, sections: sections.filter(inFile), segments: segments.filter(inFile) };
}

function readCommands(words: Words, count: number, wordSize: WordSize): Pick<Executable, 'sections' | 'segments'> {
  const { command, segment } = layouts[wordSize];
  const sections: Section[] = [];
  const segments: Segment[] = [];
  let at = 0;
  for (let index = 0; index < count && at + 8 <= words.length; index += 1) {
    const size = words.u32(at + 4);
    // Each is at least its own head: what says less would be read for ever.
    if (size < 8 || size > words.length - at) break;
    if (words.u32(at) === command && size >= segment.size) {
      segments.push(segmentOf(words, at, wordSize));
      sections.push(...sectionsOf(words, at, size, wordSize).slice(0, mostSections - sections.length));
    }
    at += size;
  }
  return { sections, segments };
}

function segmentOf(words: Words, at: number, wordSize: WordSize): Segment {
  const { segment } = layouts[wordSize];
  return {
    address: words.word(at + segment.address, wordSize),
    offset: words.word(at + segment.offset, wordSize),
    size: words.word(at + segment.fileSize, wordSize),
    isWritable: (words.u32(at + segment.protection) & 2) !== 0,
  };
}

function sectionsOf(words: Words, at: number, commandSize: number, wordSize: WordSize): readonly Section[] {
  const { segment, section } = layouts[wordSize];
  const room = Math.floor((commandSize - segment.size) / section.size);
  const count = Math.min(words.u32(at + segment.count), room);
  return Array.from({ length: count }, (_, index) => at + segment.size + index * section.size).map((place) => ({
    name: words.text(place, 16),
    address: words.word(place + section.address, wordSize),
    size: words.word(place + section.fileSize, wordSize),
    offset: words.u32(place + section.offset),
  }));
}
