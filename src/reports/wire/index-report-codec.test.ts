import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ClaircoreError,
  diagnostic,
  indexStates,
  type DiagnosticCode,
  type Distribution,
  type DistributionId,
  type Environment,
  type IndexReport,
  type LayerDigest,
  type ManifestDigest,
  type Package,
  type PackageId,
  type Repository,
  type RepositoryId,
} from '../../core/index.ts';
import { sampleReport } from '../sample-report.fixture.ts';
import { decodeIndexReport, encodeIndexReport } from './index.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', ''),
);
const name = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('__proto__', 'toString'));
const hex = fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdef')), minLength: 64, maxLength: 64 });
const layer = hex.map((digits) => `sha256:${digits}` as LayerDigest);
const id = fc.oneof(fc.string({ minLength: 1, maxLength: 32 }), fc.constantFrom('__proto__', '1', '0a'));
const ids = <T extends string>() => fc.uniqueArray(id, { maxLength: 5 }) as fc.Arbitrary<T[]>;

const packageFacts = fc.record(
  {
    name: text,
    version: text,
    kind: fc.constantFrom('binary' as const, 'source' as const),
    arch: text,
    module: text,
    source: fc.record({ name, version: text, module: text }),
    cpe: text,
    detector: text,
  },
  { requiredKeys: ['name', 'version', 'kind', 'arch', 'module', 'cpe', 'detector'] },
);
const distributionFacts = fc.record({
  did: text,
  name: text,
  version: text,
  versionCodeName: text,
  versionId: text,
  arch: text,
  cpe: text,
  prettyName: text,
});
const repositoryFacts = fc.record({ name: text, key: text, uri: text, cpe: text });
const scalar = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
);
const diagnostics = fc.array(
  fc.record({
    code: fc.constantFrom<DiagnosticCode>('LINK_CYCLE', 'FILE_UNPARSABLE', 'TAR_TRAILER_MISSING'),
    place: fc.record({ layer, path: text, data: fc.dictionary(name, scalar, { noNullPrototype: true }) }, { requiredKeys: [] }),
  }),
  { maxLength: 4 },
);

const indexReport: fc.Arbitrary<IndexReport> = fc
  .record({ packages: ids<PackageId>(), distributions: ids<DistributionId>(), repositories: ids<RepositoryId>() })
  .chain((known) =>
    fc.record({
      manifestHash: hex.map((digits) => `sha256:${digits}` as ManifestDigest),
      state: fc.constantFrom(...indexStates),
      success: fc.boolean(),
      err: text,
      errCode: fc.option(fc.constantFrom('TAR_CORRUPT' as const, 'LIMIT_RATIO' as const)),
      packages: mapOf<Package>(known.packages, packageFacts),
      distributions: mapOf<Distribution>(known.distributions, distributionFacts),
      repositories: mapOf<Repository>(known.repositories, repositoryFacts),
      environments: fc
        .tuple(...known.packages.map(() => fc.array(environmentOf(known), { minLength: 1, maxLength: 3 })))
        .map((lists) => new Map(known.packages.map((key, index) => [key, lists[index] ?? []]))),
      diagnostics: diagnostics.map((found) => found.map(({ code, place }) => diagnostic(code, place))),
      distributionId: fc.option(fc.constantFrom(...known.distributions, undefined)),
    }),
  )
  .map(({ errCode, distributionId, ...report }) => ({
    ...report,
    ...(errCode !== null && { errCode }),
    ...(distributionId !== null && distributionId !== undefined && { distributionId }),
  }));

function mapOf<T extends { readonly id: string }>(
  keys: readonly T['id'][],
  facts: fc.Arbitrary<Omit<T, 'id'>>,
): fc.Arbitrary<Map<T['id'], T>> {
  return fc.tuple(...keys.map(() => facts)).map((all) => new Map(keys.map((key, index) => [key, { ...all[index], id: key } as T])));
}

