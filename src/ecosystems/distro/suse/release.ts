import type { Namespace } from '../../../contracts/index.ts';
import type { DistributionFacts } from '../../../core/index.ts';
import type { OsRelease } from '../../../formats/os-release/index.ts';

/** `sles` is all of SUSE Linux Enterprise that shares its packages; `slem` is SLE Micro, and SL Micro from 6.0. */
export type SuseLine = 'sles' | 'slem' | 'leap' | 'tumbleweed';

export interface SuseRelease {
  readonly line: SuseLine;
  /** e.g. `15.5`; of Tumbleweed, which never ends, `tumbleweed`. */
  readonly versionId: string;
}

const namespacePrefix = 'suse:';

/** `ID` of os-release(5), and the line that it is of. */
const lineOf: ReadonlyMap<string, SuseLine> = new Map([
  ['sles', 'sles'],
  ['sles_sap', 'sles'],
  ['sled', 'sles'],
  ['sle_hpc', 'sles'],
  ['sle-micro', 'slem'],
  ['sle-micro-rancher', 'slem'],
  ['sl-micro', 'slem'],
  ['opensuse-leap', 'leap'],
  ['opensuse', 'leap'],
  ['opensuse-tumbleweed', 'tumbleweed'],
]);

interface LineNames {
  /** What images are said to be, whatever their product is: one line, one distribution. */
  readonly did: string;
  readonly name: string;
}

const namesOf: Readonly<Record<SuseLine, LineNames>> = {
  sles: { did: 'sles', name: 'SUSE Linux Enterprise Server' },
  slem: { did: 'sle-micro', name: 'SUSE Linux Enterprise Micro' },
  leap: { did: 'opensuse-leap', name: 'openSUSE Leap' },
  tumbleweed: { did: 'opensuse-tumbleweed', name: 'openSUSE Tumbleweed' },
};

/** `ID="sles"`, `VERSION_ID="15.5"`; `ID="opensuse-leap"`, `VERSION_ID="15.6"`; a first release has no dot (`15`), and is `15.0`. */
export function releaseOf({ values }: OsRelease): SuseRelease | undefined {
  const line = lineOf.get(values.get('ID') ?? '');
  return line && release(line, values.get('VERSION_ID') ?? '');
}

function release(line: SuseLine, text: string): SuseRelease | undefined {
  if (line === 'tumbleweed') return { line, versionId: 'tumbleweed' };
  const [, major, minor = '0'] = /^(\d{1,2})(?:\.(\d{1,2}))?$/.exec(text) ?? [];
  return major === undefined ? undefined : { line, versionId: `${major}.${minor}` };
}

/** `suse:sles:15.5`, `suse:tumbleweed`. */
export function releaseOfNamespace(namespace: string): SuseRelease | undefined {
  if (!namespace.startsWith(namespacePrefix)) return undefined;
  const [line = '', versionId = '', ...more] = namespace.slice(namespacePrefix.length).split(':');
  if (!isLine(line) || more.length > 0 || (line === 'tumbleweed') !== (versionId === '')) return undefined;
  const found = release(line, versionId);
  return found && namespaceKey(found) === namespace ? found : undefined;
}

function isLine(text: string): text is SuseLine {
  return Object.hasOwn(namesOf, text);
}

export function distributionOf({ line, versionId }: SuseRelease): DistributionFacts {
  const { did, name } = namesOf[line];
  return {
    did,
    name,
    version: versionId,
    versionCodeName: '',
    versionId,
    arch: '',
    cpe: '',
    prettyName: line === 'tumbleweed' ? name : `${name} ${versionId}`,
  };
}

export function namespaceOf(found: SuseRelease): Namespace {
  return { key: namespaceKey(found), scheme: 'rpm', distribution: { did: namesOf[found.line].did, versionId: found.versionId } };
}

export function namespaceKey({ line, versionId }: SuseRelease): string {
  return line === 'tumbleweed' ? `${namespacePrefix}${line}` : `${namespacePrefix}${line}:${versionId}`;
}

