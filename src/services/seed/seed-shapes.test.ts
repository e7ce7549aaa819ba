import { describe, expect, it } from 'vitest';
import {
  diagnostic,
  type IndexReport,
  type LayerDigest,
  type PackageId,
  type RepositoryId,
  type VulnerabilityReport,
} from '../../core/index.ts';
import { sampleDistribution, sampleLayer, sampleManifest, sampleReport } from '../../reports/sample-report.fixture.ts';
import { repositoryId } from '../../runtime/index.ts';
import { decodeSeedIndexReport, encodeSeedIndexReport, encodeSeedVulnerabilityReport, integerOf } from './index.ts';

type Json = Record<string, unknown>;
type Shape = { readonly [key: string]: 'number' | 'string' | 'boolean' | 'object' | 'array' };

/** The table "Data model (exact JSON)" of the description of v0.0.7: every key, and what stands there. */
const shapes = {
  package: {
    id: 'number',
    name: 'string',
    version: 'string',
    kind: 'string',
    source: 'object',
    package_db: 'string',
    repository_hint: 'string',
  },
  distribution: {
    id: 'number',
    did: 'string',
    name: 'string',
    version: 'string',
    version_code_name: 'string',
    version_id: 'string',
    arch: 'string',
    cpe: 'string',
    pretty_name: 'string',
  },
  repository: { id: 'number', name: 'string', key: 'string', uri: 'string' },
  indexReport: {
    manifest_hash: 'string',
    state: 'string',
    packages: 'object',
    distributions: 'object',
    repository: 'object',
    distribution_by_package: 'object',
    repository_by_package: 'object',
    package_introduced: 'object',
    success: 'boolean',
    err: 'string',
  },
  vulnerability: {
    id: 'number',
    updater: 'string',
    name: 'string',
    description: 'string',
    links: 'string',
    severity: 'string',
    package: 'object',
    dist: 'object',
    repo: 'object',
    fixed_in_version: 'string',
  },
  vulnerabilityReport: { manifest_hash: 'string', vulnerabilities: 'object', details: 'object' },
  details: { affected_package: 'object', introduced_in: 'string', fixed_in_version: 'string' },
} satisfies Record<string, Shape>;

function expectShape(value: unknown, shape: Shape): void {
  const found = Object.entries(shape).map(([key]) => [key, kindOf((value as Json)[key])]);
  expect(Object.fromEntries(found)).toEqual(shape);
}

/** `null` counts as object: v0.0.7 writes it for a package without a source. */
function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}

const npm = { name: 'npm', key: '', uri: 'https://registry.example', cpe: '' };
const npmId: RepositoryId = repositoryId(npm);
const higher = `sha256:${'2'.repeat(64)}` as LayerDigest;

/** A dpkg package, and one in two places of which the second belongs to a registry. */
function sample(): VulnerabilityReport {
  const report = sampleReport({
    packages: [
      { name: 'libssl3', source: 'openssl' },
      { name: 'left-pad', file: 'app/left-pad/package.json' },
    ],
    findings: [{ name: 'CVE-2023-0286', packages: ['libssl3', 'left-pad'], severity: 'High', fixed: '3.0.8-1' }],
    coverage: { complete: false },
    diagnostics: [diagnostic('LINK_CYCLE', { path: 'z' })],
  });
  const leftPad = idOf(report.index, 'left-pad');
  const environments = new Map(report.index.environments).set(leftPad, [
    ...(report.index.environments.get(leftPad) ?? []),
    { packageDb: 'srv/left-pad/package.json', introducedIn: higher, repositoryIds: [npmId] },
  ]);
  return { ...report, index: { ...report.index, environments, repositories: new Map([[npmId, { id: npmId, ...npm }]]) } };
}

function idOf(report: IndexReport, name: string): PackageId {
  const found = [...report.packages.values()].find((one) => one.name === name);
  if (!found) throw new TypeError(name);
  return found.id;
}

const parsed = (pieces: Iterable<string>): Json => JSON.parse([...pieces].join('')) as Json;
const values = (value: unknown): readonly (readonly [string, Json])[] => Object.entries(value as Record<string, Json>);
const report = sample();
const index = parsed(encodeSeedIndexReport(report.index));
const numbers = { ssl: String(integerOf(idOf(report.index, 'libssl3'))), pad: String(integerOf(idOf(report.index, 'left-pad'))) };

