import { describe, expect, it } from 'vitest';
import type { Namespace } from '../../contracts/index.ts';
import type { Verdict, VulnerabilityReport } from '../../core/index.ts';
import { scanFake, type BenchOptions } from '../../testing/fake-matcher-bench.ts';
import { fakePackage, type FakePackage } from '../../testing/fake-matcher-report.ts';
import { fakeSchemes, integerScheme } from '../../testing/fake-matcher-scheme.ts';
import { fakeMatcher } from '../../testing/fake-matcher.ts';
import { fakeAdvisory, type FakeRow } from '../../testing/fake-updater.ts';

const distro: Namespace = { key: 'distro:1', scheme: 'integer', distribution: { did: 'distro', versionId: '1' } };
const other: Namespace = { key: 'distro:2', scheme: 'integer', distribution: { did: 'distro', versionId: '2' } };
const matcher = fakeMatcher('distro');
const inDistro = [{ distribution: 'distro:1' }];
const pkg: FakePackage = { name: 'bin', version: '40', source: 'src 4', places: inDistro };

type Row = Partial<FakeRow>;

/** Scans one package against rows of one advisory of `distro:1`. */
function scanRows(rows: readonly Row[], found: FakePackage = pkg, rest: Partial<BenchOptions> = {}): Promise<VulnerabilityReport> {
  const advisory = fakeAdvisory(
    'CVE-1',
    rows.map((row) => ({ namespace: distro, package: 'src', ...row })),
    { aliases: ['X-1'] },
  );
  return scanFake({
    feeds: [{ name: 'feed', namespaces: [distro.key], advisories: [advisory] }],
    matchers: [matcher],
    packages: [found],
    ...rest,
  });
}

function outcome({ verdicts }: VulnerabilityReport): readonly string[] {
  return verdicts.map((verdict) => `${verdict.name} ${verdict.status === 'unknown' ? verdict.reason : verdict.status}`.trim());
}

function evidence({ verdicts }: VulnerabilityReport): Verdict['evidence'] | undefined {
  return verdicts[0]?.evidence;
}

describe('one row', () => {
  it.each<[string, Row, string, readonly string[], string | undefined]>([
    ['below the fix', { range: { fixed: '5' } }, '4', ['CVE-1 affected'], '4 < 5'],
    ['at the fix', { range: { fixed: '5' } }, '5', [], undefined],
    ['above the fix', { range: { fixed: '5' } }, '6', [], undefined],
    ['below the start', { range: { introduced: '3', fixed: '5' } }, '2', [], undefined],
    ['at the start', { range: { introduced: '3', fixed: '5' } }, '3', ['CVE-1 affected'], '3 >= 3, 3 < 5'],
    ['at the last affected', { range: { lastAffected: '5' } }, '5', ['CVE-1 affected'], '5 <= 5'],
    ['above the last affected', { range: { introduced: '1', lastAffected: '5' } }, '6', [], undefined],
    ['only a start', { range: { introduced: '3' } }, '7', ['CVE-1 affected'], '7 >= 3'],
    ['no fix', {}, '7', ['CVE-1 affected'], undefined],
    ['no fix, version unreadable', {}, 'odd', ['CVE-1 affected'], undefined],
    ['never affected', { status: 'not_affected' }, '7', ['CVE-1 not_affected'], undefined],
    ['never affected, version unreadable', { status: 'not_affected' }, 'odd', ['CVE-1 not_affected'], undefined],
    ['not affected in a range', { status: 'not_affected', range: { fixed: '5' } }, '4', ['CVE-1 not_affected'], '4 < 5'],
    ['not affected in a range, outside it', { status: 'not_affected', range: { fixed: '5' } }, '6', [], undefined],
    ['undetermined', { status: 'undetermined' }, '7', ['CVE-1 vendor-undetermined'], undefined],
    ['undetermined, outside', { status: 'undetermined', range: { fixed: '5' } }, '6', [], undefined],
    ['version unreadable', { range: { fixed: '5' } }, 'odd', ['CVE-1 version-unparsable'], undefined],
    ['version empty', { range: { fixed: '5' } }, '', ['CVE-1 version-unparsable'], undefined],
    ['advisory unreadable', { range: { fixed: 'odd' } }, '4', ['CVE-1 advisory-version-unparsable'], undefined],
    ['start unreadable', { range: { introduced: 'odd', fixed: '5' } }, '4', ['CVE-1 advisory-version-unparsable'], undefined],
    ['both unreadable', { range: { fixed: 'odd' } }, 'odd', ['CVE-1 version-unparsable'], undefined],
    ['installed without a key, below', { range: { fixed: '990' } }, '950', ['CVE-1 affected'], '950 < 990'],
    ['installed without a key, above', { range: { fixed: '940' } }, '950', [], undefined],
    ['fix without a key, below', { range: { fixed: '950' } }, '4', ['CVE-1 affected'], '4 < 950'],
    ['start without a key', { range: { introduced: '950' } }, '4', [], undefined],
  ])('%s', async (_, row, version, expected, comparison) => {
    const report = await scanRows([row], { ...pkg, source: `src ${version}`.trimEnd() });
    expect(outcome(report)).toEqual(expected);
    expect(evidence(report)?.comparison).toBe(comparison);
    expect(report.coverage.complete).toBe(!expected.some((text) => /unparsable|undetermined/.test(text)));
  });

  it('shows all that is needed to check it', async () => {
    const report = await scanRows([{ range: { introduced: '2', fixed: '5' }, pointer: '/p' }]);
    expect(evidence(report)).toEqual({
      updater: 'feed',
      operation: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
      record: { url: 'https://feeds.example/feed.json', pointer: '/p' },
      namespace: 'distro:1',
      scheme: 'integer',
      subject: 'source src',
      installed: '4',
      introduced: '2',
      fixed: '5',
      comparison: '4 >= 2, 4 < 5',
      aliases: ['X-1'],
    });
  });

  it('is a vulnerability of the report, with its texts', async () => {
    const report = await scanRows([{ range: { fixed: '5' }, severity: 'urgent', normalizedSeverity: 'High' }]);
    const [vulnerability] = report.vulnerabilities.values();
    expect(vulnerability).toMatchObject({
      updater: 'feed',
      name: 'CVE-1',
      aliases: ['X-1'],
      description: 'about CVE-1',
      links: ['https://advisories.example/CVE-1'],
      severity: 'urgent',
      normalizedSeverity: 'High',
      package: { name: 'src', kind: 'source', module: '', arch: '', archOperation: '' },
      distribution: { did: 'distro', versionId: '1', name: '' },
      range: { fixed: '5' },
      fixState: 'fixed',
    });
    expect(vulnerability).not.toHaveProperty('repository');
    expect([...report.packageVulnerabilities]).toEqual([[fakePackage(pkg).id, [vulnerability?.id]]]);
    expect(report.verdicts).toMatchObject([{ status: 'affected', vulnerabilityId: vulnerability?.id, packageId: fakePackage(pkg).id }]);
    expect(report.createdAt).toBe('2024-05-01T00:00:00.000Z');
  });

  it('is read without texts where they are not wanted', async () => {
    const report = await scanRows([{}], pkg, { scan: { texts: false } });
    expect([...report.vulnerabilities.values()]).toMatchObject([{ description: '', links: [] }]);
  });
});

