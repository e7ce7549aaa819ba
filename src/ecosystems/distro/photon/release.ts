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
