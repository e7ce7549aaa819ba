import { describe, expect, it } from 'vitest';
import { diagnostic, type IndexReport } from '../../core/index.ts';
import { createFilePackageScanner } from '../../families/index.ts';
import { fakeEcosystem } from '../../testing/fake-ecosystem.ts';
import { diagnosticsOf, openFakeIndex } from '../../testing/fake-ecosystem-index.ts';
import { fakeLayer, type FakeLayer } from '../../testing/fake-layer-engine.ts';
import { fakeDatabaseScanner, fakeRepository } from '../../testing/fake-scanner.ts';

const whiteout = { whiteout: true } as const;
const symlink = (target: string): { readonly symlink: string } => ({ symlink: target });

/** `*.pkg` shows `NAME VERSION` installed; `*.list` declares one a line, installed in `tree` beside it if at all; a line `?` cannot be read. */
const listScanner = createFilePackageScanner({
  name: 'lists',
  version: 1,
  repository: fakeRepository,
  wants: (path) => (path.endsWith('.pkg') || path.endsWith('.list') ? 'bytes' : 'no'),
  reader: () => async (file) => {
    const lines = new TextDecoder().decode(await file.bytes()).split('\n');
    const packages = lines.flatMap((line) => {
      const [called = '', version = ''] = line.split(' ');
      return version === '' ? [] : [{ name: called, version }];
    });
    if (file.path.endsWith('.pkg')) return { packages };
    const diagnostics = lines.includes('?') ? [diagnostic('FILE_UNPARSABLE', { path: file.path })] : [];
    return { packages, diagnostics, trees: [`${file.path.slice(0, file.path.lastIndexOf('/') + 1)}tree`] };
  },
});

interface Seen {
  readonly places: readonly string[];
  readonly diagnostics: readonly string[];
}

function placesOf(report: IndexReport, layers: readonly { readonly digest: string }[]): readonly string[] {
  return [...report.environments]
    .flatMap(([id, environments]) => {
      const found = report.packages.get(id);
      return environments.map(({ packageDb, introducedIn, declared }) => {
        const layer = layers.findIndex(({ digest }) => digest === introducedIn);
        return `${found?.name} ${found?.version} ${declared === true ? 'declared by' : '@'} ${packageDb} in ${layer}`;
      });
    })
    .sort();
}

async function see(entries: readonly FakeLayer[]): Promise<Seen> {
  const packageScanners = [listScanner, fakeDatabaseScanner()];
  await using bench = await openFakeIndex({ ecosystems: [fakeEcosystem({ packageScanners })] });
  const layers = entries.map((entry) => fakeLayer(entry));
  const report = await bench.index(layers);
  const ofLists = [...report.packages.values()].filter(({ detector }) => detector.includes(':lists:')).map(({ id }) => id);
  const environments = new Map([...report.environments].filter(([id]) => ofLists.includes(id)));
  return { places: placesOf({ ...report, environments }, layers), diagnostics: diagnosticsOf(report, layers) };
}

describe('what a list of a project declares', () => {
  const cases: readonly (readonly [string, readonly FakeLayer[], readonly string[], (readonly string[])?])[] = [
    [
      'counts, and is marked, where nothing shows that it is installed',
      [{ 'app/a.list': 'a 1\nb 2' }],
      ['a 1 declared by app/a.list in 0', 'b 2 declared by app/a.list in 0'],
    ],
    [
      'is told with what is odd about it',
      [{ 'app/a.list': 'a 1\n?' }],
      ['a 1 declared by app/a.list in 0'],
      ['FILE_UNPARSABLE 0:app/a.list'],
    ],
    ['is left out where its tree is there', [{ 'app/a.list': 'a 1\ndev 2', 'app/tree/a.pkg': 'a 1' }], ['a 1 @ app/tree/a.pkg in 0']],
    [
      'is left out where its tree has other versions',
      [{ 'app/a.list': 'a 1', 'app/tree/x/a.pkg': 'a 2' }],
      ['a 2 @ app/tree/x/a.pkg in 0'],
    ],
    ['is left out with what is odd about it', [{ 'app/a.list': '?', 'app/tree/a.pkg': 'a 1' }], ['a 1 @ app/tree/a.pkg in 0'], []],
    [
      'is left out where the tree is in a layer above',
      [{ 'app/a.list': 'a 1\nb 1' }, { 'app/tree/a.pkg': 'a 1' }],
      ['a 1 @ app/tree/a.pkg in 1'],
    ],
    [
      'is left out where the tree is in a layer below',
      [{ 'app/tree/a.pkg': 'a 1' }, { 'app/a.list': 'a 1\nb 1' }],
      ['a 1 @ app/tree/a.pkg in 0'],
    ],
    [
      'counts where its tree was removed',
      [{ 'app/a.list': 'a 1', 'app/tree/a.pkg': 'a 1' }, { 'app/tree': whiteout }],
      ['a 1 declared by app/a.list in 0'],
    ],
    [
      'counts where the tree is of another project',
      [{ 'app/a.list': 'a 1\nb 1\nc 1', 'web/tree/a.pkg': 'x 1', 'app/trees/a.pkg': 'y 1' }],
      [
        'a 1 declared by app/a.list in 0',
        'b 1 declared by app/a.list in 0',
        'c 1 declared by app/a.list in 0',
        'x 1 @ web/tree/a.pkg in 0',
        'y 1 @ app/trees/a.pkg in 0',
      ],
    ],
    [
      'is told as installed where half of it is installed elsewhere',
      [{ 'app/a.list': 'a 1\nb 1\ndev 1\nodd 1', 'lib/a.pkg': 'a 1', 'lib/b.pkg': 'b 1' }],
      ['a 1 @ lib/a.pkg in 0', 'b 1 @ lib/b.pkg in 0'],
    ],
    [
      'is told once, as installed, package by package, where less of it is',
      [{ 'app/a.list': 'a 1\nb 1\nc 1', 'lib/a.pkg': 'a 1', 'lib/b.pkg': 'b 2' }],
      ['a 1 @ lib/a.pkg in 0', 'b 1 declared by app/a.list in 0', 'b 2 @ lib/b.pkg in 0', 'c 1 declared by app/a.list in 0'],
    ],
    ['is gone with its list', [{ 'app/a.list': 'a 1' }, { 'app/a.list': whiteout }], []],
    [
      'is of the list as the image has it',
      [{ 'app/a.list': 'a 1\nb 1' }, { 'app/a.list': 'a 1\nb 2' }],
      ['a 1 declared by app/a.list in 0', 'b 2 declared by app/a.list in 1'],
    ],
    [
      'is one package in two lists',
      [{ 'app/a.list': 'a 1', 'web/a.list': 'a 1' }],
      ['a 1 declared by app/a.list in 0', 'a 1 declared by web/a.list in 0'],
    ],
    ['comes from a list that a link leads to', [{ 'app/a.list': symlink('/srv/a'), 'srv/a': 'a 1' }], ['a 1 declared by app/a.list in 0']],
    ['is nothing where an OS package brought the list', [{ 'db/packages': 'os 1', 'db/owned/os': 'app/a.list', 'app/a.list': 'a 1' }], []],
  ];

  it.each(cases.map(([name, layers, places, diagnostics]) => ({ name, layers, places, diagnostics })))('$name', async (each) => {
    const seen = await see(each.layers);
    expect(seen.places).toEqual(each.places);
    if (each.diagnostics) expect(seen.diagnostics).toEqual(each.diagnostics);
  });
});
