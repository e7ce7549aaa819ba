/** A section of an executable that a test makes. */
export interface TestSection {
  readonly name: string;
  readonly content: Uint8Array;
  readonly isWritable?: boolean;
}

export interface ExecutableForm {
  readonly wordSize?: 4 | 8;
  readonly isBigEndian?: boolean;
}

/** Where the content of each section is: in the file, and in memory. */
export interface Placed {
  readonly bytes: Uint8Array;
  readonly addresses: readonly number[];
}

const memoryStart = 0x40_0000;
const page = 64;

/** Writes numbers in one byte order; grows as it is written to. */
class Writer {
  #bytes = new Uint8Array(1024);
  length = 0;
  readonly #isBigEndian: boolean;
  readonly #wordSize: 4 | 8;

  constructor({ wordSize = 8, isBigEndian = false }: ExecutableForm) {
    this.#isBigEndian = isBigEndian;
    this.#wordSize = wordSize;
  }

  get bytes(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }

  put(bytes: Iterable<number>): this {
    for (const byte of bytes) {
      if (this.length === this.#bytes.length) {
        const larger = new Uint8Array(2 * this.length);
        larger.set(this.#bytes);
        this.#bytes = larger;
      }
      this.#bytes[this.length] = byte;
      this.length += 1;
    }
    return this;
  }

  number(value: number, size: number): this {
    const bytes = Array.from({ length: size }, (_, index) => Math.floor(value / 256 ** index) % 256);
    return this.put(this.#isBigEndian ? bytes.toReversed() : bytes);
  }

  u16(...values: readonly number[]): this {
    for (const value of values) this.number(value, 2);
    return this;
  }

  u32(...values: readonly number[]): this {
    for (const value of values) this.number(value, 4);
    return this;
  }

  word(...values: readonly number[]): this {
    for (const value of values) this.number(value, this.#wordSize);
    return this;
  }

  text(text: string, length: number): this {
    return this.put(new Uint8Array(length).map((_, index) => text.charCodeAt(index) || 0));
  }

  padTo(offset: number): this {
    return this.put(new Uint8Array(Math.max(0, offset - this.length)));
  }
}

interface Place {
  readonly section: TestSection;
  readonly offset: number;
  readonly address: number;
}

function place(sections: readonly TestSection[], start: number): readonly Place[] {
  let offset = Math.ceil(start / page) * page;
  return sections.map((section) => {
    const at = offset;
    offset = Math.ceil((offset + section.content.length) / page) * page;
    return { section, offset: at, address: memoryStart + at };
  });
}

/** An ELF program (elf(5)) of these sections, each mapped by a segment of its own. */
export function elfProgram(sections: readonly TestSection[], form: ExecutableForm = {}): Placed {
  const { wordSize = 8, isBigEndian = false } = form;
  const [headerSize, segmentSize, sectionSize] = wordSize === 8 ? [64, 56, 64] : [52, 32, 40];
  const names = `\0${[...sections.map(({ name }) => name), '.shstrtab'].join('\0')}\0`;
  const places = place(
    [...sections, { name: '.shstrtab', content: new TextEncoder().encode(names) }],
    headerSize + segmentSize * sections.length,
  );
  const last = places[places.length - 1];
  const tableAt = Math.ceil(((last?.offset ?? 0) + names.length) / page) * page;
  const writer = new Writer(form).put([0x7f, 0x45, 0x4c, 0x46, wordSize === 8 ? 2 : 1, isBigEndian ? 2 : 1, 1]).padTo(16);
  writer.u16(2, 62).u32(1).word(memoryStart, headerSize, tableAt).u32(0);
  writer.u16(headerSize, segmentSize, sections.length, sectionSize, places.length + 1, places.length);
  for (const { section, offset, address } of places.slice(0, -1)) {
    const [flags, size] = [section.isWritable === true ? 6 : 4, section.content.length];
    if (wordSize === 8) writer.u32(1, flags).word(offset, address, address, size, size, page);
    else writer.u32(1).word(offset, address, address, size, size).u32(flags).word(page);
  }
  for (const { section, offset } of places) writer.padTo(offset).put(section.content);
  writer.padTo(tableAt).padTo(tableAt + sectionSize);
  for (const { section, offset, address } of places) {
    writer
      .u32(names.indexOf(`\0${section.name}\0`) + 1, 1)
      .word(0, address, offset, section.content.length)
      .u32(0, 0)
      .word(1, 0);
  }
  return { bytes: writer.bytes, addresses: places.slice(0, -1).map(({ address }) => address) };
}

/** A PE program ("PE Format") of these sections; names are cut at 8 bytes. */
export function peProgram(sections: readonly TestSection[], { wordSize = 8 }: Pick<ExecutableForm, 'wordSize'> = {}): Placed {
  const optionalSize = wordSize === 8 ? 240 : 224;
  const places = place(sections, 64 + 24 + optionalSize + 40 * sections.length);
  const writer = new Writer({ wordSize }).put([0x4d, 0x5a]).padTo(0x3c).u32(64);
  writer
    .u32(0x4550)
    .u16(wordSize === 8 ? 0x8664 : 0x14c, sections.length)
    .u32(0, 0, 0)
    .u16(optionalSize, 2);
  writer
    .u16(wordSize === 8 ? 0x20b : 0x10b)
    .padTo(64 + 24 + (wordSize === 8 ? 24 : 28))
    .word(memoryStart)
    .padTo(64 + 24 + optionalSize);
  for (const { section, offset } of places) {
    const size = section.content.length;
    writer.text(section.name, 8).u32(size, offset, size, offset, 0, 0, 0, section.isWritable === true ? 0xc000_0040 : 0x4000_0040);
  }
  for (const { section, offset } of places) writer.padTo(offset).put(section.content);
  return { bytes: writer.bytes, addresses: places.map(({ address }) => address) };
}

/** A Mach-O program (loader.h) of these sections, each in a segment of its own. */
export function machProgram(sections: readonly TestSection[], form: ExecutableForm = {}): Placed {
  const { wordSize = 8 } = form;
  const [headerSize, commandSize] = wordSize === 8 ? [32, 72 + 80] : [28, 56 + 68];
  const places = place(sections, headerSize + commandSize * sections.length);
  const writer = new Writer(form).u32(wordSize === 8 ? 0xfeedfacf : 0xfeedface, 0, 0, 2, sections.length, commandSize * sections.length, 0);
  writer.padTo(headerSize);
  for (const { section, offset, address } of places) {
    const size = section.content.length;
    writer
      .u32(wordSize === 8 ? 0x19 : 1, commandSize)
      .text('__DATA', 16)
      .word(address, size, offset, size);
    writer.u32(section.isWritable === true ? 3 : 1, section.isWritable === true ? 3 : 1, 1, 0);
    writer.text(section.name, 16).text('__DATA', 16).word(address, size).u32(offset, 0, 0, 0, 0, 0, 0);
    if (wordSize === 8) writer.u32(0);
  }
  for (const { section, offset } of places) writer.padTo(offset).put(section.content);
  return { bytes: writer.bytes, addresses: places.map(({ address }) => address) };
}

/** A universal binary (fat.h) of these programs. */
export function universalProgram(programs: readonly Uint8Array[]): Uint8Array {
  const places = place(
    programs.map((content) => ({ name: '', content })),
    8 + 20 * programs.length,
  );
  const writer = new Writer({ isBigEndian: true }).u32(0xcafebabe, programs.length);
  for (const { section, offset } of places) writer.u32(7, 3, offset, section.content.length, 6);
  for (const { section, offset } of places) writer.padTo(offset).put(section.content);
  return writer.bytes;
}
