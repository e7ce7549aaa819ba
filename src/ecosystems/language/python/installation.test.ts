import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FoundPackage } from '../../../contracts/index.ts';
import { layerFiles } from '../../../testing/layer-files.ts';
import { writeZip } from '../../../testing/zip-writer.ts';
import { broughtFiles } from './brought-files.ts';
import { pythonScanner } from './scanner.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const site = 'opt/venv/lib/python3.12/site-packages';
const directory = `${site}/demo-1.0.dist-info`;
const metadata = 'Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n';
const header = { type: 'file', size: 100, mode: 0o644 } as const;
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

async function installed(beside: Readonly<Record<string, string>>): Promise<FoundPackage | undefined> {
  const files = Object.entries({ METADATA: metadata, ...beside }).map(([name, content]) => [`${directory}/${name}`, content] as const);
  const { packages = [], diagnostics = [] } = await pythonScanner.scan(layerFiles(files));
  expect([packages.length, diagnostics]).toEqual([1, []]);
  return packages[0];
}

describe('how a wheel was installed', () => {
  it.each([
    [`${directory}/INSTALLER`, 'bytes'],
    [`${directory}/direct_url.json`, 'bytes'],
    [`${directory}/RECORD`, 'bytes'],
    [`${site}/demo/INSTALLER`, 'no'],
    [`${site}/demo-1.0.egg-info/RECORD`, 'no'],
    [`${directory}/licenses/RECORD`, 'no'],
  ])('%s: %s', (path, want) => {
    expect(pythonScanner.wants(path, header)).toBe(want);
  });

  it('is not told where nothing says', async () => {
    expect((await installed({}))?.installation).toBeUndefined();
  });

  it.each<readonly [string, Readonly<Record<string, string>>, unknown]>([
    ['pip', { INSTALLER: 'pip\n' }, { installer: 'pip' }],
    ['no name of an installer', { INSTALLER: '<script>\n' }, undefined],
    [
      'a commit',
      {
        'direct_url.json':
          '{"url":"https://u:p@git.invalid/x.git","vcs_info":{"vcs":"git","requested_revision":"main","commit_id":"0123abc"}}',
      },
      { source: 'git+https://git.invalid/x.git@0123abc' },
    ],
    [
      'an archive, by uv',
      { INSTALLER: 'uv', 'direct_url.json': '{"url":"https://files.invalid/x.whl?token=secret","archive_info":{}}' },
      { installer: 'uv', source: 'https://files.invalid/x.whl' },
    ],
    ['a working copy', { 'direct_url.json': '{"url":"file:///src/x","dir_info":{"editable":true}}' }, { source: 'file:///src/x' }],
    [
      'a system that is none',
      { 'direct_url.json': '{"url":"https://x.invalid","vcs_info":{"vcs":"GIT; x"}}' },
      { source: 'https://x.invalid' },
    ],
    ['no JSON', { 'direct_url.json': '{' }, undefined],
    ['no URL', { 'direct_url.json': '{"url":1}' }, undefined],
  ])('%s', async (_, beside, installation) => {
    expect((await installed(beside))?.installation).toEqual(installation);
  });

  it('is of the wheel beside, not of another', async () => {
    const other = `${site}/other-1.0.dist-info`;
    const { packages = [] } = await pythonScanner.scan(
      layerFiles({ [`${directory}/METADATA`]: metadata, [`${other}/METADATA`]: 'Name: other\nVersion: 1\n', [`${other}/INSTALLER`]: 'uv' }),
    );
    expect(packages.map(({ facts, installation }) => [facts.name, installation])).toEqual([
      ['demo', undefined],
      ['other', { installer: 'uv' }],
    ]);
  });
});

