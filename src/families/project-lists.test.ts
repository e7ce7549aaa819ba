import { describe, expect, it } from 'vitest';
import { InputError } from '../core/index.ts';
import { layerFiles } from '../testing/layer-files.ts';
import { readProjectLists, type FileReading, type ListedPackage } from './index.ts';

function* listed(bytes: Uint8Array): Generator<ListedPackage> {
  const [name = '', count = ''] = new TextDecoder().decode(bytes).split(' ');
  for (let at = 0; at < Number(count); at += 1) yield name === '?' ? 'unidentified' : { name, version: String(at) };
  if (name === 'broken') throw new InputError('LOCK_FILE_UNPARSABLE', { line: 7 });
}
const lists = readProjectLists([{ file: 'demo.lock', trees: ['tree'], parse: listed }]);

async function read(files: Readonly<Record<string, string>>): Promise<readonly (FileReading | undefined)[]> {
  const reader = lists.open();
  const readings: (FileReading | undefined)[] = [];
  for (const file of layerFiles(files)) readings.push(await reader(file));
  return readings;
}

describe('lists of projects', () => {
  it.each([
    ['demo.lock', 'bytes'],
    ['app/demo.lock', 'bytes'],
    ['app/xdemo.lock', 'no'],
    ['app/demo.lock/x', 'no'],
    ['demo.loc', 'no'],
    ['', 'no'],
    ['app/node_modules/a/demo.lock', 'no'],
    ['usr/share/doc/a/demo.lock', 'no'],
    ['share/a/demo.lock', 'bytes'],
    ['root/go/pkg/mod/a/demo.lock', 'no'],
    ['app/pkg/modern/demo.lock', 'bytes'],
    ['app/_build/demo.lock', 'no'],
    ['testdata/demo.lock', 'no'],
    ['app/testdata', 'no'],
  ])('%s: %s', (path, want) => {
    expect(lists.wants(path, { type: 'file', size: 1, mode: 0o644 })).toBe(want);
  });

  it('name each package once, and where it would be installed', async () => {
    expect(await read({ 'app/demo.lock': 'a 2', 'demo.lock': 'b 1', 'app/other': 'c 1' })).toEqual([
      {
        packages: [
          { name: 'a', version: '0' },
          { name: 'a', version: '1' },
        ],
        diagnostics: [],
        trees: ['app/tree'],
      },
      undefined,
      { packages: [{ name: 'b', version: '0' }], diagnostics: [], trees: ['tree'] },
    ]);
  });

  it('that cannot be read to the end count as far as they were, and say where', async () => {
    const [reading] = await read({ 'app/demo.lock': 'broken 1' });
    expect(reading?.packages).toHaveLength(1);
    expect(reading?.diagnostics?.map(({ code, data }) => [code, data])).toEqual([['FILE_UNPARSABLE', { line: 7 }]]);
  });

  it('say how many of their packages cannot be told', async () => {
    const [reading] = await read({ 'app/demo.lock': '? 3' });
    expect(reading?.diagnostics?.map(({ code, data }) => [code, data])).toEqual([['FILE_UNIDENTIFIED', { packages: 3 }]]);
  });

  it('are not read where they are huge', async () => {
    const [reading] = await read({ 'app/demo.lock': `a 1${' '.repeat(8 * 1024 * 1024)}` });
    expect(reading?.packages).toEqual([]);
    expect(reading?.diagnostics?.map(({ code }) => code)).toEqual(['FILE_UNPARSABLE']);
  });

  it('are read no further than they count, each and all of a layer', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 25 }, (_, at) => [`p${String(at).padStart(2, '0')}/demo.lock`, `n${at} 1000000000`]),
    );
    const readings = await read(files);
    expect(readings.map((reading) => reading?.packages?.length)).toEqual([...Array.from({ length: 20 }, () => 20_000), 0, 0, 0, 0, 0]);
    expect(readings.flatMap((reading) => reading?.diagnostics ?? []).map(({ code }) => code)).toEqual(
      Array.from({ length: 25 }, () => 'FILE_UNPARSABLE'),
    );
  });
});
