import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { IndexReport } from '../../src/core/index.ts';
import {
  LayerBuilder,
  rpmHeader,
  writeRpmBdb,
  writeRpmNdb,
  writeRpmSqlite,
  writeRpmSqliteFiles,
  type TestRpm,
} from '../../src/testing/index.ts';
import { blobLayer } from '../support/blob-layers.ts';
import { claircore } from '../support/cli.ts';
import { indexLayers, placesOf } from '../support/library.ts';
import { scanReport } from '../support/report.ts';
import { listWithRpm, rpmIndexTables, writeDatabase } from '../support/rpm-oracle.ts';
import { hasTool, missing, scratchDirectory, sharedPath } from '../support/shared-data.ts';
import { packageJson } from '../support/small-image.ts';

const images = [
  ['sqlite', 'usr/lib/sysimage/rpm/rpmdb.sqlite'],
  ['ndb', 'usr/lib/sysimage/rpm/Packages.db'],
  ['bdb', 'var/lib/rpm/Packages'],
] as const;
const skip = missing(...images.map(([form]) => `fixtures/images/rpm-${form}.slim.oci.tar`));

const indexOf = async (...layers: readonly LayerBuilder[]): Promise<IndexReport> =>
  await indexLayers(layers.map((layer) => blobLayer(layer.build())));
const codesOf = ({ diagnostics }: IndexReport): readonly string[] => diagnostics.map(({ code }) => code);
const headersOf = (...nevras: readonly string[]): readonly Uint8Array[] => nevras.map((nevra) => rpmHeader(nevra));