describe('what a wheel brought', () => {
  it('is kept of its largest modules', async () => {
    const RECORD = 'demo/__init__.py,sha256=a,10\ndemo/core.py,sha256=b,2000\ndemo/data.bin,sha256=c,90000\ndemo-1.0.dist-info/RECORD,,\n';
    expect((await installed({ RECORD }))?.exclusive).toEqual({
      slot: `${site}/ demo`,
      files: [
        { path: `${site}/demo/core.py`, size: 2000 },
        { path: `${site}/demo/__init__.py`, size: 10 },
      ],
    });
  });

  it.each([
    ['', []],
    ['demo.py,sha256=a,5\r\n', ['x/demo.py 5']],
    ['../../bin/demo.py,sha256=a,5\n/etc/a.py,sha256=a,5\n"a,b.py",sha256=a,5\na.py,,\nb.py,sha256=a,-1\nc.py,sha256=a,1e9\n', []],
  ])('of %j: %j', (record, files) => {
    expect(broughtFiles(encode(record), 'x/demo-1.0.dist-info').map(({ path, size }) => `${path} ${size}`)).toEqual(files);
  });

  it('are the largest, the same whatever their order', () => {
    const sizes = fc.uniqueArray(fc.nat(1000), { maxLength: 30 });
    fc.assert(
      fc.property(sizes, (all) => {
        const lines = all.map((size) => `m${size}.py,sha256=x,${size}`);
        const expected = all
          .toSorted((a, b) => b - a)
          .slice(0, 8)
          .map((size) => ({ path: `m${size}.py`, size }));
        expect(broughtFiles(encode(lines.join('\n')), 'demo-1.0.dist-info')).toEqual(expected);
      }),
      { numRuns },
    );
  });
});

describe('copies and eggs', () => {
  it.each([
    [`${site}/pip/_vendor/vendor.txt`, 'bytes'],
    [`${site}/setuptools/_vendor/vendored.txt`, 'bytes'],
    [`${site}/wheel/vendored/vendor.txt`, 'bytes'],
    [`${site}/pip/vendor.txt`, 'no'],
    [`${site}/demo-1.0-py3.12.egg`, 'file'],
    [`${site}/.egg`, 'no'],
  ])('%s: %s', (path, want) => {
    expect(pythonScanner.wants(path, header)).toBe(want);
  });

  it('that a package brings are known by its list', async () => {
    const path = `${site}/pip/_vendor/vendor.txt`;
    const list =
      'CacheControl==0.13.1  # Make sure to update the license\nresolvelib==1.0.1\nrequests==2.31.0\n    certifi==2023.7.22\n    urllib3==1.26.17\n';
    const { packages = [], declarations } = await pythonScanner.scan(layerFiles({ [path]: list }));
    expect(packages.map(({ facts }) => `${facts.name}@${facts.version}`)).toEqual([
      'cachecontrol@0.13.1',
      'resolvelib@1.0.1',
      'requests@2.31.0',
      'certifi@2023.7.22',
      'urllib3@1.26.17',
    ]);
    expect(declarations).toBeUndefined();
  });

  it.each<readonly [string, Uint8Array, readonly string[], readonly string[]]>([
    ['an egg', writeZip([{ name: 'EGG-INFO/PKG-INFO', content: metadata }]), ['demo@1.0'], []],
    ['an egg without metadata', writeZip([{ name: 'demo.py', content: '' }]), [], ['FILE_UNIDENTIFIED']],
    ['an egg that is damaged', writeZip([{ name: 'EGG-INFO/PKG-INFO', content: metadata, saidCrc: 1 }]), [], ['FILE_UNPARSABLE']],
    ['an egg that is too large', writeZip([{ name: 'EGG-INFO/PKG-INFO', content: metadata, saidSize: 50_000_000 }]), [], ['ARCHIVE_LIMIT']],
    ['no egg', encode('demo'), [], ['FILE_UNPARSABLE']],
  ])('%s', async (_, content, names, codes) => {
    const { packages = [], diagnostics = [] } = await pythonScanner.scan(layerFiles({ [`${site}/demo.egg`]: content }));
    expect(packages.map(({ facts }) => `${facts.name}@${facts.version}`)).toEqual(names);
    expect(diagnostics.map(({ code }) => code)).toEqual(codes);
  });
});
