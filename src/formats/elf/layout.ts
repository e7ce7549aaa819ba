import type { WordSize } from '../executable/words.ts';

/** Where the fields are that are read: bytes from the beginning of the structure (elf(5): Elf32_Ehdr, Elf64_Ehdr and so on). */
export interface ElfLayout {
  readonly wordSize: WordSize;
  readonly header: {
    readonly size: number;
    readonly phoff: number;
    readonly shoff: number;
    readonly phentsize: number;
    readonly phnum: number;
    readonly shentsize: number;
    readonly shnum: number;
    readonly shstrndx: number;
  };
  readonly segment: {
    readonly size: number;
    readonly flags: number;
    readonly offset: number;
    readonly address: number;
    readonly fileSize: number;
  };
  readonly section: {
    readonly size: number;
    readonly address: number;
    readonly offset: number;
    readonly fileSize: number;
    readonly link: number;
  };
}

export const elf32: ElfLayout = {
  wordSize: 4,
  header: { size: 52, phoff: 28, shoff: 32, phentsize: 42, phnum: 44, shentsize: 46, shnum: 48, shstrndx: 50 },
  segment: { size: 32, flags: 24, offset: 4, address: 8, fileSize: 16 },
  section: { size: 40, address: 12, offset: 16, fileSize: 20, link: 24 },
};

export const elf64: ElfLayout = {
  wordSize: 8,
  header: { size: 64, phoff: 32, shoff: 40, phentsize: 54, phnum: 56, shentsize: 58, shnum: 60, shstrndx: 62 },
  segment: { size: 56, flags: 4, offset: 8, address: 16, fileSize: 32 },
  section: { size: 64, address: 16, offset: 24, fileSize: 32, link: 40 },
};