function environmentOf(known: {
  packages: readonly PackageId[];
  distributions: readonly DistributionId[];
  repositories: readonly RepositoryId[];
}): fc.Arbitrary<Environment> {
  return fc
    .record({
      packageDb: text,
      introducedIn: layer,
      distributionId: fc.option(fc.constantFrom(...known.distributions, undefined)),
      repositoryIds: fc.uniqueArray(fc.constantFrom(...known.repositories, undefined)),
      ownedBy: fc.option(fc.constantFrom(...known.packages)),
      archive: fc.option(fc.record({ sha1: fc.constant('0'.repeat(40)), inner: text }, { requiredKeys: ['sha1'] })),
      installation: fc.option(fc.record({ installer: text, source: text }, { requiredKeys: [] })),
      declared: fc.boolean(),
    })
    .map(({ distributionId, ownedBy, repositoryIds, archive, installation, declared, ...rest }) => ({
      ...rest,
      repositoryIds: repositoryIds.filter((key) => key !== undefined),
      ...(distributionId !== null && distributionId !== undefined && { distributionId }),
      ...(ownedBy !== null && { ownedBy }),
      ...(archive && { archive }),
      ...(installation && { installation }),
      ...(declared && { declared }),
    }));
}

const encode = (report: IndexReport): string => [...encodeIndexReport(report)].join('');

/** Lists in one order: what the codec may change. */
function unordered(report: IndexReport): unknown {
  const bag = (items: readonly unknown[]) => items.map((item) => JSON.stringify(sortKeys(item))).sort();
  return {
    ...report,
    environments: new Map(
      [...report.environments].map(([key, list]) => [
        key,
        bag(list.map((one) => ({ ...one, repositoryIds: [...one.repositoryIds].sort() }))),
      ]),
    ),
    diagnostics: bag(report.diagnostics),
  };
}

function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sortKeys(inner)]);
}

describe('index report codec', () => {
  it('gives back what it was given', () => {
    fc.assert(
      fc.property(indexReport, (report) => {
        expect(unordered(decodeIndexReport(encode(report)))).toEqual(unordered(report));
      }),
      { numRuns },
    );
  });

  it('writes what it read with the same bytes', () => {
    fc.assert(
      fc.property(indexReport, (report) => {
        const bytes = encode(report);
        expect(encode(decodeIndexReport(bytes))).toBe(bytes);
      }),
      { numRuns },
    );
  });

  it('writes the same bytes whatever the order of the maps', () => {
    const packages = ['b', 'a', 'c'].map((sample) => ({ name: sample }));
    const report = sampleReport({ packages }).index;
    const reversed = {
      ...report,
      packages: new Map([...report.packages].toReversed()),
      environments: new Map([...report.environments].toReversed()),
    };
    expect(encode(reversed)).toBe(encode(report));
  });

  it('reads what Clair v4 prints', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    const clair = {
      manifest_hash: digest,
      state: 'IndexFinished',
      packages: {
        '10': {
          id: '10',
          name: 'libapt-pkg5.0',
          version: '1.6.11',
          kind: 'binary',
          source: { id: '9', name: 'apt', version: '1.6.11', kind: 'source' },
          arch: 'amd64',
        },
        '11': {
          id: '11',
          name: 'six',
          version: '1.0',
          source: { id: '1', name: '', version: '', normalized_version: '' },
          normalized_version: 'pep440:0.1.0.0.0.0.0.0.0.0',
        },
      },
      distributions: {
        '1': {
          id: '1',
          did: 'ubuntu',
          name: 'Ubuntu',
          version: '18.04',
          version_code_name: 'bionic',
          version_id: '18.04',
          arch: '',
          cpe: '',
          pretty_name: '',
        },
      },
      environments: {
        '10': [{ package_db: 'var/lib/dpkg/status', introduced_in: digest, distribution_id: '1' }],
        '11': [{ package_db: 'python:usr/lib', introduced_in: digest, distribution_id: '', repository_ids: null }],
      },
      success: true,
      err: '',
    };
    const report = decodeIndexReport(JSON.stringify(clair));
    expect(report.packages.get('10' as PackageId)?.source).toEqual({ name: 'apt', version: '1.6.11', module: '' });
    expect(report.packages.get('11' as PackageId)).not.toHaveProperty('source');
    expect(report.packages.get('11' as PackageId)?.kind).toBe('binary');
    expect(report.environments.get('11' as PackageId)).toEqual([{ packageDb: 'python:usr/lib', introducedIn: digest, repositoryIds: [] }]);
  });
});

