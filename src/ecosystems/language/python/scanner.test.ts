import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../contracts/index.ts';
import { layerFiles } from '../../../testing/layer-files.ts';
import { pythonScanner } from './scanner.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const path = 'usr/lib/python3/dist-packages/demo-1.0.dist-info/METADATA';
const scan = async (content: string | Uint8Array): Promise<Findings> => await pythonScanner.scan(layerFiles({ [path]: content }));
const found = ({ packages = [] }: Findings): readonly string[] => packages.map(({ facts }) => `${facts.name}@${facts.version}`);

describe('what python wants', () => {
  it.each([
    [path, 'bytes'],
    ['demo-1.0.dist-info/METADATA', 'bytes'],
    ['venv/lib/python3.12/site-packages/pip/_vendor/x-1.dist-info/METADATA', 'bytes'],
    ['usr/lib/python3/dist-packages/six-1.16.0.egg-info/PKG-INFO', 'bytes'],
    ['usr/lib/python3/dist-packages/six.egg-info/PKG-INFO', 'bytes'],
    ['usr/lib/python2.7/argparse.egg-info', 'bytes'],
    ['site-packages/x-1-py3.12.egg/EGG-INFO/PKG-INFO', 'bytes'],
    ['EGG-INFO/PKG-INFO', 'bytes'],
    ['demo-1.0.dist-info/licenses/METADATA', 'no'],
    ['.dist-info/METADATA', 'no'],
    ['lib/.egg-info/PKG-INFO', 'no'],
    ['lib/.egg-info', 'no'],
    ['.egg-info', 'no'],
    ['dist-info/METADATA', 'no'],
    ['src/demo/PKG-INFO', 'no'],
    ['PKG-INFO', 'no'],
    ['METADATA', 'no'],
    ['lib/MYEGG-INFO/PKG-INFO', 'no'],
    ['six.egg-info/top_level.txt', 'no'],
  ])('%s: %s', (asked, want) => {
    expect(pythonScanner.wants(asked, { type: 'file', size: 1, mode: 0o644 })).toBe(want);
  });
});

describe('what python finds', () => {
  it('gives a distribution by its normalised name, its version as written, at its path', async () => {
    const findings = await scan('Metadata-Version: 2.1\nName: Flask_SQL.-Alchemy\nVersion: 3.0.0.RC1+local\nSummary: x\n\nName: other\n');
    expect(findings.packages).toEqual([
      {
        facts: {
          name: 'flask-sql-alchemy',
          version: '3.0.0.RC1+local',
          kind: 'binary',
          arch: '',
          module: '',
          cpe: '',
          detector: 'urn:claircore:detector:python:2:package',
        },
        origin: 'file',
        path,
        repository: { name: 'pypi', key: '', uri: 'https://pypi.org/', cpe: '' },
      },
    ]);
    expect(findings.diagnostics).toEqual([]);
  });

  it.each([
    ['CRLF', 'Metadata-Version: 1.0\r\nName: a\r\nVersion: 1\r\n\r\nVersion: 2', ['a@1']],
    ['a byte order mark', '\uFEFFName: a\nVersion: 1', ['a@1']],
    ['capitals in names of headers', 'NAME: a\nversion:1', ['a@1']],
    ['a description that is continued and says Name', 'Description: x\n        Name: b\n  Version: 9\nName: a\nVersion: 1\n', ['a@1']],
    ['an indented line that is empty', 'Name: a\nLicense: x\n        \n        y\nVersion: 1\n', ['a@1']],
    ['empty lines first', '\n\nName: a\nVersion: 1\n', ['a@1']],
    ['a header twice: the first', 'Name: a\nVersion: 1\nVersion: 2\nName: b\n', ['a@1']],
    ['a body that would name it', 'Name: a\n\nVersion: 1\n', []],
    ['no name', 'Metadata-Version: 1.0\nVersion: 1\n', []],
    ['UNKNOWN', 'Name: UNKNOWN\nVersion: 0.0.0\n', []],
    ['a name without end', `Name: ${'a'.repeat(5000)}\nVersion: 1\n`, []],
    ['keys of the prototype', '__proto__: x\nconstructor: y\n', []],
  ])('%s', async (_, content, packages) => {
    const findings = await scan(content);
    expect(found(findings)).toEqual(packages);
    expect(findings.diagnostics?.map(({ code }) => code)).toEqual(packages.length === 0 ? ['FILE_UNIDENTIFIED'] : []);
  });

  it.each(['', '\n\n', 'no header at all', ': x\n', '\0\0'])('of %j says that it cannot be parsed', async (content) => {
    expect((await scan(content)).diagnostics?.map(({ code }) => code)).toEqual(['FILE_UNPARSABLE']);
  });

  it('reads any bytes as one package or one diagnostic', async () => {
    const header = fc
      .tuple(fc.constantFrom('Name', 'Version', 'Summary', ' ', ''), fc.string())
      .map(([key, value]) => `${key}: ${value}\n`);
    const text = fc.array(header).map((headers) => new TextEncoder().encode(headers.join('')));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array(), text), async (bytes) => {
        const { packages = [], diagnostics = [] } = await scan(bytes);
        expect(packages.length + diagnostics.length).toBe(1);
      }),
      { numRuns },
    );
  });

  it('is not slow over lines without end', async () => {
    const start = performance.now();
    for (const line of ['Name: ', '\n', 'a', ': ', '-_.']) await scan(`Name: a\n${line.repeat(4_000_000 / line.length)}`);
    expect(performance.now() - start).toBeLessThan(4000);
  });
});
