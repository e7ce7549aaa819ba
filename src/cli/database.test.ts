import { describe, expect, it } from 'vitest';
import { dataDirectory, resolveDatabase } from './database.ts';

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

describe('resolveDatabase', () => {
  it('takes a file as it is', () => {
    expect(resolveDatabase('some/where.db', {})).toEqual({ dataStore: 'sqlite', path: 'some/where.db' });
  });

  it('does not show the password of an address that it cannot take', () => {
    expect(() => resolveDatabase('postgres://user:secret@host/db', {})).toThrow(
      expect.objectContaining({ code: 'USAGE_OPTION', data: expect.objectContaining({ value: 'postgres://…' }) as unknown }),
    );
  });
});