describe('source and binary packages', () => {
  const both = fakeMatcher('distro', {
    query: () => ['package-source-name', 'package-name', 'distribution-did', 'distribution-version-id'],
  });
  const binaryOnly = fakeMatcher('distro', { query: () => ['package-name', 'distribution-did', 'distribution-version-id'] });
  const neither = fakeMatcher('distro', { query: () => ['distribution-did', 'distribution-version-id'] });

  it.each([
    ['a source row by the version of the source', matcher, { package: 'src', range: { fixed: '5' } }, ['CVE-1 affected'], 'source src'],
    ['no binary row where sources are asked for', matcher, { package: 'bin', kind: 'binary' as const }, [], undefined],
    ['no source row of the name of the binary', both, { package: 'bin', kind: 'source' as const }, [], undefined],
    ['no binary row of the name of the source', both, { package: 'src', kind: 'binary' as const }, [], undefined],
    [
      'a binary row by the version of the binary',
      both,
      { package: 'bin', kind: 'binary' as const, range: { introduced: '39', fixed: '41' } },
      ['CVE-1 affected'],
      'binary bin',
    ],
    [
      'no binary row by the version of the source',
      binaryOnly,
      { package: 'bin', kind: 'binary' as const, range: { fixed: '5' } },
      [],
      undefined,
    ],
    ['no source row where binaries are asked for', binaryOnly, { package: 'src' }, [], undefined],
    ['source rows where neither is asked for', neither, { package: 'src', range: { fixed: '5' } }, ['CVE-1 affected'], 'source src'],
    ['binary rows where neither is asked for', neither, { package: 'bin', kind: 'binary' as const }, ['CVE-1 affected'], 'binary bin'],
  ])('match %s', async (_, chosen, row, expected, subject) => {
    const report = await scanRows([row], pkg, { matchers: [chosen] });
    expect(outcome(report)).toEqual(expected);
    expect(evidence(report)?.subject).toBe(subject);
  });

  it('a package without a source is its own', async () => {
    const report = await scanRows([{ package: 'bin', range: { fixed: '41' } }], { name: 'bin', version: '40', places: inDistro });
    expect([outcome(report), evidence(report)?.comparison]).toEqual([['CVE-1 affected'], '40 < 41']);
  });

  it('a source package in the report is asked for as one', async () => {
    const report = await scanRows(
      [{ package: 'bin' }],
      { name: 'bin', version: '40', kind: 'source', places: inDistro },
      { matchers: [neither] },
    );
    expect(report.verdicts.map(({ evidence }) => evidence.subject)).toEqual(['source bin']);
  });
});

