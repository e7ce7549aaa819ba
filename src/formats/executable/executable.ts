import type { WordSize } from './words.ts';

/** A named part of an executable. */
export interface Section {
  readonly name: string;
  /** Where it is in memory. Beyond 2^53 (kernels) only near it. */
  readonly address: number;
  /** Where its bytes are in the file. */
  readonly offset: number;
  readonly size: number;
}

/** A part of the file that is mapped into memory. */
export interface Segment {
  readonly address: number;
  readonly offset: number;
  /** Bytes in the file; in memory it may be larger. */
  readonly size: number;
  readonly isWritable: boolean;
}

/** What of an executable says where things are. Sections and segments that are not within the file are left out. */
export interface Executable {
  readonly format: 'elf' | 'pe' | 'mach-o';
  readonly isBigEndian: boolean;
  readonly wordSize: WordSize;
  /** None where the table of sections was taken away or cannot be read. */
  readonly sections: readonly Section[];
  readonly segments: readonly Segment[];
}

export function findSection({ sections }: Executable, name: string): Section | undefined {
  return sections.find((section) => section.name === name);
}

/** Where in the file the bytes of an address are, and how many follow; undefined for an address that is not of the file. */
export function placeOfAddress({ segments }: Executable, address: number): { readonly offset: number; readonly size: number } | undefined {
  const segment = segments.find((each) => address >= each.address && address < each.address + each.size);
  if (!segment) return undefined;
  const skipped = address - segment.address;
  return { offset: segment.offset + skipped, size: segment.size - skipped };
}

/** Whether a part of a file is within it. */
export function isWithin({ offset, size }: { readonly offset: number; readonly size: number }, fileSize: number): boolean {
  return offset >= 0 && size >= 0 && offset <= fileSize && size <= fileSize - offset;
}
