import { describe, expect, it } from 'vitest';
import { rpmHeader, writeRpmBdb, writeRpmNdb, writeRpmSqlite, writeRpmSqliteFiles, type TestRpm } from '../../testing/index.ts';
import { CountedBytes, readAll, type WholeDatabase } from './read-all.fixture.ts';
import type { RpmDatabaseKind } from './read-rpm-database.ts';

// Every damaged database is read to its end: no error, no more reading than a few times its size, and where a record is gone, a fault.
const mutations = process.env['CLAIRCORE_FULL'] === undefined ? 2_000 : 100_000;

/** xorshift32: the same damage in every run. */
function randomSource(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

const installed = Array.from({ length: 24 }, (_, index): TestRpm => ({
  name: `n${index}`,
  version: '1',
  release: `${index}`,
  files: Array.from({ length: index % 6 === 0 ? 60 : 1 }, (__, file) => `/usr/share/n${index}/file${file}`),
}));
const headers = installed.map((each) => rpmHeader(each));
const sample: readonly (readonly [string, RpmDatabaseKind, Uint8Array])[] = [
  ['Berkeley DB', 'bdb', writeRpmBdb(headers, { pageBytes: 512 })],
  ['Berkeley DB, big-endian', 'bdb', writeRpmBdb(headers, { pageBytes: 1024, byteOrder: 'big', buckets: 4 })],
  ['NDB', 'ndb', writeRpmNdb(headers, { freeSlots: 1 })],
  ['SQLite', 'sqlite', writeRpmSqlite(headers, { pageBytes: 512, sql: 'CREATE TABLE other (a); CREATE INDEX i ON other (a);' })],
  ['SQLite, large pages', 'sqlite', writeRpmSqlite(headers, { pageBytes: 4096 })],
];

interface Damage {
  readonly bytes: Uint8Array;
  readonly what: string;
}

const interesting = [0, 1, 2, 0x7f, 0x80, 0xff];

/** A bit flipped, a byte or a word set to what readers stumble over, a stretch of one place put at another, or the end cut off. */
function damage(bytes: Uint8Array, next: () => number): Damage {
  const copy = bytes.slice();
  // Half of the damage is where numbers stand that lead elsewhere.
  const at = next() % 2 === 0 ? next() % bytes.length : Math.floor((next() % bytes.length) / 512) * 512 + (next() % 64);
  const place = Math.min(at, bytes.length - 4);
  const kind = next() % 5;
  if (kind === 0) copy[place] = (copy[place] ?? 0) ^ (1 << (next() % 8));
  else if (kind === 1) copy[place] = interesting[next() % interesting.length] ?? 0;
  else if (kind === 2) new DataView(copy.buffer).setUint32(place, interestingWord(next, bytes.length));
  else if (kind === 3) copy.copyWithin(place, next() % bytes.length, (next() % bytes.length) + 1);
  else return { bytes: copy.subarray(0, place), what: `cut at ${place}` };
  return { bytes: copy, what: `kind ${kind} at ${place}` };
}

function interestingWord(next: () => number, length: number): number {
  return [0, 0xffff_ffff, 0x7fff_ffff, length, length - 1, next() % 64, (next() % 64) * 0x1_0000_00][next() % 7] ?? 0;
}

/** What must not be, in words; undefined where all is well. */
function complaint({ packages, faults }: WholeDatabase, source: CountedBytes): string | undefined {
  // A block of 64 KiB is asked for to read a page of 512 bytes, and pages of headers may each be asked for again.
  if (source.asked > 40 * 65_536 + 400 * source.size) return `${source.asked} bytes read of ${source.size}`;
  return faults.length === 0 && packages.length < installed.length ? 'lost without a word' : undefined;
}

describe('a damaged database', () => {
  it.each(sample)('%s', { timeout: 600_000 }, async (_, kind, bytes) => {
    const whole = await readAll(kind, new CountedBytes(bytes));
    expect([whole.packages.length, whole.faults]).toEqual([installed.length, []]);
    const next = randomSource(0x9e37_79b9);
    let noticed = 0;
    for (let turn = 0; turn < mutations / sample.length; turn += 1) {
      const damaged = damage(bytes, next);
      const source = new CountedBytes(damaged.bytes);
      const left = await readAll(kind, source);
      expect([damaged.what, complaint(left, source)]).toEqual([damaged.what, undefined]);
      if (left.faults.length > 0) noticed += 1;
    }
    // Damage in the middle of a text is nobody's to see, but most is seen: else nothing was tested.
    expect(noticed).toBeGreaterThan(mutations / sample.length / 4);
  });

  it('or log of SQLite leaves at least what the database itself has', { timeout: 600_000 }, async () => {
    const { database, log } = writeRpmSqliteFiles(headers.slice(0, 12), { pageBytes: 512, logged: headers.slice(12) });
    const next = randomSource(7);
    for (let turn = 0; turn < mutations / sample.length; turn += 1) {
      const damaged = damage(log, next);
      const source = new CountedBytes(database);
      const { packages, faults } = await readAll('sqlite', source, { log: new CountedBytes(damaged.bytes) });
      expect([damaged.what, faults]).toEqual([damaged.what, []]);
      expect([12, 24]).toContain(packages.length);
    }
  });
});