describe('what a row says beside versions', () => {
  it.each([
    ['', 'arm64', true],
    ['equals', 'amd64', true],
    ['equals', 'arm64', false],
    ['not equals', 'amd64', false],
    ['not equals', 'arm64', true],
    ['pattern match', 'arm64|amd64', true],
    ['pattern match', '^(?:arm64|amd64)$', true],
    ['pattern match', 'arm64|ppc64', false],
    ['pattern match', 'amd', false],
    ['pattern match', 'x.*', true],
    ['pattern match', '(a+)+$', true],
  ] as const)('architecture %j %j: %s', async (archOperation, arch, isMeant) => {
    expect(outcome(await scanRows([{ archOperation, arch }]))).toEqual(isMeant ? ['CVE-1 affected'] : []);
  });

  it.each([
    ['amd64', 1],
    ['arm64', 0],
  ])('architecture %s is a constraint where the matcher says so', async (arch, count) => {
    const chosen = fakeMatcher('distro', { query: () => ['package-source-name', 'package-arch', 'distribution-did'] });
    expect(outcome(await scanRows([{ arch }], pkg, { matchers: [chosen] }))).toHaveLength(count);
  });

  it.each([
    ['m:1', 'm:1', 1],
    ['m:1', '', 0],
    ['', 'm:1', 0],
    ['', '', 1],
  ])('module %j of the row, %j of the package', async (ofRow, ofPackage, count) => {
    const chosen = fakeMatcher('distro', { query: () => ['package-source-name', 'package-module', 'distribution-did'] });
    expect(outcome(await scanRows([{ module: ofRow }], { ...pkg, module: ofPackage }, { matchers: [chosen] }))).toHaveLength(count);
  });

  it('rows without a fix are left out where the matcher says so', async () => {
    const chosen = fakeMatcher('distro', { query: () => ['package-source-name', 'has-fixed-in-version', 'distribution-did'] });
    expect(outcome(await scanRows([{}], pkg, { matchers: [chosen] }))).toEqual([]);
    expect(outcome(await scanRows([{ range: { fixed: '5' } }], pkg, { matchers: [chosen] }))).toEqual(['CVE-1 affected']);
  });
});

describe('several rows of one name', () => {
  it.each<[string, readonly Row[], readonly string[], string | undefined]>([
    ['affected beats not affected', [{ status: 'not_affected' }, { range: { fixed: '5' } }], ['CVE-1 affected'], '5'],
    ['affected beats unknown', [{ range: { fixed: 'odd' } }, { range: { fixed: '5' } }], ['CVE-1 affected'], '5'],
    ['unknown beats not affected', [{ status: 'not_affected' }, { range: { fixed: 'odd' } }], ['CVE-1 advisory-version-unparsable'], 'odd'],
    ['not affected alone', [{ status: 'not_affected' }, { range: { fixed: '3' } }], ['CVE-1 not_affected'], undefined],
    ['the last fix decides', [{ range: { fixed: '5' } }, { range: { fixed: '10' } }, { range: { fixed: '7' } }], ['CVE-1 affected'], '10'],
    ['no fix is later than any', [{ range: { fixed: '5' } }, {}], ['CVE-1 affected'], undefined],
    [
      'of two ranges the one that holds it',
      [{ range: { introduced: '1', fixed: '3' } }, { range: { introduced: '4', fixed: '8' } }],
      ['CVE-1 affected'],
      '8',
    ],
  ])('%s', async (_, rows, expected, fixed) => {
    for (const order of [rows, rows.toReversed()]) {
      const report = await scanRows(order);
      expect(outcome(report)).toEqual(expected);
      expect(evidence(report)?.fixed).toBe(fixed);
    }
  });

  it('name the others that say the same', async () => {
    const report = await scanRows([
      { range: { fixed: '5' }, pointer: '/a' },
      { range: { fixed: '7' }, pointer: '/b' },
      { range: { fixed: '3' }, pointer: '/c' },
    ]);
    expect(evidence(report)).toMatchObject({ record: { pointer: '/b' }, sources: [{ record: { pointer: '/a' }, fixed: '5' }] });
    expect(report.vulnerabilities.size).toBe(1);
  });

  it('are told once when two matchers ask for them', async () => {
    const report = await scanRows([{ range: { fixed: '5' } }], pkg, { matchers: [matcher, fakeMatcher('distro', { id: 'second' })] });
    expect(outcome(report)).toEqual(['CVE-1 affected']);
    expect(evidence(report)).not.toHaveProperty('sources');
  });

  it('are one verdict also when they come from two feeds', async () => {
    const row = { namespace: distro, package: 'src', range: { fixed: '5' } };
    const feeds = ['b', 'a'].map((name) => ({ name, namespaces: [distro.key], advisories: [fakeAdvisory('CVE-1', [row])] }));
    const report = await scanFake({ feeds, matchers: [matcher], packages: [pkg] });
    expect(outcome(report)).toEqual(['CVE-1 affected']);
    expect(evidence(report)?.updater).toBe('a');
    expect(report.coverage.feeds.map(({ updater }) => updater)).toEqual(['a', 'b']);
  });
});

