import type { Namespace } from '../../../contracts/index.ts';
import type { DistributionFacts } from '../../../core/index.ts';
import type { OsRelease } from '../../../formats/os-release/index.ts';

/** A release of Amazon Linux: `1` (the AMI, by dates), `2`, `2022` (the preview of the next), `2023`. */
export type AmazonRelease = string;

const namespacePrefix = 'amazon:';

/** The releases that have advisories. */
export const releases = ['1', '2', '2022', '2023'] as const;
export type ServedRelease = (typeof releases)[number];

/** The release that an os-release names. The first one is named by its month: `2018.03`. */
export function releaseOf({ values }: OsRelease): AmazonRelease | undefined {
  if (values.get('ID') !== 'amzn') return undefined;
  const versionId = values.get('VERSION_ID') ?? '';
  if (/^201\d\.\d\d$/.test(versionId)) return '1';
  return /^[1-9]\d{0,3}(?=$|\.)/.exec(versionId)?.[0];
}

/** The same facts for every image of a release. */
export function distributionOf(release: AmazonRelease): DistributionFacts {
  const name = release === '1' ? 'Amazon Linux AMI' : 'Amazon Linux';
  return {
    did: 'amzn',
    name,
    version: release,
    versionCodeName: '',
    versionId: release,
    arch: '',
    cpe: '',
    prettyName: release === '1' ? name : `${name} ${release}`,
  };
}

export function namespaceOf(release: AmazonRelease): Namespace {
  return { key: namespaceKey(release), scheme: 'rpm', distribution: { did: 'amzn', versionId: release } };
}

/** @param versionId of a distribution that {@link distributionOf} made */
export function namespaceKey(versionId: string): string {
  return `${namespacePrefix}${versionId}`;
}

export function releaseOfNamespace(namespace: string): ServedRelease | undefined {
  return releases.find((release) => namespaceKey(release) === namespace);
}

/** The last day of maintenance: https://aws.amazon.com/amazon-linux-ami/faqs/, https://aws.amazon.com/amazon-linux-2/faqs/, https://docs.aws.amazon.com/linux/al2023/ug/release-cadence.html */
const lastDays: ReadonlyMap<string, string> = new Map([
  ['1', '2023-12-31'],
  ['2', '2026-06-30'],
  ['2023', '2029-06-30'],
]);

/** The last day of support of a release of this table; undefined for those that it does not have. */
export function endOfLife({ versionId }: Pick<DistributionFacts, 'versionId'>): string | undefined {
  return lastDays.get(versionId);
}
