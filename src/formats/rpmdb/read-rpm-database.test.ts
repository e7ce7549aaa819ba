import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rpmHeader, writeRpmBdb, writeRpmNdb, writeRpmSqlite, writeRpmSqliteFiles, type TestRpm } from '../../testing/index.ts';
import { detectRpmDatabase, readRpmDatabase, type RpmDatabaseKind } from './read-rpm-database.ts';
import { CountedBytes, readAll, type WholeDatabase } from './read-all.fixture.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 60);
const shared = '../shared/fixtures/rpmdb';
const namesOf = ({ packages }: WholeDatabase): readonly string[] =>
  packages
    .toSorted((a, b) => a.number - b.number)
    .map(({ number, name, epoch, version, release, arch }) => `${number} ${name} ${epoch ?? ''} ${version} ${release} ${arch}`);
const reasonsOf = ({ faults }: WholeDatabase): readonly string[] => faults.map(({ reason }) => reason);

describe.skipIf(!existsSync(shared))(`real databases${existsSync(shared) ? '' : ` (skipped: needs ${shared})`}`, () => {
  it.each([
    ['sqlite', 'sqlite/rpmdb.sqlite', 129],
    ['ndb', 'ndb/Packages.db', 35],
    ['bdb', 'bdb/Packages', 1],
  ] as const)('%s gives just what stands beside it', async (kind, path, count) => {
    const file = openSync(`${shared}/${path}`, 'r');
    const source = {
      size: fstatSync(file).size,
      read: (offset: number, length: number) => {
        const bytes = new Uint8Array(length);
        return Promise.resolve(bytes.subarray(0, readSync(file, bytes, 0, length, offset)));
      },
    };
    const whole = await readAll(kind, source);
    expect(detectRpmDatabase(await source.read(0, 16))).toBe(kind);
    closeSync(file);
    const expected = readFileSync(`${shared}/${path.slice(0, path.indexOf('/'))}/expected.tsv`, 'utf8')
      .trimEnd()
      .split('\n');
    const listed = whole.packages
      .filter(({ name }) => name !== 'gpg-pubkey')
      .map(({ name, epoch = '', version, release, arch, sourceRpm }) => [name, epoch, version, release, arch, sourceRpm].join('\t'));
    expect(listed.sort()).toEqual(expected.sort());
    expect(listed).toHaveLength(count);
    expect(whole.faults).toEqual([]);
    // All of them are signed by their vendor, and have a digest of what is packed.
    for (const { name, signingKey, payloadDigest } of whole.packages.filter((found) => found.name !== 'gpg-pubkey')) {
      expect([name, signingKey, payloadDigest]).toEqual([
        name,
        expect.stringMatching(/^[0-9a-f]{16}$/),
        expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      ]);
    }
  });
});

const word = fc.stringMatching(/^[a-z0-9][a-z0-9+._]{0,20}$/);
const testRpm: fc.Arbitrary<TestRpm> = fc.record(
  {
    name: word,
    version: word,
    release: word,
    epoch: fc.nat({ max: 4_000_000_000 }),
    arch: fc.constantFrom('noarch', 'x86_64'),
    files: fc.array(fc.constantFrom('/usr/bin/a', '/usr/lib/b', '/c'), { maxLength: 400 }),
  },
  { requiredKeys: ['name', 'version', 'release'] },
);
const expectedOf = (installed: readonly TestRpm[]): readonly string[] =>
  installed.map(
    ({ name, epoch = '', version, release, arch = 'x86_64' }, index) => `${index + 1} ${name} ${epoch} ${version} ${release} ${arch}`,
  );
const pageBytes = fc.constantFrom(512, 1024, 4096, 65_536);

describe('what is written is what is read', () => {
  const readBack = async (kind: RpmDatabaseKind, bytes: Uint8Array): Promise<readonly unknown[]> => {
    const whole = await readAll(kind, new CountedBytes(bytes));
    return [detectRpmDatabase(bytes.subarray(0, 16)), reasonsOf(whole), namesOf(whole)];
  };
  const headersOf = (installed: readonly TestRpm[]): readonly Uint8Array[] =>
    installed.map((each, index) => rpmHeader(each, { region: index % 5 !== 4, oldFileNames: index % 7 === 6 }));

  it('Berkeley DB, either byte order, any page size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(testRpm, { maxLength: 40 }),
        fc.record({ byteOrder: fc.constantFrom('little', 'big'), pageBytes, buckets: fc.constantFrom(1, 2, 8) }),
        async (installed, options) => {
          expect(await readBack('bdb', writeRpmBdb(headersOf(installed), options))).toEqual(['bdb', [], expectedOf(installed)]);
        },
      ),
      { numRuns },
    );
  });

  it('rpm’s own form, slots in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(testRpm, { maxLength: 40 }),
        fc.nat({ max: 9 }),
        fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
        async (installed, freeSlots, keys) => {
          const slotOrder = installed
            .map((_, index) => ({ index, key: keys[index] ?? 0 }))
            .toSorted((a, b) => a.key - b.key)
            .map(({ index }) => index);
          const bytes = writeRpmNdb(headersOf(installed), { slotOrder, freeSlots });
          expect(await readBack('ndb', bytes)).toEqual(['ndb', [], expectedOf(installed)]);
        },
      ),
      { numRuns },
    );
  });

  it('SQLite, any page size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(testRpm, { maxLength: 40 }), pageBytes, async (installed, size) => {
        const bytes = writeRpmSqlite(headersOf(installed), { pageBytes: size });
        expect(await readBack('sqlite', bytes)).toEqual(['sqlite', [], expectedOf(installed)]);
      }),
      { numRuns: Math.ceil(numRuns / 4) },
    );
  });
});

