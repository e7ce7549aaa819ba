import type { Executable } from '../executable/executable.ts';
import { readExactly, sliceOf, type RandomAccess } from '../executable/random-access.ts';
import { Words } from '../executable/words.ts';
import { readMachO } from './read-macho.ts';

/** A class file of Java has the same magic, and 45 or more here. */
const mostArchitectures = 20;

/** Reads the executables of a universal binary (fat.h), one for each architecture; those that are none are left out. */
export async function readUniversal(source: RandomAccess): Promise<readonly { executable: Executable; source: RandomAccess }[]> {
  const head = await readExactly(source, 0, 8);
  if (!head) return [];
  const [is64, count] = [new Words(head, true).u32(0) === 0xcafebabf, new Words(head, true).u32(4)];
  if (count > mostArchitectures) return [];
  const entrySize = is64 ? 32 : 20;
  const table = await readExactly(source, 8, count * entrySize);
  if (!table) return [];
  const words = new Words(table, true);
  const found: { executable: Executable; source: RandomAccess }[] = [];
  for (let at = 0; at < table.length; at += entrySize) {
    const [offset, size] = is64 ? [words.u64(at + 8), words.u64(at + 16)] : [words.u32(at + 8), words.u32(at + 12)];
    if (offset > source.size) continue;
    const slice = sliceOf(source, offset, size);
    const executable = await readMachO(slice);
    if (executable) found.push({ executable, source: slice });
  }
  return found;
}
