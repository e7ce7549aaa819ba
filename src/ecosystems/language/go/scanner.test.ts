import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../contracts/index.ts';
import { layerFiles } from '../../../testing/layer-files.ts';
import { elfProgram, universalProgram } from '../../../testing/test-executables.ts';
import { goProgram, type TestGoProgram } from '../../../testing/test-go-program.ts';
import { goScanner } from './scanner.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const path = 'usr/bin/demo';
const lines = [
  'path\texample.org/demo/cmd/demo',
  'mod\texample.org/demo\tv1.4.0\th1:a=',
  'dep\texample.org/Upper/b\tv0.0.0-20220907171357-04be3eba64a2\th1:b=',
  'dep\texample.org/old\tv1.0.0',
  '=>\texample.org/new\tv1.1.0\th1:c=',
  'dep\texample.org/local\tv1.2.0',
  '=>\t./local\t(devel)\t',
  'dep\texample.org/incompatible\tv2.0.0+incompatible\th1:d=',
  'build\t-compiler=gc',
];
const modules = [
  'stdlib@1.22.1',
  'example.org/demo@v1.4.0',
  'example.org/Upper/b@v0.0.0-20220907171357-04be3eba64a2',
  'example.org/new@v1.1.0',
  'example.org/local@(devel)',
  'example.org/incompatible@v2.0.0+incompatible',
];

const scan = async (content: Uint8Array): Promise<Findings> => await goScanner.scan(layerFiles({ [path]: content }));
const found = ({ packages = [] }: Findings): readonly string[] => packages.map(({ facts }) => `${facts.name}@${facts.version}`);
const said = ({ diagnostics = [] }: Findings): readonly string[] =>
  diagnostics.map(({ code, data }) => `${code} ${data['reason'] ?? ''}`.trim());

describe('what go wants', () => {
  const program = goProgram();

  it.each([
    ['usr/bin/demo', 0o755, 5000, 'peek'],
    ['usr/bin/demo', 0o100, 5000, 'peek'],
    ['opt/demo', 0o644, 5000, 'no'],
    ['opt/demo.exe', 0o644, 5000, 'peek'],
    ['opt/demo.dll', 0o644, 5000, 'peek'],
    ['usr/bin/demo', 0o755, 63, 'no'],
  ] as const)('%s of mode %o and %i bytes: %s', (asked, mode, size, want) => {
    expect(goScanner.wants(asked, { type: 'file', size, mode })).toBe(want);
  });

  it.each([
    ['an ELF program', program, 'file'],
    ['a PE program', goProgram({ format: 'pe' }), 'file'],
    ['a Mach-O program', goProgram({ format: 'mach-o' }), 'file'],
    ['a universal binary', universalProgram([goProgram({ format: 'mach-o' })]), 'file'],
    ['an ELF object', program.with(16, 1), 'no'],
    ['a core dump', program.with(16, 4), 'no'],
    ['a class file of Java', Uint8Array.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 52, ...new Uint8Array(100)]), 'no'],
    ['a script', new TextEncoder().encode(`#!/bin/sh\n${'echo\n'.repeat(30)}`), 'no'],
    ['text that begins with MZ', new TextEncoder().encode('MZ'.repeat(100)), 'no'],
    ['a cut header', program.subarray(0, 40), 'no'],
  ] as const)('having seen %s: %s', (_, content, want) => {
    expect(goScanner.wants(path, { type: 'file', size: 5000, mode: 0o755 }, content.subarray(0, 4096))).toBe(want);
  });
});

const forms: readonly TestGoProgram[] = (['elf', 'pe', 'mach-o'] as const).flatMap((format) =>
  (['inline', 'pointers'] as const).flatMap((strings) =>
    ([4, 8] as const).flatMap((wordSize) =>
      (format === 'pe' ? [false] : [false, true]).map((isBigEndian) => ({ format, strings, wordSize, isBigEndian, lines })),
    ),
  ),
);

describe('what go finds', () => {
  it.each(forms)('in $format, $strings, words of $wordSize, big-endian $isBigEndian: all modules', async (form) => {
    const findings = await scan(goProgram(form));
    expect(found(findings)).toEqual(modules);
    expect(findings.diagnostics).toEqual([]);
  });

  it('gives a module at the path of the program, of the registry of Go', async () => {
    const [, main] = (await scan(goProgram({ lines }))).packages ?? [];
    expect(main).toEqual({
      facts: {
        name: 'example.org/demo',
        version: 'v1.4.0',
        kind: 'binary',
        arch: '',
        module: '',
        cpe: '',
        detector: 'urn:claircore:detector:go:2:package',
      },
      origin: 'file',
      path,
      repository: { name: 'go', key: '', uri: 'https://pkg.go.dev/', cpe: '' },
    });
  });

  it('takes the modules of all architectures of a universal binary, each once', async () => {
    const [one, other] = ['v1.0.0', 'v2.0.0'].map((version) =>
      goProgram({ format: 'mach-o', lines: [`mod\texample.org/demo\t${version}\t`] }),
    );
    if (!one || !other) return expect.fail('two programs');
    expect(found(await scan(universalProgram([one, other])))).toEqual([
      'stdlib@1.22.1',
      'example.org/demo@v1.0.0',
      'example.org/demo@v2.0.0',
    ]);
  });

  it.each([
    ['go1.22.1', '1.22.1'],
    ['go1.20', '1.20'],
    ['go1.22.1 X:boringcrypto', '1.22.1'],
    ['go1.21rc2', '1.21.0-rc.2'],
    ['go1.9.2rc2', '1.9.2-rc.2'],
    ['go1.18beta1', '1.18.0-beta.1'],
    ['go1.22.1-vendor', '1.22.1'],
    ['devel go1.23-3f1e4ba Thu', 'devel go1.23-3f1e4ba Thu'],
  ])('tells the standard library of %s as %s', async (goVersion, version) => {
    expect(found(await scan(goProgram({ goVersion, lines: ['mod\ta.org/a\tv1.0.0\t'] })))[0]).toBe(`stdlib@${version}`);
  });

  it('takes a program of the Go distribution for the toolchain', async () => {
    const findings = await scan(goProgram({ lines: ['path\tcmd/go', 'build\t-compiler=gc'] }));
    expect(found(findings)).toEqual(['stdlib@1.22.1', 'toolchain@1.22.1']);
    expect(findings.diagnostics).toEqual([]);
  });

  it('reads a program with many names once, and gives it under each', async () => {
    const content = goProgram({ lines });
    const files = layerFiles({ 'bin/a': content, 'bin/b': content }).map((file) => ({ ...file, realPath: 'bin/a' }));
    let reads = 0;
    const counted = files.map((file) => ({ ...file, read: (at: number, length: number) => ((reads += 1), file.read(at, length)) }));
    const { packages = [] } = await goScanner.scan(counted);
    const readsOfTwo = reads;
    await goScanner.scan(counted.slice(0, 1));
    expect(packages).toHaveLength(2 * modules.length);
    expect(reads - readsOfTwo).toBe(readsOfTwo);
  });
});

