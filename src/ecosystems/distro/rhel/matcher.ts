import { defineMatcher, type Namespace, type NamespaceChoice, type SelectedNamespace } from '../../../contracts/index.ts';
import {
  distributionRepositoryKeys,
  isProductSuperset,
  parseCpe,
  type Cpe,
  type EvidenceNote,
  type IndexRecord,
  type RepositoryFacts,
} from '../../../core/index.ts';
import { isFromDatabase, rpmScannerName } from '../../../families/index.ts';
import { containerRepositoryKey } from './container-facts.ts';
import { releaseCpe, releaseNamespaceKey } from './products.ts';
import { endOfLife, releaseOfDistribution } from './release.ts';
import { repositoryNamespace } from './repository-names.ts';

/**
 * Packages of Red Hat Enterprise Linux, and of the CentOS that was built from it. What answers for a package are the products that its repositories are
 * of, and the release as such; where no repository is known, every product of the release. And containers of Red Hat's catalogue.
 */
export const rhelMatcher = defineMatcher({
  id: 'rhel-matcher',
  scheme: 'rpm',
  versionFilter: true,
  filter: (record) => isContainer(record) || (majorOf(record) !== undefined && isFromDatabase(record, rpmScannerName)),
  query: () => ['package-source-name', 'package-name', 'package-module', 'repository-cpe'],
  namespaces(record) {
    const major = majorOf(record);
    return major === undefined ? [] : [releaseNamespaceKey(major)];
  },
  repositoryNames: repositoryNamespace.key,
  selectNamespaces,
  endOfLife,
});

function majorOf({ distribution }: IndexRecord): string | undefined {
  return distribution && releaseOfDistribution(distribution)?.major;
}

function isContainer({ repository }: IndexRecord): boolean {
  return repository?.key === containerRepositoryKey;
}

function selectNamespaces(records: readonly IndexRecord[], choice: NamespaceChoice): readonly SelectedNamespace[] {
  return records.some(isContainer) ? selectOfContainer(records, choice) : selectOfPackage(records, choice);
}

/**
 * The containers of the products that hold its own, all of them where its labels do not name one. And the release: there is nothing of containers under it, but
 * where it is not loaded nothing is.
 */
function selectOfContainer(records: readonly IndexRecord[], { namespaces }: NamespaceChoice): readonly SelectedNamespace[] {
  const products = records.flatMap(({ repository }) => parseCpe(repository?.cpe ?? '') ?? []);
  const releases = new Set(records.flatMap((record) => majorOf(record) ?? []).map(releaseNamespaceKey));
  const isMeant = (cpe: Cpe): boolean => products.length === 0 || products.some((product) => isProductSuperset(cpe, product));
  const notes = products.length === 0 ? (['repository-assumed'] as const) : [];
  return namespaces
    .filter((namespace) => releases.has(namespace.key) || isMeantBy(namespace, containerRepositoryKey, isMeant))
    .map((namespace) => ({ namespace, notes }));
}

function selectOfPackage(records: readonly IndexRecord[], { namespaces, namesOf }: NamespaceChoice): readonly SelectedNamespace[] {
  const majors = new Set(records.flatMap((record) => majorOf(record) ?? []));
  const releases = [...majors].flatMap((major) => parseCpe(releaseCpe(major)) ?? []);
  const products = records.flatMap(({ repository }) => (repository ? cpesOf(repository, namesOf) : []));
  const notes = notesOf(records, products.length === 0);
  const isMeant = (namespace: Cpe): boolean =>
    products.length > 0
      ? [...products, ...releases].some((product) => isProductSuperset(namespace, product))
      : releases.some((release) => isProductSuperset(withAnyPart(release), namespace) || isProductSuperset(namespace, release));
  return namespaces
    .filter((namespace) => isMeantBy(namespace, distributionRepositoryKeys.cpe, isMeant))
    .map((namespace) => ({ namespace, notes }));
}

function isMeantBy({ repository }: Namespace, key: string, isMeant: (cpe: Cpe) => boolean): boolean {
  if (repository?.key !== key) return false;
  const cpe = parseCpe(repository.cpe ?? '');
  return cpe !== undefined && isMeant(cpe);
}

/** A repository by its id is of the products that the feed names; one of another Clair's report is a product itself. */
function cpesOf(repository: RepositoryFacts, namesOf: NamespaceChoice['namesOf']): readonly Cpe[] {
  switch (repository.key) {
    case distributionRepositoryKeys.id:
      return namesOf(repository).flatMap((name) => parseCpe(name) ?? []);
    case distributionRepositoryKeys.cpe:
      return [repository.cpe, repository.name].flatMap((name) => parseCpe(name) ?? []).slice(0, 1);
    default:
      return [];
  }
}

/** The application streams of a release are its products as well as the operating system: `cpe:/a:redhat:enterprise_linux:8::appstream`. */
function withAnyPart(release: Cpe): Cpe {
  return { ...release, part: '*' };
}

function notesOf(records: readonly IndexRecord[], isAssumed: boolean): readonly EvidenceNote[] {
  const isRebuild = records.some(({ distribution }) => distribution?.did === 'centos');
  return [...(isAssumed ? (['repository-assumed'] as const) : []), ...(isRebuild ? (['rhel-rows'] as const) : [])];
}
