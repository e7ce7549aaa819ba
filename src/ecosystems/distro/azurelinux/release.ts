import type { Namespace } from '../../../contracts/index.ts';
import type { DistributionFacts } from '../../../core/index.ts';
import type { OsRelease } from '../../../formats/os-release/index.ts';

/** A release of Azure Linux, e.g. `3.0`; up to 2.0 it was called CBL-Mariner, and so its os-release calls it. */
export type AzureLinuxRelease = `${number}.0`;

const namespacePrefix = 'azurelinux:';
const lastOfMariner = 2;

/** `ID=azurelinux`, `VERSION_ID="3.0"`; `ID=mariner`, `VERSION_ID="2.0"`. */
export function releaseOf({ values }: OsRelease): AzureLinuxRelease | undefined {
  const release = parseRelease(values.get('VERSION_ID') ?? '');
  return release !== undefined && values.get('ID') === didOf(release) ? release : undefined;
}

function parseRelease(text: string): AzureLinuxRelease | undefined {
  const major = /^([1-9]\d?)\.0(?:\.|$)/.exec(text)?.[1];
  return major === undefined ? undefined : releaseOfMajor(Number(major));
}

export function releaseOfMajor(major: number): AzureLinuxRelease {
  return `${major}.0`;
}

export function releaseOfNamespace(namespace: string): AzureLinuxRelease | undefined {
  const text = namespace.startsWith(namespacePrefix) ? namespace.slice(namespacePrefix.length) : '';
  const release = parseRelease(text);
  return release === text ? release : undefined;
}

export function isMariner(release: AzureLinuxRelease): boolean {
  return Number.parseInt(release, 10) <= lastOfMariner;
}

function didOf(release: AzureLinuxRelease): string {
  return isMariner(release) ? 'mariner' : 'azurelinux';
}

export function distributionOf(release: AzureLinuxRelease): DistributionFacts {
  const name = isMariner(release) ? 'CBL-Mariner' : 'Microsoft Azure Linux';
  return {
    did: didOf(release),
    name,
    version: release,
    versionCodeName: '',
    versionId: release,
    arch: '',
    cpe: '',
    prettyName: `${name} ${release}`,
  };
}

export function namespaceOf(release: AzureLinuxRelease): Namespace {
  return { key: namespaceKey(release), scheme: 'rpm', distribution: { did: didOf(release), versionId: release } };
}

/** @param versionId of a distribution that {@link distributionOf} made */
export function namespaceKey(versionId: string): string {
  return `${namespacePrefix}${versionId}`;
}

/** The last day of support: https://learn.microsoft.com/azure/azure-linux/release-cadence-lifecycle */
const lastDays: ReadonlyMap<string, string> = new Map([
  ['1.0', '2023-08-31'],
  ['2.0', '2025-07-31'],
  ['3.0', '2027-08-31'],
]);

/** The last day of support of a release of this table; undefined for those that it does not have. */
export function endOfLife({ versionId }: Pick<DistributionFacts, 'versionId'>): string | undefined {
  return lastDays.get(versionId);
}
