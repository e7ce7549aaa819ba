import type { DistributionFacts } from '../../../core/index.ts';
import type { OsRelease } from '../../../formats/os-release/index.ts';

export interface UbuntuRelease {
  /** e.g. `22.04`. */
  readonly versionId: string;
  /** e.g. `jammy`; empty where the file has none. */
  readonly codename: string;
}

/** The release that an os-release names, or, in the oldest images, an lsb-release. */
export function releaseOf({ values }: OsRelease): UbuntuRelease | undefined {
  if (values.get('ID') === 'ubuntu') return release(values.get('VERSION_ID'), osReleaseCodename(values));
  if (values.get('DISTRIB_ID') === 'Ubuntu') return release(values.get('DISTRIB_RELEASE'), values.get('DISTRIB_CODENAME'));
  return undefined;
}

function release(versionId: string | undefined, codename: string | undefined): UbuntuRelease | undefined {
  return versionId === undefined || !/^\d{1,2}\.\d{2}$/.test(versionId) ? undefined : { versionId, codename: codename ?? '' };
}

/** Before 16.04 the only trace of it is in `VERSION`: `15.04 (Vivid Vervet)`, `14.04.6 LTS, Trusty Tahr`, and `12.10, Quantal Quetzal`. */
function osReleaseCodename(values: ReadonlyMap<string, string>): string {
  const named = values.get('VERSION_CODENAME') || values.get('UBUNTU_CODENAME');
  if (named) return named;
  const adjective = /[,(] ?([A-Z][a-z]{1,31}) [A-Z]/.exec(values.get('VERSION') ?? '')?.[1];
  return adjective?.toLowerCase() ?? '';
}

/** The same facts for every point release. */
export function distributionOf({ versionId, codename }: UbuntuRelease): DistributionFacts {
  const title = codename.charAt(0).toUpperCase() + codename.slice(1);
  return {
    did: 'ubuntu',
    name: 'Ubuntu',
    version: codename === '' ? versionId : `${versionId} (${title})`,
    versionCodeName: codename,
    versionId,
    arch: '',
    cpe: '',
    prettyName: `Ubuntu ${versionId}`,
  };
}

/** The last day of standard support, which is for everybody, of servers where that is another; `eol-server` and `eol` of distro-info-data. Ubuntu Pro goes on. */
const lastDays: ReadonlyMap<string, string> = new Map([
  ['4.10', '2006-04-30'],
  ['5.04', '2006-10-31'],
  ['5.10', '2007-04-13'],
  ['6.06', '2011-06-01'],
  ['6.10', '2008-04-25'],
  ['7.04', '2008-10-19'],
  ['7.10', '2009-04-18'],
  ['8.04', '2013-05-09'],
  ['8.10', '2010-04-30'],
  ['9.04', '2010-10-23'],
  ['9.10', '2011-04-30'],
  ['10.04', '2015-04-30'],
  ['10.10', '2012-04-10'],
  ['11.04', '2012-10-28'],
  ['11.10', '2013-05-09'],
  ['12.04', '2017-04-28'],
  ['12.10', '2014-05-16'],
  ['13.04', '2014-01-27'],
  ['13.10', '2014-07-17'],
  ['14.04', '2019-04-25'],
  ['14.10', '2015-07-23'],
  ['15.04', '2016-02-04'],
  ['15.10', '2016-07-28'],
  ['16.04', '2021-04-30'],
  ['16.10', '2017-07-20'],
  ['17.04', '2018-01-13'],
  ['17.10', '2018-07-19'],
  ['18.04', '2023-05-31'],
  ['18.10', '2019-07-18'],
  ['19.04', '2020-01-23'],
  ['19.10', '2020-07-17'],
  ['20.04', '2025-05-29'],
  ['20.10', '2021-07-22'],
  ['21.04', '2022-01-20'],
  ['21.10', '2022-07-14'],
  ['22.04', '2027-06-01'],
  ['22.10', '2023-07-20'],
  ['23.04', '2024-01-25'],
  ['23.10', '2024-07-11'],
  ['24.04', '2029-05-31'],
  ['24.10', '2025-07-10'],
  ['25.04', '2026-01-15'],
  ['25.10', '2026-07-09'],
  ['26.04', '2031-05-29'],
  ['26.10', '2027-07-15'],
]);

/** The last day of support of a release of this table; undefined for those that it does not have. */
export function endOfLife({ versionId }: Pick<DistributionFacts, 'versionId'>): string | undefined {
  return lastDays.get(versionId);
}
