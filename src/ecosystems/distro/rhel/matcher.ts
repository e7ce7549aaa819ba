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
import { releaseCpe, releaseNamespaceKey } from './products.ts';
import { endOfLife, releaseOfDistribution } from './release.ts';
import { repositoryNamespace } from './repository-names.ts';

/**
 * Packages of Red Hat Enterprise Linux, and of the CentOS that was built from it. What answers for a package are the products that its repositories are
 * of, and the release as such; where no repository is known, every product of the release.
 */
export const rhelMatcher = defineMatcher({
  id: 'rhel-matcher',
  scheme: 'rpm',
  versionFilter: true,
  filter: (record) => majorOf(record) !== undefined && isFromDatabase(record, rpmScannerName),
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

function selectNamespaces(records: readonly IndexRecord[], { namespaces, namesOf }: NamespaceChoice): readonly SelectedNamespace[] {
  const majors = new Set(records.flatMap((record) => majorOf(record) ?? []));
  const releases = [...majors].flatMap((major) => parseCpe(releaseCpe(major)) ?? []);
  const products = records.flatMap(({ repository }) => (repository ? cpesOf(repository, namesOf) : []));
  const notes = notesOf(records, products.length === 0);
  const isMeant = (namespace: Cpe): boolean =>
    products.length > 0
      ? [...products, ...releases].some((product) => isProductSuperset(namespace, product))
      : releases.some((release) => isProductSuperset(withAnyPart(release), namespace) || isProductSuperset(namespace, release));
  return namespaces.filter((namespace) => isMeantBy(namespace, isMeant)).map((namespace) => ({ namespace, notes }));
}

function isMeantBy({ repository }: Namespace, isMeant: (cpe: Cpe) => boolean): boolean {
  if (repository?.key !== distributionRepositoryKeys.cpe) return false;
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
