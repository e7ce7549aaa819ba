import { elfProgram, machProgram, peProgram, type ExecutableForm, type TestSection } from './test-executables.ts';

export interface TestGoProgram extends ExecutableForm {
  readonly format?: 'elf' | 'pe' | 'mach-o';
  /** `inline` is Go 1.18 and later, `pointers` what was before. */
  readonly strings?: 'inline' | 'pointers';
  readonly goVersion?: string;
  /** Lines as runtime/debug has them; none for a program without modules. */
  readonly lines?: readonly string[];
}

const encoder = new TextEncoder();
const noSentinel = new Uint8Array(16).fill(0xf9);

/** A program with nothing in it but the build information of Go's linker (debug/buildinfo). */
export function goProgram(program: TestGoProgram = {}): Uint8Array {
  const { format = 'elf', strings = 'inline', goVersion = 'go1.22.1', lines = [], wordSize = 8, isBigEndian = false } = program;
  const version = encoder.encode(goVersion);
  const text = encoder.encode(lines.map((line) => `${line}\n`).join(''));
  const modules = lines.length === 0 ? new Uint8Array() : concat(noSentinel, text, noSentinel);
  const head = [0xff, ...encoder.encode(' Go buildinf:')];
  const sectionName = { elf: '.go.buildinfo', pe: '.data', 'mach-o': '__go_buildinfo' }[format];
  const build = (content: Uint8Array): { readonly bytes: Uint8Array; readonly addresses: readonly number[] } => {
    const sections: readonly TestSection[] = [{ name: sectionName, content, isWritable: true }];
    if (format === 'elf') return elfProgram(sections, { wordSize, isBigEndian });
    return format === 'pe' ? peProgram(sections, { wordSize }) : machProgram(sections, { wordSize, isBigEndian });
  };
  if (strings === 'inline') {
    return build(concat([...head, 8, 2], new Uint8Array(16), varint(version.length), version, varint(modules.length), modules)).bytes;
  }
  // Two string headers, then what they point to: where that is in memory only the finished program tells.
  const pointed = (base: number): Uint8Array => {
    const word = (value: number): readonly number[] => {
      const bytes = Array.from({ length: wordSize }, (_, index) => Math.floor(value / 256 ** index) % 256);
      return isBigEndian ? bytes.toReversed() : bytes;
    };
    const headersAt = base + 32;
    const dataAt = headersAt + 4 * wordSize;
    const pointers = concat(word(headersAt), word(headersAt + 2 * wordSize));
    const fill = new Uint8Array(16 - 2 * wordSize < 0 ? 0 : 16 - 2 * wordSize);
    const headers = [dataAt, version.length, dataAt + version.length, modules.length].flatMap(word);
    return concat([...head, wordSize, isBigEndian ? 1 : 0], pointers, fill, headers, version, modules);
  };
  const [base = 0] = build(pointed(0)).addresses;
  return build(pointed(base)).bytes;
}

function concat(...parts: readonly Iterable<number>[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