describe('what go cannot tell', () => {
  it.each([
    ['a program without modules', goProgram({ lines: [] }), ['stdlib@1.22.1'], ['FILE_UNIDENTIFIED no modules in the build information']],
    [
      'a name without end',
      goProgram({ lines: [`mod\ta.org/${'a'.repeat(5000)}\tv1.0.0\t`, 'dep\ta.org/b\tv1.0.0\t'] }),
      ['stdlib@1.22.1', 'a.org/b@v1.0.0'],
      ['FILE_UNPARSABLE'],
    ],
    ['a working copy', goProgram({ lines: ['mod\ta.org/a\t(devel)\t'] }), ['stdlib@1.22.1', 'a.org/a@(devel)'], []],
    [
      'a line without a version',
      goProgram({ lines: ['mod\ta.org/a\tv1.0.0\t', 'dep\ta.org/b'] }),
      ['stdlib@1.22.1', 'a.org/a@v1.0.0'],
      ['FILE_UNPARSABLE'],
    ],
    [
      'a name without end',
      goProgram({ lines: [`mod\ta.org/${'a'.repeat(5000)}\tv1.0.0\t`, 'dep\ta.org/b\tv1.0.0\t'] }),
      ['stdlib@1.22.1', 'a.org/b@v1.0.0'],
      ['FILE_UNPARSABLE'],
    ],
    ['no version of Go', goProgram({ goVersion: '', lines }), [], ['FILE_UNIDENTIFIED build information damaged']],
    [
      'a Go program without the section',
      elfProgram([{ name: '.gopclntab', content: new Uint8Array(64) }]).bytes,
      [],
      ['FILE_UNIDENTIFIED no build information'],
    ],
    [
      'a section of something else',
      elfProgram([{ name: '.go.buildinfo', content: new Uint8Array(64) }]).bytes,
      [],
      ['FILE_UNIDENTIFIED no build information'],
    ],
    ['a program of C', elfProgram([{ name: '.text', content: new Uint8Array(64) }]).bytes, [], []],
  ] as const)('%s', async (_, content, packages, codes) => {
    const findings = await scan(content);
    expect(found(findings)).toEqual(packages);
    expect(said(findings)).toEqual(codes);
  });

  it('finds the information without a table of sections', async () => {
    // e_shoff, e_shnum
    const stripped = goProgram({ lines }).fill(0, 40, 48).fill(0, 60, 62);
    expect(found(await scan(stripped))).toEqual(modules);
  });
});

/** What a hostile program may cost: reads, and bytes that are asked for. */
async function cost(content: Uint8Array): Promise<{ readonly reads: number; readonly bytes: number }> {
  let [reads, bytes] = [0, 0];
  const files = layerFiles({ [path]: content }).map((file) => ({
    ...file,
    read: async (offset: number, length: number) => {
      reads += 1;
      bytes += length;
      return await file.read(offset, length);
    },
  }));
  await goScanner.scan(files);
  return { reads, bytes };
}

describe('hostile programs', () => {
  it('never throws, whatever bytes are changed or cut, and asks for little', async () => {
    const change = fc.record({
      form: fc.constantFrom(...forms),
      flips: fc.array(fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.integer({ min: 0, max: 255 })), {
        maxLength: 8,
      }),
      inHeader: fc.boolean(),
      cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ form, flips, inHeader, cut }) => {
        const content = goProgram(form);
        for (const [at, byte] of flips) content[Math.floor(at * (inHeader ? 256 : content.length))] = byte;
        const { reads, bytes } = await cost(content.subarray(0, Math.ceil((cut ?? 1) * content.length)));
        expect(reads).toBeLessThan(200);
        expect(bytes).toBeLessThan(4 * 1024 * 1024);
      }),
      { numRuns },
    );
  });

  it('asks for no more than there is, at absurd counts and offsets', async () => {
    for (const form of forms) {
      const content = goProgram(form);
      for (let at = 4; at + 8 < Math.min(content.length, 400); at += 1) {
        const { reads, bytes } = await cost(content.slice().fill(0xff, at, at + 8));
        expect(reads).toBeLessThan(200);
        expect(bytes).toBeLessThan(4 * 1024 * 1024);
      }
    }
  });

  it('leaves out a universal binary in itself', async () => {
    const inner = universalProgram([goProgram({ format: 'mach-o', lines })]);
    expect(found(await scan(universalProgram([inner])))).toEqual([]);
  });
});
