import { describe, expect, it } from 'vitest';
import { createLayerEngine } from '../../image/index.ts';
import { fakeDatabaseScanner } from '../../testing/fake-scanner.ts';
import { fakeEcosystem, fakeEcosystems } from '../../testing/fake-ecosystem.ts';
import { diagnosticsOf, openFakeIndex, placesOf } from '../../testing/fake-ecosystem-index.ts';
import { tarLayer } from '../../testing/fake-layer-engine-tar.ts';
import { FakeLayerEngine, fakeLayer, type FakeLayer } from '../../testing/fake-layer-engine.ts';

const whiteout = { whiteout: true } as const;
const opaque = { opaque: true } as const;
const directory = { directory: true } as const;
const symlink = (target: string): { readonly symlink: string } => ({ symlink: target });
const hardlink = (target: string): { readonly hardlink: string } => ({ hardlink: target });

interface Case {
  readonly name: string;
  readonly layers: readonly FakeLayer[];
  readonly places: readonly string[];
  readonly diagnostics?: readonly string[];
}

const files: readonly Case[] = [
  { name: 'a file in one layer', layers: [{ 'app/a.pkg': 'a 1' }], places: ['a 1 @ app/a.pkg in 0'] },
  {
    name: 'a file kept under unrelated layers',
    layers: [{ 'a.pkg': 'a 1' }, {}, { 'other/b.pkg': 'b 1' }],
    places: ['a 1 @ a.pkg in 0', 'b 1 @ other/b.pkg in 2'],
  },
  {
    name: 'a file that a whiteout removes',
    layers: [{ 'app/a.pkg': 'a 1', 'app/b.pkg': 'b 1' }, { 'app/a.pkg': whiteout }],
    places: ['b 1 @ app/b.pkg in 0'],
  },
  { name: 'a file whose directory a whiteout removes', layers: [{ 'app/x/a.pkg': 'a 1' }, { app: whiteout }], places: [] },
  {
    name: 'a whiteout of a name that is only a prefix',
    layers: [{ 'app/ab.pkg': 'ab 1', 'apple/c.pkg': 'c 1' }, { app: whiteout }],
    places: ['c 1 @ apple/c.pkg in 0'],
  },
  { name: 'an opaque directory', layers: [{ 'app/a.pkg': 'a 1' }, { app: opaque, 'app/b.pkg': 'b 1' }], places: ['b 1 @ app/b.pkg in 1'] },
  {
    name: 'an opaque mark behind the new content',
    layers: [{ 'app/a.pkg': 'a 1' }, { 'app/b.pkg': 'b 1', app: opaque }],
    places: ['b 1 @ app/b.pkg in 1'],
  },
  {
    name: 'a file removed and written again in one layer',
    layers: [{ 'x/a.pkg': 'a 1' }, { x: whiteout, 'x/a.pkg': 'a 2' }],
    places: ['a 2 @ x/a.pkg in 1'],
  },
  { name: 'a directory that becomes a file', layers: [{ 'app/a.pkg': 'a 1' }, { app: 'text' }], places: [] },
  { name: 'a directory that becomes a link', layers: [{ 'app/a.pkg': 'a 1' }, { app: symlink('/nowhere') }], places: [] },
  { name: 'a file that becomes a directory', layers: [{ 'a.pkg': 'a 1' }, { 'a.pkg': directory }], places: [] },
  {
    name: 'a file that becomes an implied directory',
    layers: [{ 'a.pkg': 'a 1' }, { 'a.pkg/b.pkg': 'b 1' }],
    places: ['b 1 @ a.pkg/b.pkg in 1'],
  },
  {
    name: 'a directory that is only mentioned again',
    layers: [{ 'app/a.pkg': 'a 1' }, { app: directory }],
    places: ['a 1 @ app/a.pkg in 0'],
  },
  {
    name: 'a file that no longer shows a package',
    layers: [{ 'a.pkg': 'a 1' }, { 'a.pkg': '' }],
    places: [],
    diagnostics: ['FILE_UNPARSABLE 1:a.pkg'],
  },
  {
    name: 'one package at two places',
    layers: [{ 'x/a.pkg': 'a 1', 'y/a.pkg': 'a 1' }],
    places: ['a 1 @ x/a.pkg in 0', 'a 1 @ y/a.pkg in 0'],
  },
  { name: 'one layer twice', layers: [{ 'a.pkg': 'a 1' }, {}, { 'a.pkg': 'a 1' }], places: ['a 1 @ a.pkg in 0'] },
  { name: 'a diagnostic of a file that is gone', layers: [{ 'a.pkg': 'broken' }, { 'a.pkg': whiteout }], places: [] },
];

