import type { DistributionFacts } from '../../../core/index.ts';
import type { OsRelease } from '../../../formats/os-release/index.ts';
import { releaseCpe } from './products.ts';

/** A release of Red Hat Enterprise Linux, or the one of CentOS that was built from it; minor releases are one. */
export interface RhelRelease {
  readonly did: 'rhel' | 'centos';
  readonly major: string;
}

/** CentOS was rebuilt from RHEL up to its release 8; what has the name now comes before RHEL. */
const lastRebuild = 8;

const names: Readonly<Record<RhelRelease['did'], string>> = {
  rhel: 'Red Hat Enterprise Linux Server',
  centos: 'CentOS Linux',
};

/** The release that an os-release names; undefined for every other distribution, CentOS Stream among them. */
export function releaseOf({ values }: OsRelease): RhelRelease | undefined {
  const did = values.get('ID');
  const major = /^\d{1,3}/.exec(values.get('VERSION_ID') ?? '')?.[0];
  if (major === undefined || (did !== 'rhel' && did !== 'centos')) return undefined;
  const isStream = [values.get('NAME'), values.get('PRETTY_NAME')].some((name) => name?.includes('Stream'));
  return isStream ? undefined : known({ did, major });
}

/** The release that `redhat-release` or `centos-release` names, where there is no os-release (before release 7). */
export function releaseOfText(text: string): RhelRelease | undefined {
  const line = text.slice(0, 200);
  const [, name, major] =
    /^(Red Hat Enterprise Linux|CentOS)(?: Linux)?(?: [A-Za-z]{1,20}| Atomic Host){0,2} release (\d{1,3})\b/.exec(line) ?? [];
  if (name === undefined || major === undefined || line.includes('Stream')) return undefined;
  return known({ did: name === 'CentOS' ? 'centos' : 'rhel', major });
}

function known(release: RhelRelease): RhelRelease | undefined {
  return release.did === 'centos' && Number(release.major) > lastRebuild ? undefined : release;
}

/** The same facts for every minor release. */
export function distributionOf({ did, major }: RhelRelease): DistributionFacts {
  return {
    did,
    name: names[did],
    version: major,
    versionCodeName: '',
    versionId: major,
    arch: '',
    cpe: did === 'rhel' ? releaseCpe(major) : `cpe:/o:centos:centos:${major}`,
    prettyName: `${names[did]} ${major}`,
  };
}

/** The release of a distribution, whoever wrote its facts: a report of another Clair has the minor release too. */
export function releaseOfDistribution({ did, name, prettyName, versionId, version }: DistributionFacts): RhelRelease | undefined {
  if (did !== 'rhel' && did !== 'centos') return undefined;
  const major = /^\d{1,3}/.exec(versionId || version)?.[0];
  return major === undefined || `${name} ${prettyName}`.includes('Stream') ? undefined : known({ did, major });
}

/**
 * The last day of Maintenance Support, after which fixes are of paid add-ons; https://access.redhat.com/support/policy/updates/errata.
 * CentOS: https://www.centos.org/centos-linux-eol/
 */
const lastDays: Readonly<Record<RhelRelease['did'], ReadonlyMap<string, string>>> = {
  rhel: new Map([
    ['4', '2012-02-29'],
    ['5', '2017-03-31'],
    ['6', '2020-11-30'],
    ['7', '2024-06-30'],
    ['8', '2029-05-31'],
    ['9', '2032-05-31'],
    ['10', '2035-05-31'],
  ]),
  centos: new Map([
    ['4', '2012-02-29'],
    ['5', '2017-03-31'],
    ['6', '2020-11-30'],
    ['7', '2024-06-30'],
    ['8', '2021-12-31'],
  ]),
};

/** The last day of support of a release of this table; undefined for those that it does not have. */
export function endOfLife(distribution: DistributionFacts): string | undefined {
  const release = releaseOfDistribution(distribution);
  return release && lastDays[release.did].get(release.major);
}