describe('SQLite', () => {
  const many = Array.from({ length: 300 }, (_, index): TestRpm => ({ name: `n${index}`, version: '1', release: `${index}` }));
  const headers = many.map((each) => rpmHeader(each));
  const wrong = 'two tables have one page';

  it('reads what stands in the log only, up to the last whole transaction', async () => {
    const { database, log } = writeRpmSqliteFiles(headers.slice(0, 200), { logged: headers.slice(200) });
    expect(namesOf(await readAll('sqlite', new CountedBytes(database)))).toEqual(expectedOf(many.slice(0, 200)));
    const whole = await readAll('sqlite', new CountedBytes(database), { log: new CountedBytes(log) });
    expect(namesOf(whole)).toEqual(expectedOf(many));
    expect(whole.faults).toEqual([]);
    // One transaction: without its last frame it does not count.
    const cut = await readAll('sqlite', new CountedBytes(database), { log: new CountedBytes(log.subarray(0, -1)) });
    expect(namesOf(cut)).toEqual(expectedOf(many.slice(0, 200)));
    // A damaged frame ends the log.
    const flipped = log.slice();
    flipped[32 + 24 + 100] = (flipped[32 + 24 + 100] ?? 0) ^ 1;
    expect(namesOf(await readAll('sqlite', new CountedBytes(database), { log: new CountedBytes(flipped) }))).toHaveLength(200);
  });

  it.each([
    ['an empty log', new Uint8Array()],
    ['a log of zeros', new Uint8Array(10_000)],
    ['a log that is none', new TextEncoder().encode('no log at all'.repeat(100))],
  ])('passes over %s', async (_, log) => {
    const whole = await readAll('sqlite', new CountedBytes(writeRpmSqlite(headers)), { log: new CountedBytes(log) });
    expect(namesOf(whole)).toHaveLength(300);
    expect(whole.faults).toEqual([]);
  });

  it('runs no SQL of the file: triggers, views and indexes are bytes', async () => {
    const sql = `CREATE TABLE other (a, b); CREATE VIEW all_packages AS SELECT * FROM Packages;
      CREATE TRIGGER t AFTER INSERT ON Packages BEGIN INSERT INTO other VALUES (1, 2); END; CREATE INDEX i ON other (a);`;
    const whole = await readAll('sqlite', new CountedBytes(writeRpmSqlite(headers, { sql })));
    expect(namesOf(whole)).toEqual(expectedOf(many));
    expect(whole.faults).toEqual([]);
  });

  it('keeps what is left after rows were deleted', async () => {
    const gone = 'CREATE TRIGGER t AFTER INSERT ON Packages BEGIN DELETE FROM Packages WHERE hnum = new.hnum - 1; END;';
    const whole = await readAll('sqlite', new CountedBytes(writeRpmSqlite(headers, { sql: gone })));
    expect(namesOf(whole)).toEqual(expectedOf(many).slice(-1));
    expect(whole.faults).toEqual([]);
  });

  it.each([
    ['a view of the name', 'ALTER TABLE Packages RENAME TO p; CREATE VIEW Packages AS SELECT 1;'],
    ['no such table', 'ALTER TABLE Packages RENAME TO p;'],
    ['a table without row ids', 'DROP TABLE Packages; CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob) WITHOUT ROWID;'],
  ])('says so of %s', async (_, sql) => {
    const whole = await readAll('sqlite', new CountedBytes(writeRpmSqlite([], { sql })));
    expect(whole.packages).toEqual([]);
    expect(whole.faults.length).toBeGreaterThan(0);
  });

  it('says so where a schema names one page for two tables', async () => {
    const bytes = writeRpmSqlite(headers.slice(0, 3), { sql: 'CREATE TABLE other (a);' });
    const clean = await readAll('sqlite', new CountedBytes(bytes));
    expect(reasonsOf(clean)).toEqual([]);
    // The root page is the byte before the SQL text of the row.
    const text = Buffer.from(bytes.buffer, bytes.byteOffset).indexOf('CREATE TABLE other');
    const copy = bytes.slice();
    copy[text - 1] = 2;
    expect(reasonsOf(await readAll('sqlite', new CountedBytes(copy)))).toContain(wrong);
  });
});