const introductions: readonly Case[] = [
  { name: 'written again unchanged', layers: [{ 'a.pkg': 'a 1' }, { 'a.pkg': 'a 1', b: '' }], places: ['a 1 @ a.pkg in 0'] },
  { name: 'another version', layers: [{ 'a.pkg': 'a 1' }, { 'a.pkg': 'a 2' }], places: ['a 2 @ a.pkg in 1'] },
  {
    name: 'back to the first version',
    layers: [{ 'a.pkg': 'a 1' }, { 'a.pkg': 'a 2' }, { 'a.pkg': 'a 1', b: '' }],
    places: ['a 1 @ a.pkg in 2'],
  },
  {
    name: 'removed for a while',
    layers: [{ 'a.pkg': 'a 1' }, { 'a.pkg': whiteout }, { 'a.pkg': 'a 1', b: '' }],
    places: ['a 1 @ a.pkg in 2'],
  },
  {
    name: 'its directory removed for a while',
    layers: [{ 'x/a.pkg': 'a 1' }, { x: whiteout }, { 'x/a.pkg': 'a 1', b: '' }],
    places: ['a 1 @ x/a.pkg in 2'],
  },
  {
    name: 'a directory for a while',
    layers: [{ 'a.pkg': 'a 1' }, { 'a.pkg': directory }, { 'a.pkg': 'a 1', b: '' }],
    places: ['a 1 @ a.pkg in 2'],
  },
  {
    name: 'removed and written again in one layer',
    layers: [{ 'x/a.pkg': 'a 1' }, { x: opaque, 'x/a.pkg': 'a 1' }],
    places: ['a 1 @ x/a.pkg in 0'],
  },
  {
    name: 'a layer between that does not speak of it',
    layers: [{ 'a.pkg': 'a 1' }, { b: '' }, { 'a.pkg': 'a 1', c: '' }],
    places: ['a 1 @ a.pkg in 0'],
  },
];

