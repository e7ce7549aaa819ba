import { describe, expect, it } from 'vitest';
import type { Coalescer, RepositoryScanner } from '../../contracts/index.ts';
import type { IndexReport, RepositoryFacts } from '../../core/index.ts';
import { distributionId, packageId, repositoryId } from '../../runtime/index.ts';
import { fakeEcosystem, fakeEcosystems } from '../../testing/fake-ecosystem.ts';
import { openFakeIndex, placesOf } from '../../testing/fake-ecosystem-index.ts';
import { fakeLayer, type FakeLayer } from '../../testing/fake-layer-engine.ts';
import { fakeDatabaseScanner, fakeFileScanner, fakePackage, fakeRepository, fakeRepositoryScanner } from '../../testing/fake-scanner.ts';

const whiteout = { whiteout: true } as const;

async function indexed(...entries: readonly FakeLayer[]): Promise<IndexReport> {
  await using bench = await openFakeIndex();
  return await bench.index(entries.map((entry) => fakeLayer(entry)));
}

/** `did versionId` of the image and of each package that has one. */
function distributionsOf(report: IndexReport): Readonly<Record<string, string | undefined>> {
  const label = (id: string | undefined): string | undefined => {
    const found = [...report.distributions.values()].find((distribution) => distribution.id === id);
    return found && `${found.did} ${found.versionId}`;
  };
  const packages = [...report.environments].flatMap(([id, places]) =>
    places.map(({ distributionId: distribution }) => [report.packages.get(id)?.name ?? '?', label(distribution)] as const),
  );
  return { image: label(report.distributionId), ...Object.fromEntries(packages) };
}

describe('distributions', () => {
  const db = { 'db/packages': 'a 1' };
  it.each<{ name: string; layers: readonly FakeLayer[]; expected: Readonly<Record<string, string | undefined>> }>([
    { name: 'in the same layer', layers: [{ 'etc/os-release': 'known 1', ...db }], expected: { image: 'known 1', a: 'known 1' } },
    { name: 'below', layers: [{ 'etc/os-release': 'known 1' }, db], expected: { image: 'known 1', a: 'known 1' } },
    { name: 'above only', layers: [db, { 'etc/os-release': 'known 1' }], expected: { image: 'known 1', a: 'known 1' } },
    {
      name: 'the nearest below comes before one above',
      layers: [{ 'etc/os-release': 'known 1' }, db, { 'etc/os-release': 'known 2' }],
      expected: { image: 'known 2', a: 'known 1' },
    },
    {
      name: 'etc before usr/lib',
      layers: [{ 'usr/lib/os-release': 'known 1', 'etc/os-release': 'known 2', ...db }],
      expected: { image: 'known 2', a: 'known 2' },
    },
    {
      name: 'etc before usr/lib, whatever the layer',
      layers: [{ 'etc/os-release': 'known 2' }, { 'usr/lib/os-release': 'known 1' }],
      expected: { image: 'known 2' },
    },
    {
      name: 'usr/lib once etc is removed',
      layers: [{ 'usr/lib/os-release': 'known 1', 'etc/os-release': 'known 2' }, { 'etc/os-release': whiteout }, db],
      expected: { image: 'known 1', a: 'known 2' },
    },
    {
      name: 'through a link, the file changed above',
      layers: [
        { 'etc/os-release': { symlink: '../usr/lib/os-release' }, 'usr/lib/os-release': 'known 1' },
        { 'usr/lib/os-release': 'known 2', ...db },
      ],
      expected: { image: 'known 2', a: 'known 2' },
    },
    {
      name: 'through a link to an unwanted name',
      layers: [{ 'etc/os-release': { symlink: '/opt/release' } }, { 'opt/release': 'known 3', ...db }],
      expected: { image: 'known 3', a: 'known 3' },
    },
    {
      name: 'one that nobody knows well',
      layers: [{ 'etc/os-release': 'strange 7', ...db }],
      expected: { image: 'strange 7', a: 'strange 7' },
    },
    {
      name: 'removed: still true of what lies there',
      layers: [{ 'etc/os-release': 'known 1', ...db }, { etc: whiteout }],
      expected: { image: undefined, a: 'known 1' },
    },
    { name: 'none at all', layers: [db], expected: { image: undefined, a: undefined } },
    {
      name: 'a package with a registry of its own is of none',
      layers: [{ 'etc/os-release': 'known 1', 'b.pkg': 'b 1' }],
      expected: { image: 'known 1', b: undefined },
    },
  ])('$name', async ({ layers, expected }) => {
    expect(distributionsOf(await indexed(...layers))).toEqual(expected);
  });

  it('a scanner that knows all a little is heard only where no other spoke', async () => {
    const report = await indexed({ 'etc/os-release': 'known 1' });
    expect([...report.distributions.keys()]).toEqual([
      distributionId({ did: 'known', versionId: '1', name: 'known', version: '1', versionCodeName: '', arch: '', cpe: '', prettyName: '' }),
    ]);
  });
});

