import { findSection, readExactly, type Executable, type OpenedExecutable, type RandomAccess } from '../executable/index.ts';
import { isSurelyGo } from './is-surely-go.ts';
import { parseModuleInfo, type GoBuildInfo } from './module-info.ts';
import { readInlineStrings, readPointedStrings, type BuildStrings } from './strings.ts';

export type GoBuildInfoReading =
  | { readonly kind: 'build-info'; readonly info: GoBuildInfo }
  /** It is a Go program, and does not say what it was built from. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'not-go' };

/** What stands before the information (debug/buildinfo): aligned to 16 bytes. */
const magic = Uint8Array.from([0xff, ...new TextEncoder().encode(' Go buildinf:')]);
const alignment = 16;
const headerSize = 32;
const blockBytes = 64 * 1024;
/** Where there is no section of its own it is searched for among the data: no further than this. */
const mostSearched = 8 * 1024 * 1024;
/** Bytes that look like the magic and lead nowhere are tried so often. */
const mostTries = 16;

/**
 * Reads what the Go linker wrote into a program (1.13 and later): in ELF and Mach-O in a section, in PE among the initialised data; the
 * strings inline (1.18 and later) or behind pointers, in either byte order.
 */
export async function readGoBuildInfo(opened: OpenedExecutable): Promise<GoBuildInfoReading> {
  const place = placeOf(opened.executable);
  const found = place ? await search(opened, place) : undefined;
  if (found?.strings) return { kind: 'build-info', info: parseModuleInfo(found.strings.goVersion, found.strings.modules) };
  if (found || (await isSurelyGo(opened)))
    return { kind: 'unreadable', reason: found ? 'build information damaged' : 'no build information' };
  return { kind: 'not-go' };
}

interface Place {
  readonly offset: number;
  readonly size: number;
}

function placeOf(executable: Executable): Place | undefined {
  switch (executable.format) {
    case 'elf':
      // Without a table of sections: the data, as Go's own reader does.
      if (executable.sections.length === 0) return executable.segments.find(({ isWritable, size }) => isWritable && size > 0);
      return findSection(executable, '.go.buildinfo');
    case 'pe':
      return executable.segments.find(({ isWritable }) => isWritable);
    case 'mach-o':
      return findSection(executable, '__go_buildinfo');
    default:
      return executable.format satisfies never;
  }
}

/** Undefined where the magic is nowhere; without strings where it is and what follows cannot be read. */
async function search(opened: OpenedExecutable, place: Place): Promise<{ readonly strings?: BuildStrings } | undefined> {
  let tries = 0;
  for await (const offset of candidates(opened.source, place)) {
    const strings = await readAt(opened, offset);
    if (strings) return { strings };
    tries += 1;
    if (tries === mostTries) break;
  }
  return tries > 0 ? {} : undefined;
}

async function* candidates(source: RandomAccess, { offset, size }: Place): AsyncGenerator<number> {
  const end = offset + Math.min(size, mostSearched);
  for (let start = offset; start < end; start += blockBytes) {
    const block = await source.read(start, Math.min(blockBytes, end - start));
    for (let at = block.indexOf(0xff); at >= 0; at = block.indexOf(0xff, at + 1)) {
      if (at % alignment === 0 && magic.every((byte, index) => block[at + index] === byte)) yield start + at;
    }
  }
}

/** Flags behind the magic: bit 0 the byte order of pointers, bit 1 that the strings stand inline. */
async function readAt(opened: OpenedExecutable, offset: number): Promise<BuildStrings | undefined> {
  const header = await readExactly(opened.source, offset, headerSize);
  if (!header) return undefined;
  const [wordSize = 0, flags = 0] = header.subarray(magic.length);
  if ((flags & 2) !== 0) return await readInlineStrings(opened.source, offset + headerSize);
  if (wordSize !== 4 && wordSize !== 8) return undefined;
  return await readPointedStrings(opened, header.subarray(alignment), { wordSize, isBigEndian: (flags & 1) !== 0 });
}
