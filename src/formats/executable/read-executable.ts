import { readElf } from '../elf/index.ts';
import { readMachO, readUniversal } from '../macho/index.ts';
import { readPe } from '../pe/index.ts';
import type { Executable } from './executable.ts';
import { readExactly, type RandomAccess } from './random-access.ts';
import { Words } from './words.ts';

/** One executable, and the bytes that its offsets count in. */
export interface OpenedExecutable {
  readonly executable: Executable;
  readonly source: RandomAccess;
}

/**
 * Finds where things are in an ELF, PE or Mach-O file; a universal binary has several executables. None for what is no executable, or
 * whose headers are not all there. Reads the headers and no more, whatever they say.
 */
export async function readExecutables(source: RandomAccess): Promise<readonly OpenedExecutable[]> {
  const head = await readExactly(source, 0, 8);
  if (!head) return [];
  const magic = new Words(head, true).u32(0);
  if (magic === 0xcafebabe || magic === 0xcafebabf) return await readUniversal(source);
  const executable =
    magic === 0x7f454c46 ? await readElf(source) : magic >>> 16 === 0x4d5a ? await readPe(source) : await readMachO(source);
  return executable ? [{ executable, source }] : [];
}
