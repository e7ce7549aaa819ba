import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  dockerArchive,
  encodeRpmHeader,
  LayerBuilder,
  rpmHeader,
  writeArchive,
  writeRpmBdb,
  writeRpmNdb,
  writeRpmSqlite,
  writeRpmSqliteFiles,
  type RpmHeaderEntry,
} from '../../src/testing/index.ts';
import { concatBytes } from '../../src/testing/layer-builder.ts';
import { judgeImages } from '../support/run-damage.ts';
import { scratchDirectory } from '../support/shared-data.ts';
import { packageJson } from '../support/small-image.ts';

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;
const MiB = 1024 ** 2;
const bdb = 'var/lib/rpm/Packages';
const ndb = 'usr/lib/sysimage/rpm/Packages.db';
const sqlite = 'usr/lib/sysimage/rpm/rpmdb.sqlite';
const good = rpmHeader('good-1-1.noarch');
const big = rpmHeader({
  name: 'big',
  version: '1',
  release: '1',
  files: Array.from({ length: 3000 }, (_, index) => `/usr/share/big/${index}`),
});
const goodAt = (path: string): string => `good@1-1\t/${path}`;
const damaged = 'PACKAGE_DATABASE_DAMAGED';

interface Hostile {
  readonly name: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** What is found all the same; the rest may be anything. */
  readonly finds?: string;
  readonly says: string;
}

/** The database with what a writer would not write. */
function changed(bytes: Uint8Array, change: (view: DataView, copy: Uint8Array) => void): Uint8Array {
  const copy = bytes.slice();
  change(new DataView(copy.buffer), copy);
  return copy;
}

/** NDB: a file of zeros of that size, all of whose slots name one and the same great header. */
function oneBlobOften(size: number, slots: number): Uint8Array {
  const whole = new Uint8Array(size);
  whole.set(writeRpmNdb([good]).subarray(0, 32));
  const view = new DataView(whole.buffer);
  view.setUint32(12, Math.ceil((32 + 16 * slots) / 4096), true);
  for (let slot = 0; slot < slots; slot += 1) {
    view.setUint32(32 + 16 * slot, 0x746f_6c53, true);
    view.setUint32(36 + 16 * slot, slot + 1, true);
    view.setUint32(44 + 16 * slot, (16 * MiB) / 16, true);
  }
  return whole;
}

/** Every overflow page leads to the first one. */
const loopingBdb = changed(writeRpmBdb([big, big, good], { pageBytes: 512 }), (view, copy) => {
  const pages = Array.from({ length: copy.length / 512 }, (_, page) => page).filter((page) => copy[page * 512 + 25] === 7);
  for (const page of pages) view.setUint32(page * 512 + 16, pages[0] ?? 0, true);
});

/** Every interior page of the table has itself as its last child. */
const loopingSqlite = changed(
  writeRpmSqlite(
    Array.from({ length: 2000 }, () => good),
    { pageBytes: 512 },
  ),
  (view, copy) => {
    for (let page = 1; page * 512 < copy.length; page += 1) if (copy[page * 512] === 5) view.setUint32(page * 512 + 8, page + 1);
  },
);

/** A directory of 4,000 letters, and as many files in it as one header may hold: 8 GiB of paths. */
const manyPaths = ((): Uint8Array => {
  const count = 2_000_000;
  const entries: RpmHeaderEntry[] = [
    [1000, 'string', ['paths']],
    [1001, 'string', ['1']],
    [1117, 'string-array', Array.from({ length: count }, () => 'f')],
    [1118, 'string-array', [`/${'d'.repeat(4000)}/`]],
  ];
  const header = encodeRpmHeader([], [...entries, [1116, 'int32', Array.from({ length: count }, () => 0)]]);
  return writeRpmNdb([header, good]);
})();

const { database, log } = writeRpmSqliteFiles([good], { logged: Array.from({ length: 300 }, () => good) });