describe.skipIf(skip !== undefined)(`real images of three layers${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => {
  it.each(images)('%s: lists what rpm lists, after an upgrade and an erasure in the highest layer', async (form, database) => {
    using scratch = scratchDirectory();
    const image = sharedPath(`fixtures/images/rpm-${form}.slim.oci.tar`);
    const report = await scanReport([image, '--db', `${scratch.path}/c.db`, '--offline']);
    const truth = readFileSync(sharedPath(`fixtures/images/rpm-${form}.rpm.tsv`), 'utf8')
      .trimEnd()
      .split('\n');
    const evr = (epoch: string, version: string, release: string): string => `${epoch === '0' ? '' : `${epoch}:`}${version}-${release}`;
    const expected = truth
      .map((line) => line.split('\t'))
      .map(([name = '', epoch = '', version = '', release = '', arch = '', source = '', label = '']) => [
        name,
        evr(epoch, version, release),
        arch,
        // The name ends two hyphens before the end; the source has its binary's epoch.
        source.replace(/^(.*)-([^-]*)-([^-]*)\.src\.rpm$/, (_, from: string, v: string, r: string) => `${from} ${evr(epoch, v, r)}`),
        // Packages of no module have the label `x`, which names no stream.
        label === 'x' ? '' : label.split(':').slice(0, 2).join(':'),
      ]);
    const listed = Object.values(report.packages).map(({ name, version, arch, source, module }) => [
      name,
      version,
      arch,
      `${source.name} ${source.version}`,
      module,
    ]);
    expect(listed.filter(([, , , , module]) => module !== '').map(([name]) => name)).toHaveLength(2);
    expect(listed.sort()).toEqual(expected.sort());
    expect(listed).toHaveLength(168);
    expect(report.diagnostics).toMatchObject([{ code: 'DISTRIBUTION_END_OF_LIFE', data: { distribution: 'centos 8' } }]);

    const places = Object.entries(report.environments).flatMap(([id, found]) =>
      found.map((place) => ({ ...place, name: report.packages[id]?.name })),
    );
    expect([...new Set(places.map(({ package_db }) => package_db))]).toEqual([database]);
    // 10 packages came with the base, 2 of which were upgraded on top; all others lie between.
    const byLayer = Map.groupBy(places, ({ introduced_in }) => introduced_in);
    expect([...byLayer.values()].map((layer) => layer.length).sort((a, b) => a - b)).toEqual([2, 8, 158]);
    const upgraded = places.filter(({ introduced_in }) => byLayer.get(introduced_in)?.length === 2).map(({ name }) => name);
    expect(upgraded.sort()).toEqual(['openssl', 'openssl-libs']);
  });

  it('a distribution without advisories is said, and no clean bill', async () => {
    using scratch = scratchDirectory();
    const args = [sharedPath('fixtures/images/rpm-bdb.slim.oci.tar'), '--db', `${scratch.path}/c.db`, '--offline'];
    const report = await scanReport(args);
    expect(report.coverage.complete).toBe(false);
    expect(report.coverage.packages.total).toBe(168);
    expect(report.verdicts.filter(({ status }) => status === 'not_affected')).toEqual([]);
    expect((await claircore(['scan', ...args, '--fail-on', 'low'])).code).toBe(3);
    expect((await claircore(['scan', ...args, '--fail-on', 'low', '--allow-incomplete'])).code).toBe(0);
  });
});

describe('rpm databases in layers', () => {
  const sqlite = 'usr/lib/sysimage/rpm/rpmdb.sqlite';
  const bash = writeRpmSqlite(headersOf('bash-5.1.8-6.el9.x86_64'));

  it('reached by the old path, through a link, is one database', async () => {
    const report = await indexOf(new LayerBuilder().file(sqlite, bash).symlink('var/lib/rpm', '../../usr/lib/sysimage/rpm'));
    expect(placesOf(report)).toEqual([`bash@5.1.8-6.el9\t/${sqlite}`]);
    expect(codesOf(report)).toEqual([]);
  });

  it('with what stands in the log only', async () => {
    const { database, log } = writeRpmSqliteFiles(headersOf('a-1-1.noarch'), { logged: headersOf('b-1-1.noarch') });
    const report = await indexOf(
      new LayerBuilder().file(sqlite, database).file(`${sqlite}-shm`, 'x'.repeat(32_768)).file(`${sqlite}-wal`, log),
    );
    expect(placesOf(report)).toEqual([`a@1-1\t/${sqlite}`, `b@1-1\t/${sqlite}`]);
  });

  it('moved from Berkeley DB to SQLite by a higher layer, only the new one counts', async () => {
    const old = new LayerBuilder().file('var/lib/rpm/Packages', writeRpmBdb(headersOf('bash-5.1.8-5.el9.x86_64')));
    const report = await indexOf(old, new LayerBuilder().whiteout('var/lib/rpm/Packages').file('var/lib/rpm/rpmdb.sqlite', bash));
    expect(placesOf(report)).toEqual(['bash@5.1.8-6.el9\t/var/lib/rpm/rpmdb.sqlite']);
  });

  it('removed, leaves a gap', async () => {
    const report = await indexOf(new LayerBuilder().file(sqlite, bash), new LayerBuilder().whiteout('usr/lib/sysimage/rpm'));
    expect(placesOf(report)).toEqual([]);
    expect(codesOf(report)).toEqual(['PACKAGE_DATABASE_REMOVED']);
  });

  it('elsewhere in the image, is found by its first bytes; files of the name that are none are passed over', async () => {
    const report = await indexOf(
      new LayerBuilder().file('srv/root/Packages', writeRpmBdb(headersOf('a-1-1.noarch'))).file('var/lib/apt/Packages', 'Package: demo\n'),
    );
    expect(placesOf(report)).toEqual(['a@1-1\t/srv/root/Packages']);
    expect(codesOf(report)).toEqual([]);
  });

  it.each([
    ['sqlite', sqlite, writeRpmSqlite],
    ['ndb', 'usr/lib/sysimage/rpm/Packages.db', writeRpmNdb],
    ['bdb', 'var/lib/rpm/Packages', writeRpmBdb],
  ] as const)('%s: what a package owns is its vendor’s', async (_, path, write) => {
    const owned = 'usr/lib/node_modules/npm/package.json';
    const npm: TestRpm = { name: 'npm', version: '8.1', release: '1', files: [`/${owned}`] };
    const report = await indexOf(
      new LayerBuilder()
        .file(path, write([rpmHeader(npm)]))
        .file(owned, packageJson('npm', '8.1.0'))
        .file('srv/node_modules/own/package.json', packageJson('own')),
    );
    const owner = [...report.packages.values()].find(({ version }) => version === '8.1-1')?.id;
    const owners = [...report.environments].map(([id, [place]]) => [report.packages.get(id)?.name, place?.packageDb, place?.ownedBy]);
    expect(owners.toSorted()).toEqual([
      ['npm', owned, owner],
      ['npm', path, undefined],
      ['own', 'srv/node_modules/own/package.json', undefined],
    ]);
  });
});

/** Why the rpm of this machine is no oracle for that form; undefined where it reads one that rpm wrote. */
function unreadable(form: string, name: string): string | undefined {
  const absent = hasTool('rpm') ? missing(`fixtures/rpmdb/${form}/${name}`) : 'needs rpm';
  if (absent !== undefined) return absent;
  using scratch = scratchDirectory();
  const bytes = readFileSync(sharedPath('fixtures/rpmdb', form, name));
  return listWithRpm(writeDatabase(join(scratch.path, 'db'), name, bytes)) ? undefined : `the rpm here does not read ${form}`;
}

describe('databases of the test kit, as rpm itself reads them', () => {
  const installed: readonly TestRpm[] = [
    { name: 'plain', version: '1.0', release: '1' },
    { name: 'epoch', epoch: 3, version: '1.0~rc1', release: '1^git', arch: 'noarch' },
    { name: 'module', version: '1', release: '2', modularityLabel: 'nodejs:14:8060:ad0', sourceRpm: 'origin-1-2.src.rpm' },
    { name: 'files', version: '1', release: '3', files: Array.from({ length: 500 }, (_, index) => `/usr/share/files/${index}`) },
    ...Array.from({ length: 60 }, (_, index) => ({ name: `n${index}`, version: `${index}`, release: '1' })),
  ];
  const expected = installed
    .map(({ name, epoch = 0, version, release, arch = 'x86_64', sourceRpm, modularityLabel = '(none)', files = [] }) =>
      [
        name,
        `${epoch}:${version}-${release}`,
        arch,
        sourceRpm ?? `${name}-${version}-${release}.src.rpm`,
        modularityLabel,
        files.map((path) => `${path},`).join(''),
      ].join(' '),
    )
    .sort();
  const headers = installed.map((each) => rpmHeader(each));

  describe.each([
    ['bdb', 'Packages', [writeRpmBdb(headers), writeRpmBdb(headers, { byteOrder: 'big', pageBytes: 512, buckets: 8 })]],
    ['ndb', 'Packages.db', [writeRpmNdb(headers, { freeSlots: 3 })]],
    ['sqlite', 'rpmdb.sqlite', [writeRpmSqlite(headers, { sql: rpmIndexTables })]],
  ] as const)('%s %s', (form, name, databases) => {
    const reason = unreadable(form, name);
    it.skipIf(reason !== undefined)(`lists what was written${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
      using scratch = scratchDirectory();
      for (const bytes of databases) expect(listWithRpm(writeDatabase(join(scratch.path, 'db'), name, bytes))).toEqual(expected);
    });
  });
});
