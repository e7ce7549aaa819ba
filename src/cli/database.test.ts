import { describe, expect, it } from 'vitest';
import { advisoryDatabase, dataDirectory, indexDatabase } from './database.ts';

describe.skipIf(process.platform === 'win32')('dataDirectory', () => {
  it.each<readonly [NodeJS.Platform, Readonly<Record<string, string>>, string]>([
    ['linux', {}, '/home/a/.local/share'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/a/.local/share'],
    ['linux', { XDG_DATA_HOME: '' }, '/home/a/.local/share'],
    ['darwin', {}, '/home/a/Library/Application Support'],
    ['darwin', { XDG_DATA_HOME: '/data' }, '/data'],
    ['freebsd', {}, '/home/a/.local/share'],
  ])('on %s with %j', (platform, environment, expected) => {
    expect(dataDirectory(platform, environment, '/home/a')).toBe(expected);
  });
});

describe('the databases', () => {
  it('are a file and the one beside it', () => {
    const file = { dataStore: 'sqlite', path: 'some/where.db' };
    expect(advisoryDatabase({ db: 'some/where.db' }, {})).toEqual(file);
    expect(indexDatabase({ db: 'some/where.db' }, {})).toEqual(file);
  });

  it.each(['postgres://user:secret@host/db', 'postgresql://host', 'POSTGRES://host'])('are in PostgreSQL at %s', (db) => {
    const there = { dataStore: 'postgres', connectionString: db.replace('POSTGRES', 'postgres') };
    expect(advisoryDatabase({ db }, {})).toEqual(there);
    expect(indexDatabase({ db }, {})).toEqual(there);
  });

  it('may be two: a file is then just the file that was named', () => {
    expect(indexDatabase({ db: 'postgres://host', indexDb: 'results.db' }, {})).toEqual({
      dataStore: 'sqlite',
      path: 'results.db',
      indexPath: 'results.db',
    });
    expect(indexDatabase({ db: 'advisories.db', indexDb: 'postgres://host' }, {})).toEqual({
      dataStore: 'postgres',
      connectionString: 'postgres://host',
    });
    expect(advisoryDatabase({ db: 'advisories.db', indexDb: 'postgres://host' }, {})).toEqual({
      dataStore: 'sqlite',
      path: 'advisories.db',
    });
  });

  it.each([
    ['--db', () => advisoryDatabase({ db: 'mysql://user:secret@host/db' }, {})],
    ['--index-db', () => indexDatabase({ indexDb: 'mysql://user:secret@host/db' }, {})],
  ])('%s does not show the password of an address that it cannot take', (option, resolve) => {
    const data = { option, value: 'mysql://…', expected: ['a file', 'postgres://…'] };
    expect(resolve).toThrow(expect.objectContaining({ code: 'USAGE_OPTION', data }));
  });
});
