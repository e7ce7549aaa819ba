import { compareText } from '../../core/index.ts';
import type {
  Distribution,
  DistributionFacts,
  DistributionId,
  Environment,
  IndexReport,
  LayerDigest,
  Package,
  PackageId,
  Repository,
  RepositoryFacts,
  RepositoryId,
} from '../../core/index.ts';
import { distributionId, packageId, repositoryId } from '../../runtime/index.ts';
import type { DistributionMap } from './distribution-map.ts';
import type { LayerRepositories } from './layer-repositories.ts';
import type { PlacedPackage } from './owned-packages.ts';

/** What coalescing says of an image. */
export type ImageContents = Pick<
  IndexReport,
  'packages' | 'distributions' | 'repositories' | 'environments' | 'diagnostics' | 'distributionId'
>;

export interface ImageParts {
  readonly packages: readonly PlacedPackage[];
  readonly distributions: DistributionMap;
  /** Those of a package that does not name its own. */
  readonly repositoriesOf: LayerRepositories;
  /** Digests of the layers, base first. */
  readonly layers: readonly LayerDigest[];
}

/** Gives everything its id, and puts one thing that was found at several places together. */
export function assembleContents(parts: ImageParts): Omit<ImageContents, 'diagnostics'> {
  const packages = new Map<PackageId, Package>();
  const distributions = new Map<DistributionId, Distribution>();
  const repositories = new Map<RepositoryId, Repository>();
  const environments = new Map<PackageId, Environment[]>();
  const addDistribution = (facts: DistributionFacts): DistributionId => {
    const id = distributionId(facts);
    distributions.set(id, { ...facts, id });
    return id;
  };
  const addRepository = (facts: RepositoryFacts): RepositoryId => {
    const id = repositoryId(facts);
    repositories.set(id, { ...facts, id });
    return id;
  };
  for (const placed of parts.packages) {
    const { found } = placed;
    const id = packageId(found.facts);
    packages.set(id, { ...found.facts, id });
    const places = environments.get(id) ?? [];
    environments.set(id, places);
    places.push(environmentOf(placed, parts, addDistribution, addRepository));
  }
  const image = parts.distributions.image && addDistribution(parts.distributions.image);
  return {
    packages: sortedById(packages),
    distributions: sortedById(distributions),
    repositories: sortedById(repositories),
    environments: sortedById(new Map([...environments].map(([id, places]) => [id, sortedPlaces(places, parts.layers)]))),
    ...(image !== undefined && { distributionId: image }),
  };
}

/** A package that names its own registry is of no distribution: its vendor is the registry's author. */
function environmentOf(
  { found, owner }: PlacedPackage,
  parts: ImageParts,
  addDistribution: (facts: DistributionFacts) => DistributionId,
  addRepository: (facts: RepositoryFacts) => RepositoryId,
): Environment {
  const hasOwn = found.repositories.length > 0;
  const distribution = found.distribution ?? (hasOwn ? undefined : parts.distributions.at(found.layer));
  const repositories = hasOwn ? found.repositories : layerRepositories(found, parts);
  return {
    ...found.environment,
    ...(distribution && { distributionId: addDistribution(distribution) }),
    repositoryIds: [...new Set(repositories.map(addRepository))].sort(compareText),
    ...(owner !== undefined && { ownedBy: owner }),
  };
}

/** Those of the layer that brought the package; only the one that it says it came from, where that is among them. */
function layerRepositories(
  { environment, layer, repositoryHint }: PlacedPackage['found'],
  { layers, repositoriesOf }: ImageParts,
): readonly RepositoryFacts[] {
  const introduced = layers.indexOf(environment.introducedIn);
  const all = repositoriesOf(introduced < 0 ? layer : introduced);
  const own = repositoryHint === undefined ? [] : all.filter(({ uri }) => uri === repositoryHint);
  return own.length > 0 ? own : all;
}

function sortedById<K extends string, V>(map: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  return new Map([...map].sort(([a], [b]) => compareText(a, b)));
}

/** By path, then by layer; a place that two scanners of one identity saw is one place. */
function sortedPlaces(places: readonly Environment[], layers: readonly LayerDigest[]): readonly Environment[] {
  const distinct = new Map(places.map((place) => [placeKey(place), place]));
  return [...distinct]
    .sort(
      ([aKey, a], [bKey, b]) =>
        compareText(a.packageDb, b.packageDb) || layers.indexOf(a.introducedIn) - layers.indexOf(b.introducedIn) || compareText(aKey, bKey),
    )
    .map(([, place]) => place);
}

function placeKey({ packageDb, introducedIn, distributionId, repositoryIds, ownedBy }: Environment): string {
  return JSON.stringify([packageDb, introducedIn, distributionId, repositoryIds, ownedBy]);
}
