import type { Environment, IndexRecord, IndexReport, LayerDigest, Package, PackageId, RepositoryId } from '../core/index.ts';

/** A package of the report with the places where it has to be judged. */
export interface PackageRecords {
  readonly package: Package;
  /** One for each (distribution, repository) that it was found under: more of the same have the same answers. */
  readonly records: readonly IndexRecord[];
  /** Set where OS packages own every place of it: their vendor answers for it, and it has no records of its own. */
  readonly owners: readonly PackageId[];
}

/** Asked for twice of each image: to know which feeds it needs, and to judge it. */
const known = new WeakMap<IndexReport, readonly PackageRecords[]>();

/** The packages of a report, sorted by id. */
export function packageRecords(report: IndexReport): readonly PackageRecords[] {
  const records = known.get(report) ?? packagesOf(report).map((found) => recordsOf(found, report));
  known.set(report, records);
  return records;
}

/**
 * What an index report lists, flat (the seed's `IndexRecords`): one record for each package, each place where it was found, and each
 * repository of that place. Sorted by package id, then in the report's order. Nothing is left out: what is not known of a place is
 * absent from its record, a package without a place has one record all the same. The report stays as it is.
 *
 * @example
 * ```ts
 * for (const { package: found, environment, distribution } of indexRecords(report)) {
 *   console.log(found.name, found.version, environment.packageDb, distribution?.prettyName);
 * }
 * ```
 */
export function indexRecords(report: IndexReport): readonly IndexRecord[] {
  return packagesOf(report).flatMap((found) => {
    const environments = report.environments.get(found.id) ?? [];
    return (environments.length === 0 ? [nowhere] : environments).flatMap((environment) =>
      repositoriesOf(environment).map((repositoryId) => toRecord(found, environment, repositoryId, report)),
    );
  });
}

function packagesOf(report: IndexReport): readonly Package[] {
  return [...report.packages.keys()].sort().flatMap((id) => report.packages.get(id) ?? []);
}

function recordsOf(found: Package, report: IndexReport): PackageRecords {
  const environments = report.environments.get(found.id) ?? [];
  const free = environments.filter((environment) => !isOwned(environment, found.id, report));
  if (free.length === 0 && environments.length > 0) {
    const owners = environments.flatMap(({ ownedBy }) => (ownedBy === undefined ? [] : [ownedBy]));
    return { package: found, records: [], owners: [...new Set(owners)].sort() };
  }
  const [first, ...others] = free;
  // Nearly every package is in one place.
  if (first && others.length === 0 && first.repositoryIds.length < 2) {
    return { package: found, records: [toRecord(found, first, first.repositoryIds[0], report)], owners: [] };
  }
  const records = new Map<string, IndexRecord>();
  for (const environment of free) {
    for (const repositoryId of repositoriesOf(environment)) {
      const key = `${environment.distributionId ?? ''} ${repositoryId ?? ''}`;
      if (!records.has(key)) records.set(key, toRecord(found, environment, repositoryId, report));
    }
  }
  if (records.size === 0) records.set('', { package: found, environment: nowhere });
  return { package: found, records: [...records.values()], owners: [] };
}

/** Owned by a package of this report that nobody owns: a circle of owners would answer for nobody. */
function isOwned({ ownedBy }: Environment, id: PackageId, report: IndexReport): boolean {
  if (ownedBy === undefined || ownedBy === id || !report.packages.has(ownedBy)) return false;
  return (report.environments.get(ownedBy) ?? []).some((place) => place.ownedBy === undefined);
}

function repositoriesOf({ repositoryIds }: Environment): readonly (RepositoryId | undefined)[] {
  return repositoryIds.length === 0 ? [undefined] : repositoryIds;
}

function toRecord(found: Package, environment: Environment, repositoryId: RepositoryId | undefined, report: IndexReport): IndexRecord {
  const distribution = environment.distributionId && report.distributions.get(environment.distributionId);
  const repository = repositoryId && report.repositories.get(repositoryId);
  if (distribution && repository) return { package: found, environment, distribution, repository };
  if (distribution) return { package: found, environment, distribution };
  return repository ? { package: found, environment, repository } : { package: found, environment };
}

/** For a package of a foreign report that names no place: it is judged all the same. */
const nowhere: Environment = Object.freeze({
  packageDb: '',
  introducedIn: `sha256:${'0'.repeat(64)}` as LayerDigest,
  repositoryIds: [],
});
