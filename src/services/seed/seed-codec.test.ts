import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  diagnostic,
  indexStates,
  InputError,
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
import { assignIntegers, decodeSeedIndexReport, decodeSeedManifest, encodeSeedIndexReport, integerOf } from './index.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const text = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('__proto__', 'constructor', ''),
);
const hexOf = (length: number) =>
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdef')), minLength: length, maxLength: length });
const digest = hexOf(64).map((hex) => `sha256:${hex}`);
/** Hashes, also such that begin alike, and numbers of a report that came in. */
const id = fc.oneof(
  hexOf(32),
  hexOf(4).map((tail) => `${'abcdef0123456'.padEnd(28, '7')}${tail}`),
  hexOf(4).map((tail) => `${'0'.repeat(28)}${tail}`),
  fc.integer({ min: 0, max: 40 }).map(String),
);
const ids = <T extends string>() => fc.uniqueArray(id, { maxLength: 6 }) as fc.Arbitrary<T[]>;

const facts = {
  package: fc.record(
    {
      name: text,
      version: text,
      kind: fc.constantFrom('binary' as const, 'source' as const),
      arch: text,
      module: text,
      source: fc.record({ name: fc.string({ minLength: 1, maxLength: 5 }), version: text, module: text }),
      cpe: text,
      detector: text,
    },
    { requiredKeys: ['name', 'version', 'kind', 'arch', 'module', 'cpe', 'detector'] },
  ),
  distribution: fc.record({
    did: text,
    name: text,
    version: text,
    versionCodeName: text,
    versionId: text,
    arch: text,
    cpe: text,
    prettyName: text,
  }),
  repository: fc.record({ name: text, key: text, uri: text, cpe: text }),
};

function mapOf<T extends { readonly id: string }>(keys: readonly T['id'][], arbitrary: fc.Arbitrary<Omit<T, 'id'>>) {
  return fc.tuple(...keys.map(() => arbitrary)).map((all) => new Map(keys.map((key, at) => [key, { ...all[at], id: key } as T])));
}

const indexReport: fc.Arbitrary<IndexReport> = fc
  .record({ packages: ids<PackageId>(), distributions: ids<DistributionId>(), repositories: ids<RepositoryId>() })
  .chain((known) => {
    const environment = fc
      .record({
        packageDb: text,
        introducedIn: digest.map((one) => one as LayerDigest),
        distributionId: fc.option(fc.constantFrom(...known.distributions, undefined)),
        repositoryIds: fc.subarray(known.repositories),
        ownedBy: fc.option(fc.constantFrom(...known.packages, undefined)),
      })
      .map(({ distributionId, ownedBy, ...rest }): Environment => ({
        ...rest,
        ...(distributionId && { distributionId }),
        ...(ownedBy && { ownedBy }),
      }));
    return fc.record({
      manifestHash: digest.map((one) => one as ManifestDigest),
      state: fc.constantFrom(...indexStates),
      success: fc.boolean(),
      err: text,
      packages: mapOf<Package>(known.packages, facts.package),
      distributions: mapOf<Distribution>(known.distributions, facts.distribution),
      repositories: mapOf<Repository>(known.repositories, facts.repository),
      environments: fc
        .tuple(...known.packages.map(() => fc.array(environment, { minLength: 1, maxLength: 3 })))
        .map((lists) => new Map(known.packages.map((key, at) => [key, lists[at] ?? []]))),
      diagnostics: fc.array(text, { maxLength: 2 }).map((paths) => paths.map((path) => diagnostic('LINK_CYCLE', { path, data: { n: 1 } }))),
    });
  });

const encode = (report: IndexReport): string => [...encodeSeedIndexReport(report)].join('');
const decode = (json: string): IndexReport => decodeSeedIndexReport(JSON.parse(json));

/** The report with numbers for ids: what a reader of the wire may know of it. As plain data, sorted. */
function renamed(report: IndexReport): unknown {
  const packages = assignIntegers(report.packages.keys());
  const distributions = assignIntegers(report.distributions.keys());
  const repositories = assignIntegers(report.repositories.keys());
  const entries = (map: ReadonlyMap<string, { readonly id: string }>, numbers: ReadonlyMap<string, number>): unknown[] =>
    [...map].map(([key, value]) => [numbers.get(key), { ...value, id: numbers.get(key) }]).sort(([a], [b]) => Number(a) - Number(b));
  const place = ({ packageDb, introducedIn, distributionId, repositoryIds, ownedBy }: Environment): string =>
    JSON.stringify([
      packageDb,
      introducedIn,
      distributionId === undefined ? null : distributions.get(distributionId),
      repositoryIds.map((one) => repositories.get(one)).sort((a = 0, b = 0) => a - b),
      ownedBy === undefined ? null : packages.get(ownedBy),
    ]);
  return {
    ...report,
    state: report.state === 'IndexManifest' ? 'Coalesce' : report.state,
    packages: entries(report.packages, packages),
    distributions: entries(report.distributions, distributions),
    repositories: entries(report.repositories, repositories),
    environments: [...report.environments]
      .map(([key, places]) => [packages.get(key), places.map(place).sort()])
      .sort(([a], [b]) => Number(a) - Number(b)),
    diagnostics: report.diagnostics.map((one) => JSON.stringify(one)).sort(),
  };
}

