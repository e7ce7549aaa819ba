import type { Namespace } from '../../../contracts/index.ts';
import type { DistributionFacts } from '../../../core/index.ts';
import type { OsRelease } from '../../../formats/os-release/index.ts';

/** `ID` of os-release(5), and the name beside it. Neither has releases: what is newest is what there is. */
const names = { wolfi: 'Wolfi', chainguard: 'Chainguard' } as const;

/** One of the two distributions, which share their way of building and keep their own packages and advisories. */
export type WolfiDistribution = keyof typeof names;

/** What stands where others have the number of a release. */
const versionId = 'rolling';
const namespaceSuffix = `:${versionId}`;

function isOurs(did: string): did is WolfiDistribution {
  return Object.hasOwn(names, did);
}

/** `ID=wolfi` or `ID=chainguard`; `VERSION_ID` (`20230201`) was set when they began, and has stood still since. */
export function releaseOf({ values }: OsRelease): WolfiDistribution | undefined {
  return releaseOfDid(values.get('ID') ?? '');
}

/** @param did of a distribution, also of one that another scanner made */
export function releaseOfDid(did: string): WolfiDistribution | undefined {
  return isOurs(did) ? did : undefined;
}

export function distributionOf(release: WolfiDistribution): DistributionFacts {
  const name = names[release];
  return { did: release, name, version: '', versionCodeName: '', versionId, arch: '', cpe: '', prettyName: name };
}

export function namespaceOf(release: WolfiDistribution): Namespace {
  return { key: namespaceKey(release), scheme: 'apk', distribution: { did: release, versionId } };
}

export function namespaceKey(release: WolfiDistribution): string {
  return `${release}${namespaceSuffix}`;
}

export function releaseOfNamespace(namespace: string): WolfiDistribution | undefined {
  return namespace.endsWith(namespaceSuffix) ? releaseOfDid(namespace.slice(0, -namespaceSuffix.length)) : undefined;
}