const cases: readonly Hostile[] = [
  { name: 'Berkeley DB: pages of headers in a circle', files: { [bdb]: loopingBdb }, finds: goodAt(bdb), says: damaged },
  { name: 'SQLite: pages of the table in a circle', files: { [sqlite]: loopingSqlite }, finds: goodAt(sqlite), says: damaged },
  { name: 'rpm’s own form: one header of 16 MiB, 3,000 times', files: { [ndb]: oneBlobOften(40 * MiB, 3000) }, says: damaged },
  {
    name: 'rpm’s own form: 4 G pages of slots',
    files: { [ndb]: changed(writeRpmNdb([good]), (view) => view.setUint32(12, 0xffff_ffff, true)) },
    finds: goodAt(ndb),
    says: damaged,
  },
  {
    name: 'SQLite: 4 G pages',
    files: { [sqlite]: changed(writeRpmSqlite([good]), (view) => view.setUint32(28, 0xffff_ffff)) },
    finds: goodAt(sqlite),
    says: damaged,
  },
  {
    name: 'Berkeley DB: 4 G buckets',
    files: { [bdb]: changed(writeRpmBdb([good]), (view) => view.setUint32(72, 0xffff_ffff, true)) },
    finds: goodAt(bdb),
    says: damaged,
  },
  {
    name: 'more records than are read',
    files: { [ndb]: writeRpmNdb(Array.from({ length: 40_000 }, () => good)) },
    finds: goodAt(ndb),
    says: damaged,
  },
  { name: '8 GiB of owned paths in one header', files: { [ndb]: manyPaths }, finds: goodAt(ndb), says: 'PACKAGE_FILES_CUT' },
  {
    name: 'a write-ahead log that is cut in the middle of a page, beside a database that is cut in its first',
    files: { [sqlite]: database.subarray(0, 1000), [`${sqlite}-wal`]: log.subarray(0, log.length - 3000) },
    says: damaged,
  },
  { name: 'a database of another form under the name', files: { [bdb]: writeRpmSqlite([good]).subarray(0, 4096) }, says: damaged },
  { name: 'no database under the name', files: { [bdb]: concatBytes(new Uint8Array(MiB), good) }, says: 'PACKAGE_DATABASE_FOREIGN' },
];

// The collector gives back late what one image took: those that need much are each judged in a process of their own.
const isLarge = ({ files }: Hostile): boolean => Object.values(files).some((bytes) => bytes.length > 4 * MiB);
const groups = [cases.filter((each) => !isLarge(each)), ...(isFull ? cases.filter(isLarge).map((each) => [each]) : [])];

describe('hostile rpm databases', () => {
  it.each(groups.map((group) => [group.length === 1 ? (group[0]?.name ?? '') : `${group.length} small ones`, group] as const))(
    'give a report with a diagnostic, and what is whole, within the memory of any image: %s',
    { timeout: 120_000 },
    async (_, group) => {
      using scratch = scratchDirectory();
      const jobs = group.map(({ files }, index) => {
        const builder = new LayerBuilder().file('app/node_modules/ok/package.json', packageJson('ok'));
        for (const [path, bytes] of Object.entries(files)) builder.file(path, bytes);
        const reference = join(scratch.path, `${index}.tar`);
        return { reference: writeArchive(reference, dockerArchive([{ layers: [{ tar: builder.build(), compression: 'gzip' }] }])) };
      });
      const outcomes = await judgeImages(scratch.path, jobs, 100_000);
      expect(outcomes).toHaveLength(group.length);
      for (const [index, { name, finds, says }] of group.entries()) {
        const { code, places = [], diagnostics = [] } = outcomes[index] ?? {};
        expect([name, code, places.includes('ok@1.0.0\t/app/node_modules/ok/package.json')]).toEqual([name, '', true]);
        expect([name, diagnostics.includes(says)]).toEqual([name, true]);
        if (finds !== undefined) expect([name, places.includes(finds)]).toEqual([name, true]);
      }
    },
  );
});
