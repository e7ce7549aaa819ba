import type { Namespace } from '../../../contracts/index.ts';
import type { DistributionFacts } from '../../../core/index.ts';
import type { OsRelease } from '../../../formats/os-release/index.ts';

/** A release of Rocky Linux: its major number. Point releases follow each other and share their packages. */
export type RockyRelease = string;

const namespacePrefix = 'rocky:';
const releasePattern = /^[1-9]\d{0,2}$/;

/** The release that an os-release names: `9` for `9.3`. */
export function releaseOf({ values }: OsRelease): RockyRelease | undefined {
  if (values.get('ID') !== 'rocky') return undefined;
  const major = (values.get('VERSION_ID') ?? '').split('.', 1)[0] ?? '';
  return releasePattern.test(major) ? major : undefined;
}

/** The same facts for every point release. */
export function distributionOf(release: RockyRelease): DistributionFacts {
  return {
    did: 'rocky',
    name: 'Rocky Linux',
    version: release,
    versionCodeName: '',
    versionId: release,
    arch: '',
    cpe: '',
    prettyName: `Rocky Linux ${release}`,
  };
}

const namespaces = new Map<RockyRelease, Namespace>();

/** One object for all rows of a release. */
export function namespaceOf(release: RockyRelease): Namespace {
  const known = namespaces.get(release);
  if (known) return known;
  const namespace: Namespace = { key: namespaceKey(release), scheme: 'rpm', distribution: { did: 'rocky', versionId: release } };
  namespaces.set(release, namespace);
  return namespace;
}

/** The release of an ecosystem of OSV (`Rocky Linux:9`) or of a product of the errata (`Rocky Linux 9 x86_64`, `Rocky Linux 8.6 x86_64 (Legacy)`). */
export function releaseOfProduct(product: string): RockyRelease | undefined {
  return /^Rocky Linux[: ]([1-9]\d{0,2})(?=$|[. ])/.exec(product)?.[1];
}

/** @param versionId of a distribution that {@link distributionOf} made */
export function namespaceKey(versionId: string): string {
  return `${namespacePrefix}${versionId}`;
}

export function isRockyNamespace(namespace: string): boolean {
  return namespace.startsWith(namespacePrefix) && releasePattern.test(namespace.slice(namespacePrefix.length));
}

/** The last day of a release: https://wiki.rockylinux.org/rocky/version/ */
const lastDays: ReadonlyMap<string, string> = new Map([
  ['8', '2029-05-31'],
  ['9', '2032-05-31'],
  ['10', '2035-05-31'],
]);

/** The last day of support of a release of this table; undefined for those that it does not have. */
export function endOfLife({ versionId }: Pick<DistributionFacts, 'versionId'>): string | undefined {
  return lastDays.get(versionId);
}
