import { describe, expect, it } from 'vitest';
import { definePlugin, defineUpdaterSet, type Ecosystem, type UpdaterSet, type Want } from '../contracts/index.ts';
import { selectUpdaterSets } from './updater-sets.ts';
import { unionWants } from './union-wants.ts';

const header = { type: 'file', size: 1, mode: 0o644 } as const;

function ecosystemThatWants(id: string, want: (path: string, peek?: Uint8Array) => Want): Ecosystem {
  const scanner = {
    name: id,
    version: 1,
    kind: 'package',
    wants: (path: string, _header: unknown, peek?: Uint8Array) => want(path, peek),
    scan: () => ({}),
  } as const;
  return { id, packageScanners: [scanner], distributionScanners: [], repositoryScanners: [] };
}

describe('unionWants', () => {
  const all = unionWants([
    ecosystemThatWants('peeks', (path, peek) => (peek === undefined && path !== 'none' ? 'peek' : 'no')),
    ecosystemThatWants('reads', (path) => (path === 'status' || path === 'db' ? 'bytes' : 'no')),
    ecosystemThatWants('seeks', (path) => (path === 'db' ? 'file' : 'no')),
  ]);

  it.each<readonly [string, Want]>([
    ['none', 'no'],
    ['binary', 'peek'],
    ['status', 'bytes'],
    ['db', 'file'],
  ])('of %s is %s', (path, want) => {
    expect(all(path, header)).toBe(want);
  });

  it('passes on what was peeked', () => {
    expect(all('binary', header, new Uint8Array(4))).toBe('no');
  });
});

describe('selectUpdaterSets', () => {
  const set = (id: string): UpdaterSet =>
    defineUpdaterSet({ id, serves: () => true, expected: () => [], discover: () => Promise.resolve([]) });
  const from = [
    definePlugin({ id: 'debian', version: 1, needs: [], updaterSets: [set('tracker'), set('osv')] }),
    definePlugin({ id: 'npm', version: 1, needs: [] }),
    definePlugin({ id: 'alpine', version: 1, needs: [], updaterSets: [set('secdb'), set('osv')] }),
  ];
  const ids = (...choices: Parameters<typeof selectUpdaterSets>[0] & {}): string[] => selectUpdaterSets(choices, from).map(({ id }) => id);

  it('takes the first of each plugin', () => {
    expect(ids()).toEqual(['tracker', 'secdb']);
  });

  it('puts another in its place, never beside it', () => {
    expect(ids({ distribution: 'debian', feed: 'osv' })).toEqual(['osv', 'secdb']);
  });

  it('tells feeds of one name apart by their plugins', () => {
    const both = (['debian', 'alpine'] as const).map((distribution) => ({ distribution, feed: 'osv' }));
    expect(ids(...both)).toEqual(['debian-osv', 'alpine-osv']);
  });

  it.each([
    [{ distribution: 'debian', feed: 'nvd' }, ['tracker', 'osv']],
    [{ distribution: 'npm', feed: 'osv' }, ['debian', 'alpine']],
    [{ distribution: 'windows', feed: 'osv' }, ['debian', 'alpine']],
  ])('refuses %j and says what there is', (choice, expected) => {
    expect(() => ids(choice)).toThrow(
      expect.objectContaining({ code: 'USAGE_OPTION', data: expect.objectContaining({ expected }) as unknown }),
    );
  });
});