describe('an index report of v0.0.7', () => {
  it('has every key of the table, under numbers', () => {
    expectShape(index, shapes.indexReport);
    expect(values(index['packages']).length).toBe(2);
    for (const [map, shape] of [
      ['packages', shapes.package],
      ['distributions', shapes.distribution],
      ['repository', shapes.repository],
    ] as const) {
      expect(values(index[map]).length).toBeGreaterThan(0);
      for (const [key, value] of values(index[map])) {
        expectShape(value, shape);
        expect(String(value['id'])).toBe(key);
      }
    }
    const { source } = (index['packages'] as Record<string, Json>)[numbers.ssl] as { source: Json };
    expectShape(source, shapes.package);
    expect(source).toMatchObject({ name: 'openssl', kind: 'source', source: null });
  });

  it('says of each package its distribution, repository and layer', () => {
    expect(index['distribution_by_package']).toEqual({ [numbers.ssl]: integerOf(sampleDistribution.id) });
    expect(index['repository_by_package']).toEqual({ [numbers.pad]: integerOf(npmId) });
    expect(index['package_introduced']).toEqual({ [numbers.ssl]: sampleLayer, [numbers.pad]: sampleLayer });
  });

  it.each([
    ['CheckManifest', 'CheckManifest'],
    ['FetchLayers', 'FetchLayers'],
    ['ScanLayers', 'ScanLayers'],
    ['Coalesce', 'Coalesce'],
    ['IndexManifest', 'Coalesce'],
    ['IndexFinished', 'IndexFinished'],
    ['IndexError', 'IndexError'],
  ] as const)('in the state %s says %s', (state, expected) => {
    expect(parsed(encodeSeedIndexReport({ ...report.index, state }))['state']).toBe(expected);
  });

  it('has every place of a package beside', () => {
    const places = (index['environments'] as Record<string, readonly Json[]>)[numbers.pad];
    expect(places?.map((place) => place['package_db'])).toEqual(['app/left-pad/package.json', 'srv/left-pad/package.json']);
  });
});

describe('a vulnerability report of v0.0.7', () => {
  const json = parsed(encodeSeedVulnerabilityReport(report));

  it('has every key of the table, under numbers', () => {
    expectShape(json, shapes.vulnerabilityReport);
    expect(json['manifest_hash']).toBe(sampleManifest);
    expect(values(json['vulnerabilities']).length).toBe(2);
    for (const [key, vulnerability] of values(json['vulnerabilities'])) {
      expectShape(vulnerability, shapes.vulnerability);
      expect(String(vulnerability['id'])).toBe(key);
      expectShape(vulnerability['package'], shapes.package);
      expectShape(vulnerability['dist'], shapes.distribution);
      expectShape(vulnerability['repo'], shapes.repository);
    }
    expect(Object.keys(json['details'] as Json).sort()).toEqual(Object.keys(json['vulnerabilities'] as Json).sort());
    for (const [, list] of values(json['details'])) {
      for (const entry of list as unknown as readonly Json[]) {
        expectShape(entry, shapes.details);
        expectShape(entry['affected_package'], shapes.package);
      }
    }
  });

  it('has an entry for each place of an affected package', () => {
    const entries = values(json['details']).flatMap(([, list]) => list as unknown as readonly Json[]);
    const places = entries.map((entry) => {
      const { id, package_db } = entry['affected_package'] as { id: number; package_db: string };
      return [String(id), package_db, entry['introduced_in'], entry['fixed_in_version']];
    });
    expect(places.sort()).toEqual(
      [
        [numbers.ssl, 'var/lib/dpkg/status', sampleLayer, '3.0.8-1'],
        [numbers.pad, 'app/left-pad/package.json', sampleLayer, '3.0.8-1'],
        [numbers.pad, 'srv/left-pad/package.json', higher, '3.0.8-1'],
      ].sort(),
    );
  });

  it('says what was not covered, and why', () => {
    expect(json).toMatchObject({ coverage: { complete: false }, verdicts: [], diagnostics: [{ code: 'LINK_CYCLE' }] });
  });
});

