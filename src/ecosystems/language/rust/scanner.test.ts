import { deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../contracts/index.ts';
import { layerFiles } from '../../../testing/layer-files.ts';
import { elfProgram, machProgram, peProgram } from '../../../testing/test-executables.ts';
import { rustScanner } from './scanner.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const path = 'usr/bin/demo';
const zlib = (value: unknown): Uint8Array => new Uint8Array(deflateSync(typeof value === 'string' ? value : JSON.stringify(value)));
const program = (content: Uint8Array): Uint8Array =>
  elfProgram([
    { name: '.text', content: new Uint8Array(64) },
    { name: '.dep-v0', content },
  ]).bytes;
const scan = async (content: Uint8Array): Promise<Findings> => await rustScanner.scan(layerFiles({ [path]: content }));
const found = ({ packages = [] }: Findings): readonly string[] => packages.map(({ facts }) => `${facts.name}@${facts.version}`);
const said = ({ diagnostics = [] }: Findings): readonly string[] =>
  diagnostics.map(({ code, data }) => `${code} ${data['reason'] ?? ''}`.trim());

const packages = [
  { name: 'serde', version: '1.0.217', source: 'crates.io' },
  { name: 'cc', version: '1.0.0', source: 'crates.io', kind: 'build' },
  { name: 'forked', version: '0.3.0', source: 'git', kind: 'runtime', features: ['newer'] },
  { name: 'demo', version: '0.1.0', source: 'local', root: true, dependencies: [0, 2] },
];

describe('what rust finds', () => {
  it.each([
    ['ELF', program(zlib({ packages }))],
    ['ELF, 32 bits, big-endian', elfProgram([{ name: '.dep-v0', content: zlib({ packages }) }], { wordSize: 4, isBigEndian: true }).bytes],
    ['PE', peProgram([{ name: '.dep-v0', content: zlib({ packages }) }]).bytes],
    ['Mach-O', machProgram([{ name: '.dep-v0', content: zlib({ packages }) }]).bytes],
  ])('in %s: all crates but those of the build', async (_, content) => {
    const findings = await scan(content);
    expect(found(findings)).toEqual(['serde@1.0.217', 'forked@0.3.0', 'demo@0.1.0']);
    expect(findings.diagnostics).toEqual([]);
  });

  it('gives a crate at the path of the program, of the registry of crates', async () => {
    expect((await scan(program(zlib({ packages: packages.slice(0, 1) })))).packages).toEqual([
      {
        facts: {
          name: 'serde',
          version: '1.0.217',
          kind: 'binary',
          arch: '',
          module: '',
          cpe: '',
          detector: 'urn:claircore:detector:rust:2:package',
        },
        origin: 'file',
        path,
        repository: { name: 'crates.io', key: '', uri: 'https://crates.io/', cpe: '' },
      },
    ]);
  });

  it.each([
    ['no such section', elfProgram([{ name: '.text', content: new Uint8Array(64) }]).bytes, []],
    ['a name without end', program(zlib({ packages: [{ name: 'a'.repeat(5000), version: '1.0.0' }] })), ['FILE_UNIDENTIFIED']],
    ['an empty list', program(zlib({ packages: [] })), []],
    ['no list', program(zlib({})), ['FILE_UNPARSABLE no list of packages']],
    ['no JSON', program(zlib('{"packages":[')), ['FILE_UNPARSABLE no list of packages']],
    ['plain text', program(new TextEncoder().encode('{"packages":[]}')), ['FILE_UNPARSABLE not compressed with zlib']],
    ['an empty section', program(new Uint8Array()), ['FILE_UNPARSABLE not compressed with zlib']],
    ['what inflates to 64 MiB', program(zlib(' '.repeat(64 * 1024 * 1024))), ['FILE_UNPARSABLE too large']],
    [
      'entries without a name',
      program(zlib({ packages: [{ version: '1.0.0' }, null, 1, { name: '', version: '1' }] })),
      ['FILE_UNIDENTIFIED'],
    ],
  ])('%s', async (_, content, codes) => {
    const findings = await scan(content);
    expect(found(findings)).toEqual([]);
    expect(said(findings)).toEqual(codes);
  });

  it('never throws, whatever bytes are changed or cut', async () => {
    const whole = program(zlib({ packages }));
    const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(flips, fc.nat(whole.length), async (changes, end) => {
        const content = whole.slice();
        for (const [at, byte] of changes) content[at] = byte;
        for (const each of [content, content.subarray(0, end)]) expect((await scan(each)).diagnostics?.length ?? 0).toBeLessThanOrEqual(1);
      }),
      { numRuns },
    );
  });
});