const databases: readonly Case[] = [
  { name: 'one layer', layers: [{ 'db/packages': 'a 1\nb 1' }], places: ['a 1 @ db/packages in 0', 'b 1 @ db/packages in 0'] },
  {
    name: 'an addition',
    layers: [{ 'db/packages': 'a 1' }, { 'db/packages': 'a 1\nb 1' }],
    places: ['a 1 @ db/packages in 0', 'b 1 @ db/packages in 1'],
  },
  {
    name: 'an upgrade',
    layers: [{ 'db/packages': 'a 1\nb 1' }, { 'db/packages': 'a 2\nb 1' }],
    places: ['a 2 @ db/packages in 1', 'b 1 @ db/packages in 0'],
  },
  { name: 'an erasure', layers: [{ 'db/packages': 'a 1\nb 1' }, { 'db/packages': 'b 1' }], places: ['b 1 @ db/packages in 0'] },
  {
    name: 'erased and installed again',
    layers: [{ 'db/packages': 'a 1\nb 1' }, { 'db/packages': 'b 1' }, { 'db/packages': 'a 1\nb 1\n' }],
    places: ['a 1 @ db/packages in 2', 'b 1 @ db/packages in 0'],
  },
  { name: 'two architectures', layers: [{ 'db/packages': 'a 1 x\na 1 y' }], places: ['a 1 @ db/packages in 0', 'a 1 @ db/packages in 0'] },
  {
    name: 'removed',
    layers: [{ 'db/packages': 'a 1' }, { 'db/packages': whiteout }],
    places: [],
    diagnostics: ['PACKAGE_DATABASE_REMOVED 0:db/packages'],
  },
  {
    name: 'its directory removed',
    layers: [{ 'db/packages': 'a 1' }, { db: whiteout }],
    places: [],
    diagnostics: ['PACKAGE_DATABASE_REMOVED 0:db/packages'],
  },
  {
    name: 'hidden by an opaque directory',
    layers: [{ 'db/packages': 'a 1' }, { db: opaque }],
    places: [],
    diagnostics: ['PACKAGE_DATABASE_REMOVED 0:db/packages'],
  },
  {
    name: 'replaced by a directory',
    layers: [{ 'db/packages': 'a 1' }, { 'db/packages': directory }],
    places: [],
    diagnostics: ['PACKAGE_DATABASE_REMOVED 0:db/packages'],
  },
  {
    name: 'emptied',
    layers: [{ 'db/packages': 'a 1' }, { 'db/packages': '' }],
    places: [],
    diagnostics: ['PACKAGE_DATABASE_REMOVED 0:db/packages'],
  },
  {
    name: 'replaced by something foreign',
    layers: [{ 'db/packages': 'a 1' }, { 'db/packages': 'foreign' }],
    places: [],
    diagnostics: ['PACKAGE_DATABASE_REMOVED 0:db/packages', 'PACKAGE_DATABASE_FOREIGN 1:db/packages'],
  },
  {
    name: 'removed in the highest of two layers that had it',
    layers: [{ 'db/packages': 'a 1' }, { 'db/packages': 'a 1\nb 1' }, { 'db/packages': whiteout }],
    places: [],
    diagnostics: ['PACKAGE_DATABASE_REMOVED 1:db/packages'],
  },
  {
    name: 'removed and made again',
    layers: [{ 'db/packages': 'a 1\nb 1' }, { db: whiteout }, { 'db/packages': 'a 1' }],
    places: ['a 1 @ db/packages in 2'],
  },
  {
    name: 'a complaint about a database that counts',
    layers: [{ 'db/packages': 'a 1\n!x' }],
    places: ['a 1 @ db/packages in 0'],
    diagnostics: ['PACKAGE_INCOMPLETE 0:db/packages'],
  },
  {
    name: 'a complaint about one that does not',
    layers: [{ 'db/packages': 'a 1\n!x' }, { 'db/packages': 'a 1' }],
    places: ['a 1 @ db/packages in 0'],
  },
];