describe('places', () => {
  it('a package at several of them has one set of verdicts', async () => {
    const report = await scanRows([{}], { ...pkg, places: [...inDistro, ...inDistro, { distribution: 'distro:1' }] });
    expect(outcome(report)).toEqual(['CVE-1 affected']);
    expect(evidence(report)).not.toHaveProperty('sources');
  });

  it('a package of two distributions is judged in both', async () => {
    const rows = [
      { namespace: distro, package: 'src', range: { fixed: '2' } },
      { namespace: other, package: 'src', range: { fixed: '9' } },
    ];
    const feeds = [{ name: 'feed', namespaces: [distro.key, other.key], advisories: [fakeAdvisory('CVE-1', rows)] }];
    const report = await scanFake({
      feeds,
      matchers: [matcher],
      packages: [{ ...pkg, places: [...inDistro, { distribution: 'distro:2' }] }],
    });
    expect(report.verdicts.map(({ evidence }) => evidence.namespace)).toEqual(['distro:2']);
  });

  it('rows of another release are none of its business', async () => {
    expect(outcome(await scanRows([{ namespace: other }, { namespace: distro, package: 'else' }]))).toEqual([]);
  });

  it('packages that share a source share its vulnerabilities', async () => {
    const report = await scanRows([{}], pkg, { packages: [pkg, { ...pkg, name: 'bin2' }] });
    expect([report.verdicts.length, report.vulnerabilities.size, report.packageVulnerabilities.size]).toEqual([2, 1, 2]);
  });

  it('a report that names no place for a package has it judged as unknown', async () => {
    const report = await scanRows([{}], { ...pkg, places: [] });
    expect(outcome(report)).toEqual(['distribution-unidentified']);
  });
});

describe('a matcher with its own comparison', () => {
  const asking = (vulnerable: NonNullable<typeof matcher.vulnerable>) => fakeMatcher('distro', { versionFilter: false, vulnerable });

  it.each([
    [true, 'affected' as const, ['CVE-1 affected']],
    [false, 'affected' as const, []],
    ['unknown' as const, 'affected' as const, ['CVE-1 version-unparsable']],
    [true, 'not_affected' as const, ['CVE-1 not_affected']],
    [false, 'not_affected' as const, []],
    [true, 'undetermined' as const, ['CVE-1 vendor-undetermined']],
  ])('that says %s of a row that is %s', async (answer, status, expected) => {
    const report = await scanRows([{ status, range: { fixed: '3' } }], pkg, { matchers: [asking(() => answer)] });
    expect(outcome(report)).toEqual(expected);
  });

  it('gets every row of the package, whatever its range', async () => {
    const seen: (string | undefined)[] = [];
    const chosen = asking((record, { range }) => {
      seen.push(`${record.package.name} ${range.fixed}`);
      return false;
    });
    await scanRows([{ range: { fixed: '3' } }, { range: { fixed: '9' } }, { range: { fixed: 'odd' } }], pkg, { matchers: [chosen] });
    expect(seen.toSorted()).toEqual(['bin 3', 'bin 9', 'bin odd']);
  });

  it('does not take the report with it when it fails', async () => {
    const chosen = asking(() => {
      throw new TypeError('stumbled');
    });
    expect(outcome(await scanRows([{}], pkg, { matchers: [chosen] }))).toEqual(['CVE-1 version-unparsable']);
  });
});

describe('a namespace with another version scheme', () => {
  it('is never compared, and never silent', async () => {
    const chosen = fakeMatcher('distro', { scheme: 'second' });
    const report = await scanRows([{ range: { fixed: '5' } }, { status: 'undetermined', range: { fixed: '1' } }], pkg, {
      matchers: [chosen],
      libvuln: { versionSchemes: new Map([...fakeSchemes, ['second', { ...integerScheme, id: 'second' }]]) },
    });
    expect(outcome(report)).toEqual(['CVE-1 advisory-version-unparsable']);
  });
});