/** The release that a distribution is of, which {@link distributionOf} made. */
export function releaseOfDistribution({ did, versionId }: Pick<DistributionFacts, 'did' | 'versionId'>): SuseRelease | undefined {
  const line = lineOf.get(did);
  return line && release(line, versionId);
}

/**
 * The last day of general support, by namespace: https://www.suse.com/lifecycle; the long-term support of a service pack is paid for. SUSE Linux
 * Enterprise 16.0 by the policy of 24 months from November 2025. openSUSE: https://en.opensuse.org/Lifetime; Tumbleweed never ends.
 */
const lastDays: ReadonlyMap<string, string> = new Map([
  ['suse:sles:10.0', '2007-12-31'],
  ['suse:sles:10.1', '2008-11-30'],
  ['suse:sles:10.2', '2010-04-11'],
  ['suse:sles:10.3', '2011-10-11'],
  ['suse:sles:10.4', '2013-07-31'],
  ['suse:sles:11.0', '2010-12-31'],
  ['suse:sles:11.1', '2012-08-31'],
  ['suse:sles:11.2', '2014-01-31'],
  ['suse:sles:11.3', '2016-01-31'],
  ['suse:sles:11.4', '2019-03-31'],
  ['suse:sles:12.0', '2016-06-30'],
  ['suse:sles:12.1', '2017-05-31'],
  ['suse:sles:12.2', '2018-03-31'],
  ['suse:sles:12.3', '2019-06-30'],
  ['suse:sles:12.4', '2020-06-30'],
  ['suse:sles:12.5', '2024-10-31'],
  ['suse:sles:15.0', '2019-12-31'],
  ['suse:sles:15.1', '2021-01-31'],
  ['suse:sles:15.2', '2021-12-31'],
  ['suse:sles:15.3', '2022-12-31'],
  ['suse:sles:15.4', '2023-12-31'],
  ['suse:sles:15.5', '2024-12-31'],
  ['suse:sles:15.6', '2025-12-31'],
  ['suse:sles:15.7', '2031-07-31'],
  ['suse:sles:16.0', '2027-11-30'],
  ['suse:slem:5.0', '2022-03-31'],
  ['suse:slem:5.1', '2025-10-31'],
  ['suse:slem:5.2', '2026-04-30'],
  ['suse:slem:5.3', '2026-10-30'],
  ['suse:slem:5.4', '2027-04-30'],
  ['suse:slem:5.5', '2027-10-31'],
  ['suse:slem:6.0', '2028-06-30'],
  ['suse:slem:6.1', '2028-11-30'],
  ['suse:slem:6.2', '2029-11-30'],
  ['suse:leap:11.0', '2010-07-26'],
  ['suse:leap:11.1', '2011-01-14'],
  ['suse:leap:11.2', '2011-05-12'],
  ['suse:leap:11.3', '2012-01-20'],
  ['suse:leap:11.4', '2012-11-05'],
  ['suse:leap:12.1', '2013-05-15'],
  ['suse:leap:12.2', '2014-01-15'],
  ['suse:leap:12.3', '2015-01-29'],
  ['suse:leap:13.1', '2016-02-03'],
  ['suse:leap:13.2', '2017-01-17'],
  ['suse:leap:42.1', '2017-05-17'],
  ['suse:leap:42.2', '2018-01-26'],
  ['suse:leap:42.3', '2019-07-01'],
  ['suse:leap:15.0', '2019-12-03'],
  ['suse:leap:15.1', '2021-02-02'],
  ['suse:leap:15.2', '2022-01-04'],
  ['suse:leap:15.3', '2022-12-31'],
  ['suse:leap:15.4', '2023-12-07'],
  ['suse:leap:15.5', '2024-12-31'],
  ['suse:leap:15.6', '2026-04-30'],
  ['suse:leap:16.0', '2027-10-31'],
]);

/** The last day of support of a release of this table; undefined for those that it does not have. */
export function endOfLife(distribution: Pick<DistributionFacts, 'did' | 'versionId'>): string | undefined {
  const release = releaseOfDistribution(distribution);
  return release && lastDays.get(namespaceKey(release));
}
