import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../contracts/index.ts';
import { layerFiles } from '../../../testing/layer-files.ts';
import { npmScanner } from './scanner.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const path = 'app/node_modules/demo/package.json';
const scan = async (content: string | Uint8Array): Promise<Findings> => npmScanner.scan(layerFiles({ [path]: content }));

describe('what npm wants', () => {
  it.each([
    [path, 'bytes'],
    ['node_modules/a/package.json', 'bytes'],
    ['usr/lib/node_modules/npm/node_modules/@npmcli/fs/package.json', 'bytes'],
    ['app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json', 'bytes'],
    ['app/node_modules/@types/node/package.json', 'bytes'],
    ['app/package.json', 'no'],
    ['package.json', 'no'],
    ['app/node_modules/package.json', 'no'],
    ['app/node_modules/demo/dist/package.json', 'no'],
    ['app/node_modules/@types/package.json', 'no'],
    ['app/node_modules/@types/node/esm/package.json', 'no'],
    ['app/node_modules/.bin/package.json', 'no'],
    ['app/node_modules/@types/.hidden/package.json', 'no'],
    ['app/node_modules/.package-lock.json', 'no'],
    ['app/my_node_modules/a/package.json', 'no'],
    ['app/node_modules/demo/npm-package.json', 'no'],
    ['@types/node/package.json', 'no'],
    ['a/package.json', 'no'],
  ])('%s: %s', (asked, want) => {
    expect(npmScanner.wants(asked, { type: 'file', size: 1, mode: 0o644 })).toBe(want);
  });
});

describe('what npm finds', () => {
  it('gives a package as its file names it, at its path', async () => {
    const findings = await scan('{"name":"@scope/real","version":"1.2.3-rc.1+build","dependencies":{}}');
    expect(findings.packages).toEqual([
      {
        facts: {
          name: '@scope/real',
          version: '1.2.3-rc.1+build',
          kind: 'binary',
          arch: '',
          module: '',
          cpe: '',
          detector: 'urn:claircore:detector:npm:2:package',
        },
        origin: 'file',
        path,
        repository: { name: 'npm', key: '', uri: 'https://www.npmjs.com/', cpe: '' },
      },
    ]);
    expect(findings.diagnostics).toEqual([]);
  });

  it('reads a file with a byte order mark', async () => {
    expect((await scan('\uFEFF{"name":"demo","version":"1.0.0"}')).packages).toHaveLength(1);
  });

  it.each([
    ['{"type":"module"}', []],
    ['{"main":"./lib"}', []],
    ['{"private":true,"exports":{}}', []],
    ['{}', ['FILE_UNIDENTIFIED']],
    ['{"name":"demo"}', ['FILE_UNIDENTIFIED']],
    ['{"version":"1.0.0"}', ['FILE_UNIDENTIFIED']],
    ['{"name":"","version":"1.0.0"}', ['FILE_UNIDENTIFIED']],
    ['{"name":"demo","version":" "}', ['FILE_UNIDENTIFIED']],
    ['{"name":"demo","version":1}', ['FILE_UNIDENTIFIED']],
    ['{"description":"a package that lost its name"}', ['FILE_UNIDENTIFIED']],
    ['{"__proto__":{"name":"demo","version":"1.0.0"}}', ['FILE_UNIDENTIFIED']],
    ['{"name":"demo","version":"1.0.0"', ['FILE_UNPARSABLE']],
    ['', ['FILE_UNPARSABLE']],
    ['[]', ['FILE_UNPARSABLE']],
    ['null', ['FILE_UNPARSABLE']],
    ['"demo"', ['FILE_UNPARSABLE']],
  ])('finds no package in %j and says %j', async (content, codes) => {
    const { packages, diagnostics } = await scan(content);
    expect(packages).toEqual([]);
    expect(diagnostics?.map(({ code }) => code)).toEqual(codes);
  });

  it('reads any bytes without throwing, as one package or one diagnostic or a marker', async () => {
    const json = fc.json({ maxDepth: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array(),
          json.map((text) => new TextEncoder().encode(text)),
        ),
        async (bytes) => {
          const { packages = [], diagnostics = [] } = await scan(bytes);
          expect(packages.length + diagnostics.length).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns },
    );
  });

  it('does not fall over nesting', async () => {
    expect((await scan(`{"a":${'['.repeat(1_000_000)}`)).diagnostics?.map(({ code }) => code)).toEqual(['FILE_UNPARSABLE']);
  });
});