describe('an index report that is not one', () => {
  const valid = JSON.parse(encode(sampleReport({ packages: [{ name: 'zlib1g', source: 'zlib' }] }).index)) as Record<
    string,
    Record<string, unknown>
  >;
  const [packageKey = ''] = Object.keys(valid['packages'] ?? {});

  const digest = 'sha256:00';
  const place = ['environments', packageKey, '0'];

  it.each<readonly [string, readonly string[], unknown, string]>([
    ['has no manifest hash', ['manifest_hash'], undefined, '/manifest_hash'],
    ['has a short digest', ['manifest_hash'], digest, '/manifest_hash'],
    ['has a state that does not exist', ['state'], 'Done', '/state'],
    ['has packages as a list', ['packages'], [], '/packages'],
    ['has a version that is a number', ['packages', packageKey, 'version'], 1, `/packages/${packageKey}/version`],
    ['has a package under the key of another', ['packages', 'other'], valid['packages']?.[packageKey], '/packages/other/id'],
    ['has a package that is nowhere', ['environments'], {}, `/environments/${packageKey}`],
    ['has a package with an empty list of places', ['environments', packageKey], [], `/environments/${packageKey}`],
    ['has an environment of no package', ['environments', 'a/b~'], [], '/environments/a~1b~0'],
    ['has a layer that is no digest', [...place, 'introduced_in'], digest, `/environments/${packageKey}/0/introduced_in`],
    ['has a distribution that is not there', [...place, 'distribution_id'], 'x', `/environments/${packageKey}/0/distribution_id`],
    ['has a repository that is not there', [...place, 'repository_ids'], ['x'], `/environments/${packageKey}/0/repository_ids/0`],
    ['has an owner that is not there', [...place, 'owned_by'], 'x', `/environments/${packageKey}/0/owned_by`],
    ['has a diagnostic that nobody knows', ['diagnostics'], [{ code: 'toString', level: 'info' }], '/diagnostics/0/code'],
    [
      'has a nested value in a diagnostic',
      ['diagnostics'],
      [{ code: 'LINK_CYCLE', level: 'info', data: { a: {} } }],
      '/diagnostics/0/data/a',
    ],
  ])('%s', (_name, where, value, path) => {
    const damaged = structuredClone(valid);
    replace(damaged, where, value);
    expect(errorOf(() => decodeIndexReport(JSON.stringify(damaged)))).toMatchObject({ code: 'INDEX_REPORT_INVALID', data: { path } });
  });

  it('is a list', () => {
    expect(errorOf(() => decodeIndexReport('[]'))).toMatchObject({ code: 'INDEX_REPORT_INVALID', data: { path: '', found: 'a list' } });
  });

  it('is no JSON at all', () => {
    expect(errorOf(() => decodeIndexReport('{"manifest_hash": '))).toMatchObject({
      code: 'INDEX_REPORT_INVALID',
      data: { path: '', expected: 'JSON' },
    });
  });

  it('is refused, never half read, wherever a value is replaced', () => {
    const leaves = [...leavesOf(valid)];
    expect(leaves.length).toBeGreaterThan(20);
    for (const path of leaves) {
      const damaged = structuredClone(valid);
      replace(damaged, path, { unexpected: true });
      const error = errorOf(() => decodeIndexReport(JSON.stringify(damaged)));
      if (!(error instanceof ClaircoreError)) expect.fail(`${path.join('/')} was accepted`);
    }
  });
});

/** Every leaf that the decoder reads: `normalized_version` and what Clair has of a source beside its name are not. */
function* leavesOf(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  const ignored =
    path.includes('normalized_version') || (path.includes('source') && ['id', 'kind', 'arch', 'cpe'].includes(path.at(-1) ?? ''));
  if (ignored) return;
  if (typeof value !== 'object' || value === null) yield path;
  else for (const [key, inner] of Object.entries(value)) yield* leavesOf(inner, [...path, key]);
}

function replace(root: unknown, path: readonly string[], value: unknown): void {
  let at = root as Record<string, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[path.at(-1) ?? ''] = value;
}

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
