import type {
  Distribution,
  Environment,
  IndexReport,
  LayerDigest,
  Package,
  PackageFacts,
  PackageId,
  Repository,
} from '../../core/index.ts';
import { packageId } from '../../runtime/index.ts';
import { sortedBy } from '../../reports/index.ts';
import { assignIntegers, integerOf } from './integer-ids.ts';
import type { SeedDistribution, SeedEnvironment, SeedPackage, SeedRepository } from './wire-types.ts';

/** Stands for the layer of a package whose report names none; written as the empty text. */
export const unknownLayer = `sha256:${'0'.repeat(64)}` as LayerDigest;

/** The numbers of everything in one index report. */
export interface InventoryIds {
  readonly packages: ReadonlyMap<string, number>;
  readonly distributions: ReadonlyMap<string, number>;
  readonly repositories: ReadonlyMap<string, number>;
}

export function inventoryIds(report: IndexReport): InventoryIds {
  return {
    packages: assignIntegers(report.packages.keys()),
    distributions: assignIntegers(report.distributions.keys()),
    repositories: assignIntegers(report.repositories.keys()),
  };
}

/** The entries of a map under the numbers of their ids, sorted by number. */
export function numbered<K extends string, V>(map: ReadonlyMap<K, V>, ids: ReadonlyMap<string, number>): readonly (readonly [number, V])[] {
  return Array.from(map, ([id, value]) => [ids.get(id) ?? integerOf(id), value] as const).sort(([a], [b]) => a - b);
}

export function encodeSeedPackage(facts: Package, id: number, packageDb: string): SeedPackage {
  const { name, version, kind, arch, module, cpe, detector } = facts;
  const source = facts.source === undefined ? null : encodeSource(facts.source, packageDb);
  return { id, name, version, kind, source, package_db: packageDb, repository_hint: '', arch, module, cpe, detector };
}

function encodeSource(source: NonNullable<PackageFacts['source']>, packageDb: string): SeedPackage {
  const facts: PackageFacts = { ...source, kind: 'source', arch: '', cpe: '', detector: '' };
  return encodeSeedPackage({ id: packageId(facts), ...facts }, integerOf(packageId(facts)), packageDb);
}

export function encodeSeedDistribution(distribution: Omit<Distribution, 'id'>, id: number): SeedDistribution {
  return {
    id,
    did: distribution.did,
    name: distribution.name,
    version: distribution.version,
    version_code_name: distribution.versionCodeName,
    version_id: distribution.versionId,
    arch: distribution.arch,
    cpe: distribution.cpe,
    pretty_name: distribution.prettyName,
  };
}

export function encodeSeedRepository({ name, key, uri, cpe }: Omit<Repository, 'id'>, id: number): SeedRepository {
  return { id, name, key, uri, cpe };
}

/** Sorted by database, layer, owner's number. */
export function encodeSeedEnvironments(environments: readonly Environment[], ids: InventoryIds): readonly SeedEnvironment[] {
  const encoded = environments.map(({ packageDb, introducedIn, distributionId, repositoryIds, ownedBy }) => ({
    package_db: packageDb,
    introduced_in: encodeLayer(introducedIn),
    distribution_id: distributionId === undefined ? 0 : (ids.distributions.get(distributionId) ?? integerOf(distributionId)),
    repository_ids: repositoryIds.map((id) => ids.repositories.get(id) ?? integerOf(id)).sort((a, b) => a - b),
    ...(ownedBy !== undefined && { owned_by: ids.packages.get(ownedBy) ?? integerOf(ownedBy) }),
  }));
  return sortedBy(encoded, (place) => [place.package_db, place.introduced_in, String(place.owned_by ?? '').padStart(16, '0')]);
}

/** The places of a package that answer for it: those that no OS package owns, or all where each is owned. */
export function answeringPlaces(places: readonly SeedEnvironment[]): readonly SeedEnvironment[] {
  const free = places.filter((place) => place.owned_by === undefined);
  return free.length > 0 ? free : places;
}

export function placesOf(report: IndexReport, id: PackageId, ids: InventoryIds): readonly SeedEnvironment[] {
  return encodeSeedEnvironments(report.environments.get(id) ?? [], ids);
}

function encodeLayer(layer: LayerDigest): string {
  return layer === unknownLayer ? '' : layer;
}
