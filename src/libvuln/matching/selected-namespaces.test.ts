import { describe, expect, it } from 'vitest';
import type { Matcher, Namespace } from '../../contracts/index.ts';
import type { VulnerabilityReport } from '../../core/index.ts';
import { scanFake } from '../../testing/fake-matcher-bench.ts';
import type { FakePackage, FakePlace } from '../../testing/fake-matcher-report.ts';
import { fakeMatcher } from '../../testing/fake-matcher.ts';
import { fakeAdvisory, type FakeRow } from '../../testing/fake-updater.ts';

const namespaceOf = (name: string): Namespace => ({ key: `product:${name}`, scheme: 'integer', repository: { key: 'product', name } });
const [red, blue] = [namespaceOf('red'), namespaceOf('blue')];
const names: Namespace = { key: 'names', scheme: 'integer' };

/** Chooses the products that the records' repositories are of, all if none is known. */
const choosing: Partial<Matcher> = {
  filter: ({ distribution }) => distribution?.did === 'distro',
  query: () => ['package-source-name', 'package-name'],
  namespaces: () => ['product:red'],
  repositoryNames: names.key,
  selectNamespaces(records, { namespaces, namesOf }) {
    const known = records.flatMap(({ repository }) => (repository ? namesOf(repository) : []));
    const products = namespaces.filter(({ repository }) => repository?.key === 'product');
    const isAssumed = known.length === 0;
    return products
      .filter(({ repository }) => isAssumed || known.includes(repository?.name ?? ''))
      .map((namespace) => ({ namespace, notes: isAssumed ? ['repository-assumed'] : [] }));
  },
};

const entry = (repository: string, ...aliases: readonly string[]) =>
  fakeAdvisory(repository, [{ namespace: names, package: repository, kind: 'binary', status: 'not_affected' }], { aliases });

function scan(rows: readonly Partial<FakeRow>[], repositories: readonly (string | undefined)[]): Promise<VulnerabilityReport> {
  const places = repositories.map((repository): FakePlace => ({
    distribution: 'distro:1',
    ...(repository !== undefined && { repository }),
  }));
  const found: FakePackage = { name: 'bin', version: '40', source: 'src 4', places };
  const advisory = fakeAdvisory(
    'CVE-1',
    rows.map((row) => ({ namespace: red, package: 'src', ...row })),
  );
  // A namespace is there while rows stand in it.
  const unrelated = fakeAdvisory('CVE-9', [{ namespace: blue, package: 'unrelated' }]);
  return scanFake({
    feeds: [
      { name: 'feed', namespaces: [red.key, blue.key], advisories: [advisory, unrelated] },
      { name: 'names', namespaces: [names.key], advisories: [entry('r-1', 'red'), entry('b-1', 'blue'), entry('both', 'red', 'blue')] },
    ],
    matchers: [fakeMatcher('distro', choosing)],
    packages: [found],
  });
}

const outcome = ({ verdicts }: VulnerabilityReport): readonly string[] => verdicts.map(({ name, status }) => `${name} ${status}`.trim());

describe('a matcher that chooses namespaces itself', () => {
  it.each<[string, readonly (string | undefined)[], readonly string[]]>([
    ['the product of its repository', ['r-1'], ['CVE-1 affected']],
    ['no other product', ['b-1'], []],
    ['one of two products of a repository', ['both'], ['CVE-1 affected']],
    ['the product of any of its repositories', ['b-1', 'r-1'], ['CVE-1 affected']],
    ['the products that are known, where one of its repositories is not', ['b-1', 'unheard-of'], []],
    ['all products, where none is known', ['unheard-of'], ['CVE-1 affected']],
    ['all products, where it has no repository', [undefined], ['CVE-1 affected']],
  ])('is answered by %s', async (_, repositories, expected) => {
    const report = await scan([{ range: { fixed: '5' } }], repositories);
    expect(outcome(report)).toEqual(expected);
    const isAssumed = repositories.every((one) => one === undefined || one === 'unheard-of');
    expect(report.verdicts.map(({ evidence }) => evidence.notes)).toEqual(
      expected.map(() => (isAssumed ? ['repository-assumed'] : undefined)),
    );
  });

  it('tells one thing once, however many places and repositories a package has', async () => {
    const report = await scan([{ range: { fixed: '5' } }], ['r-1', 'both']);
    expect(report.verdicts).toHaveLength(1);
    expect(report.verdicts[0]?.evidence.sources).toBeUndefined();
  });
});

describe('what a namespace says of a binary by its own name', () => {
  const binary = { package: 'bin', kind: 'binary' as const };
  it.each<[string, readonly Partial<FakeRow>[], readonly string[]]>([
    ['clears it of what is said of its source', [{}, { ...binary, status: 'not_affected' }], ['CVE-1 not_affected']],
    [
      'does not where another namespace affects the source',
      [{ namespace: blue }, { ...binary, status: 'not_affected' }],
      ['CVE-1 affected'],
    ],
    ['does not clear it of what is said of the binary', [{ ...binary }, { ...binary, status: 'not_affected' }], ['CVE-1 affected']],
    ['does not where only the source is cleared', [{ status: 'not_affected' }, { ...binary }], ['CVE-1 affected']],
    ['does not where its version lies outside', [{}, { ...binary, status: 'not_affected', range: { fixed: '30' } }], ['CVE-1 affected']],
  ])('%s', async (_, rows, expected) => {
    expect(outcome(await scan(rows, ['both']))).toEqual(expected);
  });
});