describe('repositories', () => {
  it('a package that names its own has just that', async () => {
    const report = await indexed({ 'b.pkg': 'b 1' });
    expect([...report.repositories]).toEqual([[repositoryId(fakeRepository), { ...fakeRepository, id: repositoryId(fakeRepository) }]]);
    expect([...report.environments.values()].flat()).toMatchObject([{ repositoryIds: [repositoryId(fakeRepository)] }]);
  });

  it('the others have those that their layer names, while the file is there', async () => {
    const facts: RepositoryFacts = { name: 'product', key: 'cpe', uri: '', cpe: '' };
    const scanner: RepositoryScanner = {
      name: 'fake-repository',
      version: 1,
      kind: 'repository',
      wants: (path) => (path === 'repo' ? 'bytes' : 'no'),
      scan: (files) => ({ repositories: files.map(({ path }) => ({ path, facts })) }),
    };
    const ecosystems = [fakeEcosystem({ packageScanners: [fakeDatabaseScanner()], repositoryScanners: [scanner] })];
    await using bench = await openFakeIndex({ ecosystems });
    const first = await bench.index([fakeLayer({ repo: '', 'db/packages': 'a 1' })]);
    expect([...first.environments.values()].flat()).toMatchObject([{ repositoryIds: [repositoryId(facts)] }]);
    const second = await bench.index([fakeLayer({ repo: '', 'db/packages': 'a 1' }), fakeLayer({ repo: whiteout })]);
    expect([...second.environments.values()].flat()).toMatchObject([{ repositoryIds: [] }]);
  });
});

describe('repositories of layers', () => {
  const ecosystems = [fakeEcosystem({ packageScanners: [fakeDatabaseScanner()], repositoryScanners: [fakeRepositoryScanner()] })];

  async function repositoriesOf(...entries: readonly FakeLayer[]): Promise<Readonly<Record<string, string>>> {
    await using bench = await openFakeIndex({ ecosystems });
    const report = await bench.index(entries.map((entry) => fakeLayer(entry)));
    const named = [...report.environments].map(([id, places]) => [
      report.packages.get(id)?.name ?? '?',
      places
        .flatMap(({ repositoryIds }) => repositoryIds.map((repository) => report.repositories.get(repository)?.name ?? '?').sort())
        .join(' '),
    ]);
    return Object.fromEntries(named) as Readonly<Record<string, string>>;
  }

  it.each<{ name: string; layers: readonly FakeLayer[]; expected: Readonly<Record<string, string>> }>([
    {
      name: 'a package has those of the layer that brought it, not of the one whose database lists it',
      layers: [
        { 'etc/repositories': 'base', 'db/packages': 'a 1' },
        { 'etc/repositories': 'base', 'db/packages': 'a 1\nb 1' },
        { 'db/packages': 'a 1\nb 1\nc 1' },
      ],
      expected: { a: 'base', b: 'base', c: 'base' },
    },
    {
      name: 'a layer that names none has those of the nearest below',
      layers: [
        { 'etc/repositories': 'base\nmore', 'db/packages': 'a 1' },
        { 'db/packages': 'a 1\nb 1' },
        { 'db/packages': 'a 1\nb 1\nc 1' },
      ],
      expected: { a: 'base more', b: 'base more', c: 'base more' },
    },
    {
      name: 'with none below, those of the nearest above',
      layers: [{ 'db/packages': 'a 1' }, { 'db/packages': 'a 1\nb 1' }, { 'etc/repositories': 'late', 'db/packages': 'a 1\nb 1\nc 1' }],
      expected: { a: 'late', b: 'late', c: 'late' },
    },
    { name: 'no layer names any', layers: [{ 'db/packages': 'a 1' }], expected: { a: '' } },
  ])('$name', async ({ layers, expected }) => {
    expect(await repositoriesOf(...layers)).toEqual(expected);
  });
});

