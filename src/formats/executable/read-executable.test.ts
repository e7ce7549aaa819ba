import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  elfProgram,
  machProgram,
  peProgram,
  universalProgram,
  type ExecutableForm,
  type TestSection,
} from '../../testing/test-executables.ts';
import { findSection, placeOfAddress, readExecutables, type RandomAccess } from './index.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const sections: readonly TestSection[] = [
  { name: '.text', content: new Uint8Array(100).fill(1) },
  { name: '.data', content: new TextEncoder().encode('what is to be found'), isWritable: true },
];
const sourceOf = (bytes: Uint8Array): RandomAccess => ({
  size: bytes.length,
  read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
});

const makers = { elf: elfProgram, pe: peProgram, 'mach-o': machProgram } as const;
const forms = (['elf', 'pe', 'mach-o'] as const).flatMap((format) =>
  ([4, 8] as const).flatMap((wordSize) =>
    (format === 'pe' ? [false] : [false, true]).map((isBigEndian) => ({ format, wordSize, isBigEndian })),
  ),
);
const make = ({ format, ...form }: { readonly format: keyof typeof makers } & ExecutableForm): ReturnType<typeof elfProgram> =>
  makers[format](sections, form);

describe('readExecutables', () => {
  it.each(forms)('$format, words of $wordSize, big-endian $isBigEndian: sections by name, bytes by address', async (form) => {
    const { bytes, addresses } = make(form);
    const [opened, ...others] = await readExecutables(sourceOf(bytes));
    if (!opened) return expect.fail('one executable');
    expect(others).toEqual([]);
    expect(opened.executable).toMatchObject(form);
    const data = findSection(opened.executable, '.data');
    expect(new TextDecoder().decode(bytes.subarray(data?.offset, (data?.offset ?? 0) + (data?.size ?? 0)))).toBe('what is to be found');
    const [text = 0, start = 0] = addresses;
    expect(data?.address).toBe(start);
    expect(placeOfAddress(opened.executable, start + 5)).toEqual({ offset: (data?.offset ?? 0) + 5, size: 14 });
    expect(placeOfAddress(opened.executable, text - 1)).toBeUndefined();
    expect(opened.executable.segments.map(({ isWritable }) => isWritable)).toEqual([false, true]);
  });

  it('reads each architecture of a universal binary, its offsets from its own beginning', async () => {
    const programs = [machProgram(sections).bytes, machProgram(sections, { wordSize: 4, isBigEndian: true }).bytes];
    const opened = await readExecutables(sourceOf(universalProgram(programs)));
    expect(opened.map(({ executable, source }) => [executable.wordSize, source.size])).toEqual(
      programs.map((bytes, index) => [index === 0 ? 8 : 4, bytes.length]),
    );
    for (const [index, { executable, source }] of opened.entries()) {
      const at = findSection(executable, '.data')?.offset ?? 0;
      expect(await source.read(at, 4)).toEqual(programs[index]?.subarray(at, at + 4));
    }
  });

  it('stops at a load command that is shorter than its own head', async () => {
    const { bytes } = machProgram(sections);
    // ncmds, sizeof the first command
    const looping = bytes.slice().fill(0xff, 16, 18).fill(0, 36, 40);
    expect((await readExecutables(sourceOf(looping))).map(({ executable }) => executable.sections)).toEqual([]);
    const few = bytes.slice().fill(0, 36, 40);
    expect((await readExecutables(sourceOf(few))).map(({ executable }) => executable.sections)).toEqual([[]]);
  });

  it('leaves out sections that are not within the file', async () => {
    const { bytes } = elfProgram(sections);
    const [opened] = await readExecutables(sourceOf(bytes));
    const table = Number(new DataView(bytes.buffer).getBigUint64(40, true));
    // sh_size of the second section behind the empty one
    const beyond = bytes.slice().fill(0x7f, table + 2 * 64 + 32, table + 2 * 64 + 39);
    const [cut] = await readExecutables(sourceOf(beyond));
    expect(opened && findSection(opened.executable, '.data')).toBeDefined();
    expect(cut && findSection(cut.executable, '.text')).toBeDefined();
    expect(cut && findSection(cut.executable, '.data')).toBeUndefined();
  });

  it('reads no more than headers, whatever is in them, and only places within the file', async () => {
    const bytes = fc.array(fc.tuple(fc.nat(600), fc.integer({ min: 0, max: 255 })), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...forms), bytes, fc.nat(1000), async (form, flips, end) => {
        const content = make(form).bytes;
        for (const [at, byte] of flips) content[at] = byte;
        const source = sourceOf(content.subarray(0, Math.max(1, content.length - end)));
        let asked = 0;
        const counted: RandomAccess = { size: source.size, read: (offset, length) => ((asked += length), source.read(offset, length)) };
        for (const { executable } of await readExecutables(counted)) {
          for (const { offset, size } of [...executable.sections, ...executable.segments])
            expect(offset + size).toBeLessThanOrEqual(source.size);
        }
        expect(asked).toBeLessThanOrEqual(4 * source.size + 1024);
      }),
      { numRuns },
    );
  });
});
