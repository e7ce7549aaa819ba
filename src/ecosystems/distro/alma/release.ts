import type { Namespace } from '../../../contracts/index.ts';
import type { DistributionFacts } from '../../../core/index.ts';
import type { OsRelease } from '../../../formats/os-release/index.ts';

/** A release of AlmaLinux: its major number. Point releases follow each other and share their packages. */
export type AlmaRelease = string;

const namespacePrefix = 'alma:';
const releasePattern = /^[1-9]\d{0,2}$/;

/** The release that an os-release names: `9` for `9.3`. */
export function releaseOf({ values }: OsRelease): AlmaRelease | undefined {
  if (values.get('ID') !== 'almalinux') return undefined;
  const major = (values.get('VERSION_ID') ?? '').split('.', 1)[0] ?? '';
  return releasePattern.test(major) ? major : undefined;
}

/** The same facts for every point release. */
export function distributionOf(release: AlmaRelease): DistributionFacts {
  return {
    did: 'almalinux',
    name: 'AlmaLinux',
    version: release,
    versionCodeName: '',
    versionId: release,
    arch: '',
    cpe: '',
    prettyName: `AlmaLinux ${release}`,
  };
}

const namespaces = new Map<AlmaRelease, Namespace>();

/** One object for all rows of a release. */
export function namespaceOf(release: AlmaRelease): Namespace {
  const known = namespaces.get(release);
  if (known) return known;
  const namespace: Namespace = { key: namespaceKey(release), scheme: 'rpm', distribution: { did: 'almalinux', versionId: release } };
  namespaces.set(release, namespace);
  return namespace;
}

/** @param versionId of a distribution that {@link distributionOf} made */
export function namespaceKey(versionId: string): string {
  return `${namespacePrefix}${versionId}`;
}

export function releaseOfNamespace(namespace: string): AlmaRelease | undefined {
  const release = namespace.startsWith(namespacePrefix) ? namespace.slice(namespacePrefix.length) : '';
  return releasePattern.test(release) ? release : undefined;
}

/** The last day of security support: https://wiki.almalinux.org/release-notes/ */
const lastDays: ReadonlyMap<string, string> = new Map([
  ['8', '2029-03-01'],
  ['9', '2032-05-31'],
  ['10', '2035-05-31'],
]);

/** The last day of support of a release of this table; undefined for those that it does not have. */
export function endOfLife({ versionId }: Pick<DistributionFacts, 'versionId'>): string | undefined {
  return lastDays.get(versionId);
}