const links: readonly Case[] = [
  {
    name: 'a database whose directory is a link',
    layers: [{ db: symlink('usr/db'), 'usr/db/packages': 'a 1' }],
    places: ['a 1 @ db/packages in 0'],
  },
  {
    name: 'a database in a higher layer, through a link',
    layers: [{ db: symlink('/usr/db') }, { 'usr/db/packages': 'a 1' }],
    places: ['a 1 @ db/packages in 1'],
  },
  {
    name: 'a link in a higher layer than the database',
    layers: [{ 'usr/db/packages': 'a 1' }, { db: symlink('usr/db') }],
    places: ['a 1 @ db/packages in 0'],
  },
  {
    name: 'a database through a link, changed in every layer',
    layers: [
      { db: symlink('usr/db'), 'usr/db/packages': 'a 1\nb 1' },
      { 'usr/db/packages': 'a 1\nc 1' },
      { 'usr/db/packages': 'a 1\nb 1\nc 1' },
    ],
    places: ['a 1 @ db/packages in 0', 'b 1 @ db/packages in 2', 'c 1 @ db/packages in 1'],
  },
  {
    name: 'a chain of links',
    layers: [{ db: symlink('one') }, { one: symlink('x/two') }, { 'x/two': symlink('../three') }, { 'three/packages': 'a 1' }],
    places: ['a 1 @ db/packages in 3'],
  },
  {
    name: 'a link that climbs out of the root',
    layers: [{ db: symlink('../../../usr/db'), 'usr/db/packages': 'a 1' }],
    places: ['a 1 @ db/packages in 0'],
  },
  {
    name: 'a database that is a link itself',
    layers: [{ 'db/packages': symlink('real') }, { 'db/real': 'a 1' }],
    places: ['a 1 @ db/packages in 1'],
  },
  {
    name: 'a circle of directories',
    layers: [{ db: symlink('other'), other: symlink('db') }],
    places: [],
    diagnostics: ['LINK_CYCLE -:db', 'LINK_CYCLE -:other'],
  },
  {
    name: 'a circle over two layers and two directories',
    layers: [{ 'var/db': symlink('db') }, { db: symlink('var/db') }],
    places: [],
    diagnostics: ['LINK_CYCLE -:db', 'LINK_CYCLE -:var/db'],
  },
  {
    name: 'a circle is told once, whatever leads to it',
    layers: [{ 'var/db': symlink('db'), alias: symlink('var'), other: symlink('/alias') }],
    places: [],
    diagnostics: ['LINK_CYCLE -:var/db'],
  },
  {
    name: 'a circle that a higher layer breaks',
    layers: [{ db: symlink('db') }, { db: directory, 'db/packages': 'a 1' }],
    places: ['a 1 @ db/packages in 1'],
  },
  {
    name: 'a wanted path that is a link to nothing',
    layers: [{ 'db/packages': symlink('nowhere'), other: symlink('nowhere') }],
    places: [],
    diagnostics: ['LINK_TARGET_MISSING -:db/packages'],
  },
  {
    name: 'a wanted path in a circle of links',
    layers: [{ 'db/packages': symlink('other') }, { 'db/other': symlink('packages') }],
    places: [],
    diagnostics: ['LINK_CYCLE -:db/other', 'LINK_CYCLE -:db/packages'],
  },
  {
    name: 'a link to nothing, which a higher layer mends',
    layers: [{ 'db/packages': symlink('other') }, { 'db/other': 'a 1' }],
    places: ['a 1 @ db/packages in 1'],
  },
  {
    name: 'a link that a higher layer removes',
    layers: [{ db: symlink('usr/db'), 'usr/db/packages': 'a 1' }, { db: whiteout }],
    places: [],
  },
  {
    name: 'two ways to one file are one package',
    layers: [{ 'real/a.pkg': 'a 1', alias: symlink('real') }],
    places: ['a 1 @ real/a.pkg in 0'],
  },
  {
    name: 'two ways to one file over two layers',
    layers: [{ 'real/a.pkg': 'a 1' }, { alias: symlink('/real') }],
    places: ['a 1 @ real/a.pkg in 0'],
  },
  {
    name: 'a wanted name for an unwanted file',
    layers: [{ 'store/blob': 'a 1' }, { 'app/a.pkg': symlink('../store/blob') }],
    places: ['a 1 @ app/a.pkg in 0'],
  },
  {
    name: 'two wanted names for an unwanted file',
    layers: [{ 'store/blob': 'a 1' }, { 'z.pkg': symlink('store/blob'), 'b.pkg': symlink('store/blob') }],
    places: ['a 1 @ b.pkg in 0'],
  },
  { name: 'a hard link in its layer', layers: [{ 'a/a.pkg': 'a 1', 'b/b.pkg': hardlink('a/a.pkg') }], places: ['a 1 @ a/a.pkg in 0'] },
  {
    name: 'a hard link whose first name is removed',
    layers: [{ 'a/a.pkg': 'a 1', 'b/b.pkg': hardlink('a/a.pkg') }, { 'a/a.pkg': whiteout }],
    places: ['a 1 @ b/b.pkg in 0'],
  },
  {
    name: 'a hard link to a lower layer',
    layers: [{ 'store/blob': 'a 1' }, { 'a.pkg': hardlink('store/blob') }],
    places: ['a 1 @ a.pkg in 0'],
  },
  {
    name: 'a hard link to a lower file that is removed later',
    layers: [{ 'store/blob': 'a 1' }, { 'a.pkg': hardlink('store/blob') }, { store: whiteout }],
    places: ['a 1 @ a.pkg in 0'],
  },
  {
    name: 'a hard link keeps what it bound',
    layers: [{ 'a.pkg': 'a 1', 'b.pkg': hardlink('a.pkg') }, { 'a.pkg': 'a 2' }],
    places: ['a 1 @ b.pkg in 0', 'a 2 @ a.pkg in 1'],
  },
  {
    // The database is db/b.pkg of layer 1. Layer 0 has the same path, and its bytes, by a hard link, list the package too: the
    // run of layers that list it begins there, as it does for db/b.pkg under its own name.
    name: 'a database through a link, its file in the layer below a hard link that lists the same',
    layers: [
      { 'db/b.pkg': hardlink('a.pkg'), 'a.pkg': 'a 1' },
      { 'db/b.pkg': 'a 1', 'db/packages': symlink('b.pkg') },
    ],
    places: ['a 1 @ a.pkg in 0', 'a 1 @ db/b.pkg in 0', 'a 1 @ db/packages in 0'],
  },
  {
    // db/packages is in the archive itself, behind the link db: the path is that entry's, not one of the directory that db leads to.
    name: 'a link below a link of its own layer, where the directory has the same name',
    layers: [{ 'e/packages': 'b 1', blob: 'a 1', db: symlink('e'), 'db/packages': symlink('../blob') }],
    places: ['a 1 @ db/packages in 0'],
  },
  {
    name: 'a link to a link with entries below it',
    layers: [{ db: symlink('/e/d') }, { 'e/d': symlink('/x'), 'e/d/packages': 'a 1' }, { 'x/packages': 'b 1' }],
    places: ['a 1 @ db/packages in 1'],
  },
  { name: 'a forward hard link', layers: [{ 'a.pkg': hardlink('z/blob'), 'z/blob': 'a 1' }], places: ['a 1 @ a.pkg in 0'] },
];