describe('ownership', () => {
  const owner = packageId(fakePackage('os-b 1', 'fake-db'));
  const system = { 'db/packages': 'os-b 1', 'db/owned/os-b': 'usr/lib/b.pkg\nusr/lib' };

  function ownersOf(report: IndexReport): readonly (string | undefined)[] {
    const id = packageId(fakePackage('b 1', 'fake-file'));
    return (report.environments.get(id) ?? []).map((place) => place.ownedBy);
  }

  it.each<{ name: string; layers: readonly FakeLayer[]; expected: readonly (string | undefined)[] }>([
    { name: 'a file that an OS package lists', layers: [{ ...system, 'usr/lib/b.pkg': 'b 1' }], expected: [owner] },
    { name: 'a file that none lists', layers: [{ ...system, 'opt/b.pkg': 'b 1' }], expected: [undefined] },
    { name: 'one place of two', layers: [{ ...system, 'opt/b.pkg': 'b 1', 'usr/lib/b.pkg': 'b 1' }], expected: [undefined, owner] },
    { name: 'listed in a higher layer', layers: [{ 'usr/lib/b.pkg': 'b 1' }, system], expected: [owner] },
    {
      name: 'listed at a path that leads through a link by now',
      layers: [{ 'usr/lib': { symlink: '/lib64' }, 'lib64/b.pkg': 'b 1' }, system],
      expected: [owner],
    },
    { name: 'the list was removed', layers: [{ ...system, 'usr/lib/b.pkg': 'b 1' }, { 'db/owned': whiteout }], expected: [undefined] },
    {
      name: 'the OS package was erased',
      layers: [{ ...system, 'usr/lib/b.pkg': 'b 1' }, { 'db/packages': 'other 1' }],
      expected: [undefined],
    },
  ])('$name', async ({ layers, expected }) => {
    expect(ownersOf(await indexed(...layers))).toEqual(expected);
  });

  it('a file of an OS package is no other package for a link that makes it look so, and no layer is read for it', async () => {
    await using bench = await openFakeIndex();
    const layers = [
      { ...system, 'db/owned/os-b': 'usr/lib/blob\nusr/lib/more', 'usr/lib/blob': 'b 1' },
      { 'b.pkg': { symlink: 'usr/lib/blob' } },
    ];
    const report = await bench.index(layers.map((layer) => fakeLayer(layer)));
    expect([...report.packages.values()].map(({ name }) => name)).toEqual(['os-b']);
    expect(bench.events.filter((event) => event.kind === 'layer-reread')).toEqual([]);
  });

  it('the same holds where the owner is known only after links were followed', async () => {
    const report = await indexed(
      { db: { symlink: 'data' }, 'data/packages': 'os-b 1', 'data/owned/os-b': 'usr/lib/blob' },
      { 'usr/lib/blob': 'b 1', 'b.pkg': { symlink: 'usr/lib/blob' } },
    );
    expect([...report.packages.values()].map(({ name }) => name)).toEqual(['os-b']);
  });

  it('a file of an OS package that lies where packages lie is one, owned', async () => {
    const report = await indexed({ ...system, 'usr/lib/b.pkg': 'b 1' });
    expect([...report.packages.values()].map(({ name }) => name).sort()).toEqual(['b', 'os-b']);
  });

  it('a file that cannot be made out names the package that owns it, where one does', async () => {
    const report = await indexed({ ...system, 'usr/lib/b.pkg': 'no version to be seen', 'opt/b.pkg': 'neither is here' });
    expect(report.diagnostics.map(({ code, path, data }) => [code, path, data['ownedBy']])).toEqual([
      ['FILE_UNPARSABLE', 'opt/b.pkg', undefined],
      ['FILE_UNPARSABLE', 'usr/lib/b.pkg', 'os-b'],
    ]);
  });

  it('a database is owned by nobody, even where a list has it', async () => {
    const report = await indexed({ 'db/packages': 'os-b 1', 'db/owned/os-b': 'db/packages' });
    expect([...report.environments.values()].flat().map((place) => place.ownedBy)).toEqual([undefined]);
  });
});

describe('an ecosystem with a coalescer of its own', () => {
  it('decides over its own packages only, with the facts of its own scanners', async () => {
    const seen: string[][] = [];
    const coalescer: Coalescer = {
      coalesce: (layers, tree) => {
        seen.push(layers.flatMap((layer) => layer.artifacts.map((artifact) => artifact.scanner.name)));
        const layer = layers[0]?.layer.digest;
        const found = tree.locate('b.pkg') && layer ? [fakePackage('mine 1', 'fake-file')] : [];
        return {
          packages: found.flatMap((facts) =>
            layer ? [{ facts, environment: { packageDb: 'b.pkg', introducedIn: layer }, repositories: [fakeRepository], layer: 0 }] : [],
          ),
          diagnostics: [],
        };
      },
    };
    const ecosystems = [
      fakeEcosystem({ packageScanners: [fakeDatabaseScanner()] }),
      fakeEcosystem({ packageScanners: [fakeFileScanner()], coalescer }),
    ];
    await using bench = await openFakeIndex({ ecosystems });
    const layers = [fakeLayer({ 'b.pkg': 'b 1', 'db/packages': 'a 1' })];
    expect(placesOf(await bench.index(layers), layers)).toEqual(['a 1 @ db/packages in 0', 'mine 1 @ b.pkg in 0']);
    expect(seen).toEqual([['fake-file']]);
  });
});

describe('a report', () => {
  it('is sorted: ids in maps, paths in places, layers and paths in diagnostics', async () => {
    const layers = [
      fakeLayer({ 'z.pkg': 'broken', 'm/a.pkg': 'a 1' }),
      fakeLayer({ 'y.pkg': 'broken', 'c/a.pkg': 'a 1', 'b.pkg': 'b 1', 'x.pkg': 'broken' }),
    ];
    await using bench = await openFakeIndex({ ecosystems: fakeEcosystems() });
    const report = await bench.index(layers);
    const ids = [...report.packages.keys()];
    expect(ids).toEqual([...ids].sort());
    expect([...report.environments.keys()]).toEqual(ids);
    expect(report.environments.get(packageId(fakePackage('a 1', 'fake-file')))?.map((place) => place.packageDb)).toEqual([
      'c/a.pkg',
      'm/a.pkg',
    ]);
    expect(report.diagnostics.map(({ path }) => path)).toEqual(['z.pkg', 'x.pkg', 'y.pkg']);
  });
});
