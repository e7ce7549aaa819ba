import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../contracts/index.ts';
import { layerFiles } from '../../../testing/layer-files.ts';
import { writeZip } from '../../../testing/zip-writer.ts';
import { npmScanner } from './scanner.ts';

const path = 'app/.yarn/cache/demo-npm-1.0.0-0123abcd-10c0.zip';
const scan = async (content: Uint8Array): Promise<Findings> => await npmScanner.scan(layerFiles({ [path]: content }));
const manifest = (name: string, version: string): string => JSON.stringify({ name, version });

describe("yarn's Plug'n'Play", () => {
  it.each([
    [path, 'file'],
    ['root/.yarn/berry/cache/demo-npm-1.0.0-0123abcd-10c0.zip', 'file'],
    ['.yarn/cache/a.zip', 'file'],
    ['app/.yarn/cache/a.tgz', 'no'],
    ['app/.yarn/cache/sub/a.zip', 'no'],
    ['app/my.yarn/cache/a.zip', 'no'],
    ['app/cache/a.zip', 'no'],
  ])('%s: %s', (asked, want) => {
    expect(npmScanner.wants(asked, { type: 'file', size: 100, mode: 0o644 })).toBe(want);
  });

  it('loads from archives: a package, and the copies that it brings', async () => {
    const archive = writeZip([
      { name: 'node_modules/demo/package.json', content: manifest('demo', '1.0.0') },
      { name: 'node_modules/demo/dist/package.json', content: '{"type":"module"}' },
      { name: 'node_modules/demo/node_modules/@s/copy/package.json', content: manifest('@s/copy', '2.0.0'), method: 'stored' },
    ]);
    const { packages, diagnostics, declarations } = await scan(archive);
    expect(packages?.map(({ facts, path: at, origin }) => [facts.name, facts.version, at, origin])).toEqual([
      ['demo', '1.0.0', path, 'file'],
      ['@s/copy', '2.0.0', path, 'file'],
    ]);
    expect([diagnostics, declarations]).toEqual([[], undefined]);
  });

  it.each([
    ['no archive', new TextEncoder().encode('PK\u0003\u0004 no archive'), ['FILE_UNPARSABLE']],
    ['an archive without a package', writeZip([{ name: 'package.json', content: manifest('demo', '1.0.0') }]), ['FILE_UNIDENTIFIED']],
    ['a manifest that is none', writeZip([{ name: 'node_modules/demo/package.json', content: '{' }]), ['FILE_UNPARSABLE']],
    [
      'a manifest beyond the limit',
      writeZip([{ name: 'node_modules/demo/package.json', content: '{}', saidSize: 5_000_000 }]),
      ['ARCHIVE_LIMIT'],
    ],
    ['a damaged manifest', writeZip([{ name: 'node_modules/demo/package.json', content: '{}', saidCrc: 1 }]), ['FILE_UNPARSABLE']],
  ])('%s is told', async (_, content, codes) => {
    const { packages, diagnostics } = await scan(content);
    expect(packages).toEqual([]);
    expect(diagnostics?.map(({ code }) => code)).toEqual(codes);
  });
});
