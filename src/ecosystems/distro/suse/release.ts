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