describe('an index report that was made by hand, as v0.0.7 has it', () => {
  const layer = `sha256:${'b'.repeat(64)}`;
  const byHand = {
    manifest_hash: sampleManifest,
    state: 'IndexFinished',
    packages: {
      '7': {
        id: 7,
        name: 'bash',
        version: '4.4',
        kind: 'binary',
        source: { id: 8, name: 'bash', version: '4.4', kind: 'source', source: null, package_db: '', repository_hint: '' },
        package_db: 'var/lib/dpkg/status',
        repository_hint: 'c0ffee',
      },
      '9': { id: 9, name: 'x', version: '1', kind: '', source: { id: 0, name: '' }, package_db: 'p', repository_hint: '' },
    },
    distributions: {
      '1': { id: 1, did: 'plan9', name: 'Plan 9', version: '4', version_code_name: '', version_id: '4', arch: '', cpe: '' },
    },
    repository: {},
    distribution_by_package: { '7': 1, '9': 0 },
    repository_by_package: {},
    package_introduced: { '7': layer },
    success: true,
    err: '',
  };

  it('is read, each package in the one place it names', () => {
    const decoded = decodeSeedIndexReport(byHand);
    expect(decoded.packages.get('7' as PackageId)).toMatchObject({ id: '7', name: 'bash', source: { name: 'bash', version: '4.4' } });
    expect(decoded.packages.get('9' as PackageId)).not.toHaveProperty('source');
    expect(decoded.packages.get('9' as PackageId)).toMatchObject({ kind: 'binary' });
    expect(decoded.environments.get('7' as PackageId)).toEqual([
      { packageDb: 'var/lib/dpkg/status', introducedIn: layer, distributionId: '1', repositoryIds: [] },
    ]);
    expect(decoded.environments.get('9' as PackageId)).toMatchObject([{ packageDb: 'p', repositoryIds: [] }]);
    expect(decoded.environments.get('9' as PackageId)?.[0]).not.toHaveProperty('distributionId');
  });

  it('keeps its numbers on the way back', () => {
    const json = parsed(encodeSeedIndexReport(decodeSeedIndexReport(byHand)));
    expect(Object.keys(json['packages'] as Json)).toEqual(['7', '9']);
    expect(json).toMatchObject({ distribution_by_package: { '7': 1 }, package_introduced: { '7': layer, '9': '' } });
  });

  it.each<[string, object, string]>([
    ['whose hash is no digest', { manifest_hash: 'abc' }, '/manifest_hash'],
    ['in a state that there is not', { state: 'Done' }, '/state'],
    ['without a state and without success', { state: '', success: false }, '/state'],
    ['with a package under another number', { packages: { '5': { id: 6, name: 'a', version: '1' } } }, '/packages/5/id'],
    ['with a number in quotes', { packages: { '5': { id: '5', name: 'a', version: '1' } } }, '/packages/5/id'],
    [
      'with a number that JSON cannot hold',
      { packages: { '9007199254740993': { id: 9007199254740992, name: 'a', version: '1' } } },
      '/packages/9007199254740993/id',
    ],
    ['with a negative number', { packages: { '-1': { id: -1, name: 'a', version: '1' } } }, '/packages/-1/id'],
    ['with a package without a name', { packages: { '5': { id: 5, version: '1' } } }, '/packages/5/name'],
    ['with a package of another kind', { packages: { '5': { id: 5, name: 'a', version: '1', kind: 'x' } } }, '/packages/5/kind'],
    ['with a distribution that it has not', { distribution_by_package: { '7': 3 } }, '/distribution_by_package/7'],
    ['with a layer that is no digest', { package_introduced: { '7': 'base' } }, '/package_introduced/7'],
    ['with packages as a list', { packages: [] }, '/packages'],
    ['with places of a package that it has not', { environments: { '3': [] } }, '/environments/3'],
    ['with a repository that it has not', { repository_by_package: { '7': 4 } }, '/repository_by_package/7'],
  ])('%s is refused by name', (_what, change, path) => {
    const decodeChanged = (): unknown => decodeSeedIndexReport({ ...byHand, ...change });
    expect(decodeChanged).toThrow(
      expect.objectContaining({ code: 'INDEX_REPORT_INVALID', data: expect.objectContaining({ path }) as object }),
    );
  });
});