describe('what is claimed of lengths and counts', () => {
  const big = rpmHeader({
    name: 'big',
    version: '1',
    release: '1',
    files: Array.from({ length: 2000 }, (_, index) => `/usr/share/big/${index}`),
  });
  const small = rpmHeader({ name: 'small', version: '1', release: '1' });
  /** The bytes with a number put where that pattern of bytes is found. */
  const patched = (bytes: Uint8Array, pattern: Uint8Array, value: number, littleEndian: boolean): Uint8Array => {
    const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(pattern);
    expect(at).toBeGreaterThan(0);
    const copy = bytes.slice();
    new DataView(copy.buffer).setUint32(at + pattern.length - 4, value, littleEndian);
    return copy;
  };
  const little = (...values: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);

  it('a header of 2 GiB in Berkeley DB is a fault of its own; nothing of that size is asked for', async () => {
    const bytes = patched(writeRpmBdb([big, small]), little(big.length), 0x7fff_ffff, true);
    const source = new CountedBytes(bytes);
    const whole = await readAll('bdb', source);
    expect(namesOf(whole)).toEqual(['2 small  1 1 x86_64']);
    expect(reasonsOf(whole)).toEqual(['a header is longer than is read', 'a page belongs to no header']);
    expect(source.asked).toBeLessThan(2 ** 20);
  });

  it('a header of 2 GiB in rpm’s own form likewise', async () => {
    const bytes = writeRpmNdb([big, small]);
    const copy = bytes.slice();
    new DataView(copy.buffer).setUint32(32 + 12, 0x0800_0000, true);
    const whole = await readAll('ndb', new CountedBytes(copy));
    expect(namesOf(whole)).toEqual(['2 small  1 1 x86_64']);
    expect(reasonsOf(whole)).toContain('a header is longer than is read');
  });

  it('a header beyond the limit in SQLite likewise', async () => {
    const source = new CountedBytes(writeRpmSqlite([big, small]));
    const whole = await readAll('sqlite', source, { limits: { headerBytes: 4096 } });
    expect(namesOf(whole)).toEqual(['2 small  1 1 x86_64']);
    expect(reasonsOf(whole)).toEqual(['a header is longer than is read']);
  });

  it('pages of a header that lead in a circle end', async () => {
    const bytes = writeRpmBdb([big, small], { pageBytes: 512 });
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    // Every overflow page leads to itself.
    for (let page = 1; page * 512 < bytes.length; page += 1) if (bytes[page * 512 + 25] === 7) view.setUint32(page * 512 + 16, page, true);
    const source = new CountedBytes(bytes);
    const whole = await readAll('bdb', source);
    expect(whole.packages.filter(({ name }) => name === 'small')).toHaveLength(1);
    expect(source.asked).toBeLessThan(64 * bytes.length + 2 ** 20);
  });

  it.each(['bdb', 'ndb', 'sqlite'] as const)('%s: no more records and faults than the limits say', async (kind) => {
    const headers = Array.from({ length: 50 }, () => small);
    const bytes = { bdb: writeRpmBdb, ndb: writeRpmNdb, sqlite: writeRpmSqlite }[kind](headers);
    const whole = await readAll(kind, new CountedBytes(bytes), { limits: { records: 10 } });
    expect(whole.packages).toHaveLength(10);
    expect(reasonsOf(whole)).toEqual(['the database has more records than are read']);
    const tooLong = await readAll(kind, new CountedBytes(bytes), { limits: { headerBytes: 10, faults: 7 } });
    expect(tooLong.packages).toHaveLength(kind === 'bdb' ? tooLong.packages.length : 0);
    expect(tooLong.faults.length).toBeLessThanOrEqual(8);
  });

  it.each([
    ['bdb', 'a page is of a kind that a hash database does not have'],
    ['ndb', 'the file ends before its slots do'],
    ['sqlite', 'the file ends before its last page'],
  ] as const)('%s: a file that is not as long as it says is a fault', async (kind, reason) => {
    const bytes = { bdb: writeRpmBdb, ndb: writeRpmNdb, sqlite: writeRpmSqlite }[kind]([small, big]);
    const half = bytes.subarray(0, kind === 'ndb' ? 2000 : Math.floor(bytes.length / 8192) * 4096);
    const whole = await readAll(kind, new CountedBytes(half));
    expect(reasonsOf(whole).some((each) => each === reason || each.startsWith('the file ends'))).toBe(true);
  });

  it('a database stays open no longer than its reader wants', async () => {
    const source = new CountedBytes(writeRpmSqlite(Array.from({ length: 500 }, () => big)));
    for await (const item of readRpmDatabase('sqlite', source)) {
      expect(item.kind).toBe('record');
      break;
    }
    expect(source.asked).toBeLessThan(source.size / 4);
  });
});

describe('detectRpmDatabase', () => {
  it.each([
    ['', undefined],
    ['Package: demo\nVersion: 1.0\n', undefined],
    ['SQLite format 3', undefined],
    ['SQLite format 3\0', 'sqlite'],
    ['RpmP', 'ndb'],
    ['RpmX', undefined],
  ] as const)('%j: %s', (text, kind) => {
    expect(detectRpmDatabase(new TextEncoder().encode(text))).toBe(kind);
  });
});
