import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseApkInstalled } from './apk-installed.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);

const musl =
  'C:Q1abc=\nP:musl\nV:1.1.24-r10\nA:x86_64\nS:1\no:musl-src\nF:lib\nR:libc.musl-x86_64.so.1\na:0:0:777\nR:ld-musl-x86_64.so.1\nF:\nR:top\n';

describe('parseApkInstalled', () => {
  it('reads the fields and the files of an entry', () => {
    expect([...parseApkInstalled(`${musl}\n`)]).toEqual([
      {
        name: 'musl',
        version: '1.1.24-r10',
        arch: 'x86_64',
        origin: 'musl-src',
        files: ['lib/libc.musl-x86_64.so.1', 'lib/ld-musl-x86_64.so.1', 'top'],
        line: 1,
        badLines: 0,
      },
    ]);
  });

  it.each([
    ['with an empty line after it', 'P:a\nV:1\n\nP:b\nV:2\n\n'],
    ['without one', 'P:a\nV:1\n\nP:b\nV:2\n'],
    ['without even a line feed', 'P:a\nV:1\n\nP:b\nV:2'],
    ['with carriage returns', 'P:a\r\nV:1\r\n\r\nP:b\r\nV:2\r\n'],
    ['after several empty lines', '\n\nP:a\nV:1\n\n\n\nP:b\nV:2'],
  ])('counts the last entry %s', (_, text) => {
    expect([...parseApkInstalled(text)].map(({ name, version }) => [name, version])).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
  });

  it('counts short lines, lines of no field, and a second name', () => {
    const [entry] = [...parseApkInstalled('P\nP:a\n?\nnonsense\nP:b\nV:1')];
    expect([entry?.name, entry?.version, entry?.badLines]).toEqual(['a', '1', 4]);
  });

  it('reads a text cut anywhere without throwing, and never invents an entry', () => {
    const whole = `${musl}\n${musl.replaceAll('musl', 'other')}`;
    for (let length = 0; length <= whole.length; length++)
      expect([...parseApkInstalled(whole.slice(0, length))].length).toBeLessThanOrEqual(2);
    fc.assert(
      fc.property(fc.string(), (text) => void [...parseApkInstalled(text)]),
      { numRuns },
    );
  });
});