const engines = [
  { name: 'the fake engine', create: () => new FakeLayerEngine(), toLayer: fakeLayer },
  { name: 'the real engine', create: () => createLayerEngine(), toLayer: tarLayer },
];

describe.each(engines)('coalescing over $name', ({ create, toLayer }) => {
  async function check({ layers: entries, places, diagnostics = [] }: Case): Promise<void> {
    await using bench = await openFakeIndex({ engine: create() });
    const layers = entries.map((entry) => toLayer(entry));
    const report = await bench.index(layers);
    expect(report.err).toBe('');
    expect(placesOf(report, layers)).toEqual(places);
    expect(diagnosticsOf(report, layers)).toEqual(diagnostics);
  }

  describe('files', () => {
    it.each(files)('$name', check);
  });
  describe('introducedIn', () => {
    it.each(introductions)('$name', check);
  });
  describe('databases', () => {
    it.each(databases)('$name', check);
  });
  describe('links', () => {
    it.each(links)('$name', check);
  });

  describe('databases under several names', () => {
    const scanner = fakeDatabaseScanner({ paths: ['lib/packages', 'usr/lib/packages'] });
    const ecosystems = [fakeEcosystem({ packageScanners: [scanner] })];

    async function indexed(entries: readonly FakeLayer[]): Promise<{ places: readonly string[]; diagnostics: readonly string[] }> {
      await using bench = await openFakeIndex({ engine: create(), ecosystems });
      const layers = entries.map((entry) => toLayer(entry));
      const report = await bench.index(layers);
      return { places: placesOf(report, layers), diagnostics: diagnosticsOf(report, layers) };
    }

    it('one file under two names is one database, told by its real path', async () => {
      const { places } = await indexed([{ lib: symlink('usr/lib'), 'usr/lib/packages': 'a 1' }]);
      expect(places).toEqual(['a 1 @ usr/lib/packages in 0']);
    });

    it('two files are two databases', async () => {
      const { places } = await indexed([{ 'lib/packages': 'a 1' }, { 'usr/lib/packages': 'b 1' }]);
      expect(places).toEqual(['a 1 @ lib/packages in 0', 'b 1 @ usr/lib/packages in 1']);
    });

    it('a database that was moved, with all that it lists, was not removed', async () => {
      const { diagnostics } = await indexed([{ 'lib/packages': 'a 1' }, { lib: whiteout, 'usr/lib/packages': 'a 1\nb 1' }]);
      expect(diagnostics).toEqual([]);
    });

    it('a database that gave way to another, which lists less, was removed', async () => {
      const { diagnostics } = await indexed([{ 'lib/packages': 'a 1\nb 1' }, { lib: whiteout, 'usr/lib/packages': 'a 1' }]);
      expect(diagnostics).toEqual(['PACKAGE_DATABASE_REMOVED 0:lib/packages']);
    });

    it('one name of a database may go while the other stays', async () => {
      const { places, diagnostics } = await indexed([{ lib: symlink('usr/lib'), 'usr/lib/packages': 'a 1' }, { lib: whiteout }]);
      expect(places).toEqual(['a 1 @ usr/lib/packages in 0']);
      expect(diagnostics).toEqual([]);
    });
  });

  it('says of a removed database how many packages it listed', async () => {
    await using bench = await openFakeIndex({ engine: create() });
    const report = await bench.index([toLayer({ 'db/packages': 'a 1\nb 1\nc 1' }), toLayer({ db: whiteout })]);
    expect(report.diagnostics[0]?.data).toMatchObject({ packages: 3, fate: 'deleted' });
  });

  it('says of a hundred circles where they are, of those that are wanted first, and how many more there were', async () => {
    await using bench = await openFakeIndex({ engine: create() });
    const circles = Array.from({ length: 200 }, (_, index) => [`${index}/loop`, symlink('loop')] as const);
    const report = await bench.index([toLayer(Object.fromEntries([...circles, ['z.pkg', symlink('z.pkg')]]))]);
    const told = report.diagnostics.filter(({ code }) => code === 'LINK_CYCLE');
    expect(told.filter(({ path }) => path !== undefined)).toHaveLength(100);
    expect(told.map(({ path }) => path)).toContain('z.pkg');
    expect(told.find(({ path }) => path === undefined)?.data).toEqual({ omitted: 101 });
  });

  it('gives the same report whatever the parallelism', async () => {
    const entries = [...files, ...introductions, ...databases, ...links].flatMap((one, index) =>
      one.layers.map((layer) => Object.fromEntries(Object.entries(layer).map(([path, entry]) => [`${index}/${path}`, entry]))),
    );
    const layers = [...entries, ...[databases, links].flat().flatMap((one) => one.layers)].map((layer) => toLayer(layer));
    const reports = await Promise.all(
      [1, 8].map(async (layerScanConcurrency) => {
        await using bench = await openFakeIndex({ engine: create(), layerScanConcurrency, ecosystems: fakeEcosystems() });
        return await bench.index(layers);
      }),
    );
    expect(reports[0]?.packages.size).toBeGreaterThan(3);
    expect([...(reports[0]?.packages.keys() ?? [])]).toEqual([...(reports[1]?.packages.keys() ?? [])]);
    expect(reports[0]).toEqual(reports[1]);
  });
});
