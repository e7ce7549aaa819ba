import type {
  Diagnostic,
  DistributionFacts,
  Environment,
  IndexReport,
  ManifestDigest,
  LayerDigest,
  Package,
  PackageFacts,
  PackageId,
  RepositoryFacts,
} from '../core/index.ts';
import { distributionId, packageId, repositoryId } from '../runtime/index.ts';

export interface FakePlace {
  /** `did:versionId`. */
  readonly distribution?: string;
  /** Name of a repository. */
  readonly repository?: string;
  readonly ownedBy?: PackageId;
}

export interface FakePackage extends Partial<Omit<PackageFacts, 'source'>> {
  readonly name: string;
  readonly version: string;
  /** `name version`. */
  readonly source?: string;
  /** One place without anything known if absent. */
  readonly places?: readonly FakePlace[];
}

const layer = `sha256:${'1'.repeat(64)}` as LayerDigest;

/** A finished index report that lists these packages. */
export function fakeIndexReport(packages: readonly FakePackage[], diagnostics: readonly Diagnostic[] = []): IndexReport {
  const distributions = new Map<string, DistributionFacts>();
  const repositories = new Map<string, RepositoryFacts>();
  const environments = new Map<PackageId, Environment[]>();
  const found = new Map<PackageId, Package>();
  for (const fake of packages) {
    const listed = fakePackage(fake);
    found.set(listed.id, listed);
    for (const { distribution, repository, ownedBy } of fake.places ?? [{}]) {
      if (distribution !== undefined) distributions.set(distribution, distributionFacts(distribution));
      if (repository !== undefined) repositories.set(repository, repositoryFacts(repository));
      const place: Environment = {
        packageDb: 'var/lib/db',
        introducedIn: layer,
        ...(distribution !== undefined && { distributionId: distributionId(distributionFacts(distribution)) }),
        repositoryIds: repository === undefined ? [] : [repositoryId(repositoryFacts(repository))],
        ...(ownedBy !== undefined && { ownedBy }),
      };
      environments.set(listed.id, [...(environments.get(listed.id) ?? []), place]);
    }
  }
  return {
    manifestHash: `sha256:${'a'.repeat(64)}` as ManifestDigest,
    state: 'IndexFinished',
    success: true,
    err: '',
    packages: found,
    distributions: new Map([...distributions.values()].map((facts) => [distributionId(facts), { id: distributionId(facts), ...facts }])),
    repositories: new Map([...repositories.values()].map((facts) => [repositoryId(facts), { id: repositoryId(facts), ...facts }])),
    environments,
    diagnostics,
  };
}

/** The package of an index report, with its id. */
export function fakePackage(fake: FakePackage): Package {
  const { places: _, source, ...rest } = fake;
  const [sourceName = '', sourceVersion = ''] = source?.split(' ') ?? [];
  const facts: PackageFacts = {
    kind: 'binary',
    arch: 'amd64',
    module: '',
    cpe: '',
    detector: '',
    ...rest,
    ...(source !== undefined && { source: { name: sourceName, version: sourceVersion, module: '' } }),
  };
  return { id: packageId(facts), ...facts };
}

function distributionFacts(text: string): DistributionFacts {
  const [did = '', versionId = ''] = text.split(':');
  return { did, name: did, version: versionId, versionCodeName: '', versionId, arch: '', cpe: '', prettyName: '' };
}

function repositoryFacts(name: string): RepositoryFacts {
  return { name, key: '', uri: '', cpe: '' };
}
