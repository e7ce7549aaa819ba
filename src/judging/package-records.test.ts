import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IndexReport, PackageId } from '../core/index.ts';
import { fakeIndexReport, type FakePackage } from '../testing/fake-matcher-report.ts';
import { indexRecords, packageRecords } from './index.ts';

const runs = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);

/** `name [distribution] [repository]` of each record. */
function linesOf(report: IndexReport): readonly string[] {
  return indexRecords(report).map(({ package: found, distribution, repository }) =>
    [found.name, distribution && `${distribution.did}:${distribution.versionId}`, repository?.name].join(' '),
  );
}

describe('index records', () => {
  it('are one for each package, place and repository of the place', () => {
    const report = fakeIndexReport([
      { name: 'a', version: '1', places: [{ distribution: 'x:1' }, { distribution: 'x:1' }, { repository: 'npm' }] },
      { name: 'b', version: '1' },
    ]);
    expect(linesOf(report).toSorted()).toEqual(['a  npm', 'a x:1 ', 'a x:1 ', 'b  ']);
    const [id = '' as PackageId] = [...report.packages.values()].filter(({ name }) => name === 'a').map((found) => found.id);
    const [place] = report.environments.get(id) ?? [];
    const repositoryIds = [...report.repositories.keys()];
    const both = {
      ...report,
      environments: new Map([[id, place ? [{ ...place, repositoryIds: [...repositoryIds, ...repositoryIds] }] : []]]),
    };
    expect(linesOf(both).toSorted()).toEqual(['a x:1 npm', 'a x:1 npm', 'b  ']);
  });

  it('bear a report that lacks what it names', () => {
    const report = fakeIndexReport([{ name: 'a', version: '1', places: [{ distribution: 'x:1', repository: 'npm' }] }]);
    const [record, ...others] = indexRecords({ ...report, distributions: new Map(), repositories: new Map() });
    expect(others).toEqual([]);
    expect(Object.keys(record ?? {}).sort()).toEqual(['environment', 'package']);
    expect(indexRecords({ ...report, environments: new Map() })).toMatchObject([{ environment: { packageDb: '', repositoryIds: [] } }]);
    expect(indexRecords({ ...report, packages: new Map() })).toEqual([]);
  });

  it('keep a package that an OS package owns, which is not judged by itself', () => {
    const owner = fakeIndexReport([{ name: 'owner', version: '1' }]);
    const [ownedBy = '' as PackageId] = owner.packages.keys();
    const report = fakeIndexReport([
      { name: 'owner', version: '1' },
      { name: 'owned', version: '1', places: [{ repository: 'npm', ownedBy }] },
    ]);
    expect(linesOf(report).toSorted()).toEqual(['owned  npm', 'owner  ']);
    const judged = packageRecords(report).map(({ package: found, records, owners }) => [found.name, records.length, owners.length]);
    expect(judged.toSorted()).toEqual([
      ['owned', 0, 1],
      ['owner', 1, 0],
    ]);
  });

  const place = fc.record({
    distribution: fc.option(fc.constantFrom('x:1', 'y:2'), { nil: undefined }),
    repository: fc.option(fc.constantFrom('npm', 'gem'), { nil: undefined }),
  });
  const packages = fc.uniqueArray(
    fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), version: fc.constantFrom('1', '2'), places: fc.array(place, { maxLength: 3 }) }),
    { selector: ({ name, version }) => `${name} ${version}` },
  );

  it('are in one order, whatever that of the report, and leave it as it is', () => {
    fc.assert(
      fc.property(packages, (drawn) => {
        const fakes = drawn.map(({ places, ...rest }): FakePackage => ({
          ...rest,
          places: places.map(({ distribution, repository }) => ({
            ...(distribution !== undefined && { distribution }),
            ...(repository !== undefined && { repository }),
          })),
        }));
        const report = fakeIndexReport(fakes);
        const before = structuredClone(report);
        const records = indexRecords(report);
        expect(indexRecords(fakeIndexReport(fakes.toReversed()))).toEqual(records);
        expect(report).toEqual(before);
        // counted by hand: a place has at most one repository here, and a package without a place one record all the same
        expect(records.length).toBe(drawn.reduce((sum, { places }) => sum + Math.max(1, places.length), 0));
      }),
      { numRuns: runs },
    );
  });
});
