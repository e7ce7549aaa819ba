import type { Namespace } from '../../../contracts/index.ts';
import type { DistributionFacts } from '../../../core/index.ts';
import type { OsRelease } from '../../../formats/os-release/index.ts';

/** A release of Alpine Linux: `3.11`, or `edge`, which never ends. */
export type AlpineRelease = `3.${number}` | 'edge';

const namespacePrefix = 'alpine:';

/**
 * The release that an os-release names: `3.11` for `3.11.13`. `edge` has no number of its own, it carries the coming
 * release's with a suffix (`3.19_alpha20230901`). A candidate (`3.19.0_rc1`) is of its release.
 */
export function releaseOf({ values }: OsRelease): AlpineRelease | undefined {
  if (values.get('ID') !== 'alpine') return undefined;
  const versionId = values.get('VERSION_ID') ?? '';
  if (versionId === 'edge' || versionId.includes('_alpha')) return 'edge';
  return parseRelease(/^\d+\.\d+(?=$|[._])/.exec(versionId)?.[0] ?? '');
}

function parseRelease(text: string): AlpineRelease | undefined {
  if (text === 'edge') return text;
  const minor = /^3\.(0|[1-9]\d{0,3})$/.exec(text)?.[1];
  return minor === undefined ? undefined : `3.${Number(minor)}`;
}

export function releaseOfNamespace(namespace: string): AlpineRelease | undefined {
  return namespace.startsWith(namespacePrefix) ? parseRelease(namespace.slice(namespacePrefix.length)) : undefined;
}

/** The same facts for every point release. */
export function distributionOf(release: AlpineRelease): DistributionFacts {
  return {
    did: 'alpine',
    name: 'Alpine Linux',
    version: release,
    versionCodeName: '',
    versionId: release,
    arch: '',
    cpe: '',
    prettyName: `Alpine Linux ${folderOf(release)}`,
  };
}

export function namespaceOf(release: AlpineRelease): Namespace {
  return { key: namespaceKey(release), scheme: 'apk', distribution: { did: 'alpine', versionId: release } };
}

/** @param versionId of a distribution that {@link distributionOf} made */
export function namespaceKey(versionId: string): string {
  return `${namespacePrefix}${versionId}`;
}

/** What the release is called in addresses: `v3.11`, `edge`. */
export function folderOf(release: AlpineRelease): string {
  return release === 'edge' ? release : `v${release}`;
}

/** The last day on which a branch gets security fixes; https://alpinelinux.org/releases/. `edge` never ends. */
const lastDays: ReadonlyMap<string, string> = new Map([
  ['3.0', '2016-05-01'],
  ['3.1', '2016-11-01'],
  ['3.2', '2017-05-01'],
  ['3.3', '2017-11-01'],
  ['3.4', '2018-05-01'],
  ['3.5', '2018-11-01'],
  ['3.6', '2019-05-01'],
  ['3.7', '2019-11-01'],
  ['3.8', '2020-05-01'],
  ['3.9', '2020-11-01'],
  ['3.10', '2021-05-01'],
  ['3.11', '2021-11-01'],
  ['3.12', '2022-05-01'],
  ['3.13', '2022-11-01'],
  ['3.14', '2023-05-01'],
  ['3.15', '2023-11-01'],
  ['3.16', '2024-05-23'],
  ['3.17', '2024-11-22'],
  ['3.18', '2025-05-09'],
  ['3.19', '2025-11-01'],
  ['3.20', '2026-04-01'],
  ['3.21', '2026-11-01'],
  ['3.22', '2027-05-01'],
  ['3.23', '2027-11-01'],
]);

/** The last day of support of a release of this table; undefined for those that it does not have. */
export function endOfLife({ versionId }: Pick<DistributionFacts, 'versionId'>): string | undefined {
  return lastDays.get(versionId);
}
