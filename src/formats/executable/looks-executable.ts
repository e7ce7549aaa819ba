import { Words } from './words.ts';

/** Byte orders and magics of Mach-O (loader.h): as they stand in the file. */
const machMagics: ReadonlyMap<number, boolean> = new Map([
  [0xfeedface, true],
  [0xfeedfacf, true],
  [0xcefaedfe, false],
  [0xcffaedfe, false],
]);
const fatMagics: ReadonlySet<number> = new Set([0xcafebabe, 0xcafebabf]);
/** A class file of Java begins with the magic of a universal binary; its version, where that has its count, is 45 or more. */
const mostArchitectures = 20;

/**
 * Whether the first bytes of a file (64 suffice) may be those of a program or a shared library: ELF, PE, Mach-O or universal.
 * Not of object files, core dumps and kernel modules.
 */
export function looksExecutable(head: Uint8Array): boolean {
  if (head.length < 64) return false;
  const words = new Words(head, true);
  const magic = words.u32(0);
  if (magic === 0x7f454c46) return isLinkedElf(head);
  if (words.u16(0) === 0x4d5a) return isPortable(head);
  if (fatMagics.has(magic)) return words.u32(4) > 0 && words.u32(4) <= mostArchitectures;
  const isBigEndian = machMagics.get(magic);
  // MH_EXECUTE, MH_DYLIB, MH_BUNDLE
  return isBigEndian !== undefined && [2, 6, 8].includes(new Words(head, isBigEndian).u32(12));
}

/** ET_EXEC or ET_DYN (elf(5)). */
function isLinkedElf(head: Uint8Array): boolean {
  const type = new Words(head, head[5] === 2).u16(16);
  return (head[4] === 1 || head[4] === 2) && (head[5] === 1 || head[5] === 2) && (type === 2 || type === 3);
}

/** An `MZ` whose PE header is not where it should be is a program of DOS, or text. */
function isPortable(head: Uint8Array): boolean {
  const words = new Words(head, false);
  const at = words.u32(0x3c);
  return at >= 64 && at < 0x1000_0000 && (at + 4 > head.length || words.u32(at) === 0x4550);
}
