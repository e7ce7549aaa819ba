import type { Namespace } from '../../../contracts/index.ts';
import type { DistributionFacts } from '../../../core/index.ts';
import type { OsRelease } from '../../../formats/os-release/index.ts';

/** A release of Photon OS, e.g. `5.0`. */
export type PhotonRelease = `${number}.0`;

const namespacePrefix = 'photon:';

/** `ID=photon`, `VERSION_ID=5.0`. */
export function releaseOf({ values }: OsRelease): PhotonRelease | undefined {
  return values.get('ID') === 'photon' ? parseRelease(values.get('VERSION_ID') ?? '') : undefined;
}

function parseRelease(text: string): PhotonRelease | undefined {
  const major = /^([1-9]\d?)\.\d+$/.exec(text)?.[1];
  return major === undefined ? undefined : releaseOfMajor(Number(major));
}

/** @param major as the feed's address has it */
export function releaseOfMajor(major: number): PhotonRelease {
  return `${major}.0`;
}

export function releaseOfNamespace(namespace: string): PhotonRelease | undefined {
  return namespace.startsWith(namespacePrefix) ? parseRelease(namespace.slice(namespacePrefix.length)) : undefined;
}

export function majorOf(release: PhotonRelease): string {
  return release.slice(0, release.indexOf('.'));
}

export function distributionOf(release: PhotonRelease): DistributionFacts {
  return {
    did: 'photon',
    name: 'VMware Photon OS',
    version: release,
    versionCodeName: '',
    versionId: release,
    arch: '',
    cpe: '',
    prettyName: `VMware Photon OS ${release}`,
  };
}

export function namespaceOf(release: PhotonRelease): Namespace {
  return { key: namespaceKey(release), scheme: 'rpm', distribution: { did: 'photon', versionId: release } };
}

/** @param versionId of a distribution that {@link distributionOf} made */
export function namespaceKey(versionId: string): string {
  return `${namespacePrefix}${versionId}`;
}

/** The last day of support. Of 3.0 and 4.0 that of vSphere 7 and 8, as its maintainers say (https://github.com/endoflife-date/endoflife.date/pull/9025); of 5.0 none is announced. */
const lastDays: ReadonlyMap<string, string> = new Map([
  ['1.0', '2022-02-28'],
  ['2.0', '2022-12-31'],
  ['3.0', '2025-10-02'],
  ['4.0', '2027-10-11'],
]);

/** The last day of support of a release of this table; undefined for those that it does not have. */
export function endOfLife({ versionId }: Pick<DistributionFacts, 'versionId'>): string | undefined {
  return lastDays.get(versionId);
}