describe('index report codec of v0.0.7', () => {
  it('gives back what it was given, but for ids', () => {
    fc.assert(
      fc.property(indexReport, (report) => {
        // A distribution with the number 0 cannot be told from none: the store of v0.0.7 begins with 1.
        fc.pre(!report.distributions.has('0' as DistributionId));
        expect(renamed(decode(encode(report)))).toEqual(renamed(report));
      }),
      { numRuns },
    );
  });

  it('writes the same bytes again after reading', () => {
    fc.assert(
      fc.property(indexReport, (report) => {
        const once = encode(report);
        expect(encode(decode(once))).toBe(once);
      }),
      { numRuns },
    );
  });

  it('writes the same bytes in whatever order things were found', () => {
    fc.assert(
      fc.property(indexReport, (report) => {
        const backwards = <K, V>(map: ReadonlyMap<K, V>): ReadonlyMap<K, V> => new Map([...map].toReversed());
        const shuffled: IndexReport = {
          ...report,
          packages: backwards(report.packages),
          distributions: backwards(report.distributions),
          repositories: backwards(report.repositories),
          environments: backwards(report.environments),
        };
        expect(encode(shuffled)).toBe(encode(report));
      }),
      { numRuns },
    );
  });
});

describe('numbers for ids', () => {
  it('are different for different things, exact in JSON, and never 0 for a hash', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id), (all) => {
        const numbers = [...assignIntegers(all).values()];
        expect(new Set(numbers).size).toBe(all.length);
        expect(numbers.every((number) => Number.isSafeInteger(number) && number >= 0)).toBe(true);
        const hashes = all.filter((one) => one.length === 32);
        expect([...assignIntegers(hashes).values()].every((number) => number > 0)).toBe(true);
      }),
      { numRuns },
    );
  });

  it('are the first 52 bits of the hash, whatever else is in the report', () => {
    const one = '0123456789abcdef0123456789abcdef';
    expect(integerOf(one)).toBe(0x0123456789abc);
    expect(assignIntegers(['ffffffffffffffffffffffffffffffff', one]).get(one)).toBe(0x0123456789abc);
    expect(assignIntegers(['ffffffffffffffffffffffffffffffff']).get('ffffffffffffffffffffffffffffffff')).toBe(2 ** 52 - 1);
  });

  it('that would be equal are given to the one that sorts first, the next takes the next', () => {
    const [first, second] = [`${'a'.repeat(13)}${'0'.repeat(19)}`, `${'a'.repeat(13)}${'1'.repeat(19)}`] as const;
    const number = 0xaaaaaaaaaaaaa;
    expect(assignIntegers([second, first])).toEqual(
      new Map([
        [first, number],
        [second, number + 1],
      ]),
    );
  });
});

describe('foreign JSON', () => {
  /** The code of what it throws, or what it threw; undefined where it threw nothing. */
  const refusal = (run: () => unknown): unknown => {
    try {
      run();
      return undefined;
    } catch (error) {
      return error instanceof InputError ? error.code : error;
    }
  };

  it('is read or refused by name, never anything else', () => {
    const json = fc.jsonValue({ maxDepth: 4 });
    const like = fc.record(
      {
        manifest_hash: fc.oneof(digest, json),
        hash: fc.oneof(digest, json),
        layers: fc.oneof(
          fc.array(fc.record({ hash: fc.oneof(digest, json), uri: json, headers: json, remote_path: json }, { requiredKeys: [] })),
          json,
        ),
        state: fc.oneof(fc.constantFrom(...indexStates), json),
        packages: json,
        environments: json,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(json, like), (value) => {
        expect([undefined, 'MANIFEST_INVALID']).toContain(refusal(() => decodeSeedManifest(value)));
        expect([undefined, 'INDEX_REPORT_INVALID']).toContain(refusal(() => decodeSeedIndexReport(value)));
      }),
      { numRuns },
    );
  });

  it('in place of any part of a report is read or refused by name', () => {
    fc.assert(
      fc.property(indexReport, fc.nat(), fc.jsonValue({ maxDepth: 2 }), (report, at, part) => {
        const damaged = JSON.parse(encode(report)) as unknown;
        const places = [...placesIn(damaged)];
        places[at % places.length]?.(part);
        expect([undefined, 'INDEX_REPORT_INVALID']).toContain(refusal(() => encode(decodeSeedIndexReport(damaged))));
      }),
      { numRuns },
    );
  });
});

/** Every place of a JSON value, as a function that puts something else there. */
function* placesIn(value: unknown): Generator<(part: unknown) => void> {
  if (typeof value !== 'object' || value === null) return;
  const object = value as Record<string, unknown>;
  for (const [key, inner] of Object.entries(object)) {
    yield (part) => void (object[key] = part);
    yield* placesIn(inner);
  }
}
