import type { Namespace } from '../../../contracts/index.ts';
import type { DistributionFacts } from '../../../core/index.ts';
import type { OsRelease } from '../../../formats/os-release/index.ts';

/** A major release of Oracle Linux: minor releases share their advisories. */
export type OracleRelease = `${number}`;

const namespacePrefix = 'oracle:';

/** `ID="ol"`, `VERSION_ID="8.9"`. */
export function releaseOf({ values }: OsRelease): OracleRelease | undefined {
  return values.get('ID') === 'ol' ? parseRelease(/^\d+/.exec(values.get('VERSION_ID') ?? '')?.[0] ?? '') : undefined;
}

function parseRelease(text: string): OracleRelease | undefined {
  return /^[1-9]\d?$/.test(text) ? `${Number(text)}` : undefined;
}

/** `Oracle Linux 8`, as the feed names it. */
export function releaseOfPlatform(platform: string): OracleRelease | undefined {
  return parseRelease(/^Oracle Linux (\d+)$/.exec(platform)?.[1] ?? '');
}

export function releaseOfNamespace(namespace: string): OracleRelease | undefined {
  return namespace.startsWith(namespacePrefix) ? parseRelease(namespace.slice(namespacePrefix.length)) : undefined;
}

/** The same facts for every minor release. */
export function distributionOf(release: OracleRelease): DistributionFacts {
  return {
    did: 'ol',
    name: 'Oracle Linux Server',
    version: release,
    versionCodeName: '',
    versionId: release,
    arch: '',
    cpe: '',
    prettyName: `Oracle Linux Server ${release}`,
  };
}

export function namespaceOf(release: OracleRelease): Namespace {
  return { key: namespaceKey(release), scheme: 'rpm', distribution: { did: 'ol', versionId: release } };
}

/** @param versionId of a distribution that {@link distributionOf} made */
export function namespaceKey(versionId: string): string {
  return `${namespacePrefix}${versionId}`;
}

/** The last day of Premier Support, after which fixes are of the paid Extended Support; where the policy has a month alone, its last day. https://www.oracle.com/a/ocom/docs/elsp-lifetime-069338.pdf */
const lastDays: ReadonlyMap<string, string> = new Map([
  ['4', '2013-02-28'],
  ['5', '2017-06-30'],
  ['6', '2021-03-31'],
  ['7', '2024-12-31'],
  ['8', '2029-07-31'],
  ['9', '2032-06-30'],
  ['10', '2035-06-30'],
]);

/** The last day of support of a release of this table; undefined for those that it does not have. */
export function endOfLife({ versionId }: Pick<DistributionFacts, 'versionId'>): string | undefined {
  return lastDays.get(versionId);
}
