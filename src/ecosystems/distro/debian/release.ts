import type { Namespace } from '../../../contracts/index.ts';
import type { DistributionFacts } from '../../../core/index.ts';
import type { OsRelease } from '../../../formats/os-release/index.ts';

/** Of each release the number that os-release has and the name that the tracker has. */
const numberOf: ReadonlyMap<string, string> = new Map([
  ['sarge', '3.1'],
  ['etch', '4'],
  ['lenny', '5'],
  ['squeeze', '6'],
  ['wheezy', '7'],
  ['jessie', '8'],
  ['stretch', '9'],
  ['buster', '10'],
  ['bullseye', '11'],
  ['bookworm', '12'],
  ['trixie', '13'],
  ['forky', '14'],
  ['duke', '15'],
]);
const codenameOf: ReadonlyMap<string, string> = new Map([...numberOf].map(([codename, number]) => [number, codename]));

/**
 * A release of Debian. `id` is its number; of sid, and of a release that this table does not know yet, its codename.
 * It is the `versionId` of distributions and namespaces alike.
 */
export interface DebianRelease {
  readonly id: string;
  readonly codename: string;
}

export function releaseOfCodename(codename: string): DebianRelease {
  return { id: numberOf.get(codename) ?? codename, codename };
}

/** @param number as os-release has it, e.g. `12` */
export function releaseOfNumber(number: string): DebianRelease {
  return { id: number, codename: codenameOf.get(number) ?? '' };
}

/**
 * The release that an os-release names: by number where it has one, else by codename. Testing and unstable have no number
 * and cannot be told apart (`trixie/sid`): both count as the release that testing is to become.
 */
export function releaseOf({ values }: OsRelease): DebianRelease | undefined {
  const number = /^\d+/.exec(values.get('VERSION_ID') ?? '')?.[0];
  const codename = codenameIn(values);
  if (number !== undefined) return { id: number, codename: codenameOf.get(number) ?? codename ?? '' };
  return codename === undefined ? undefined : releaseOfCodename(codename);
}

/** `VERSION_CODENAME`; older files have it only in `VERSION` (`8 (jessie)`), testing's older ones in `PRETTY_NAME` (`… jessie/sid`). */
function codenameIn(values: ReadonlyMap<string, string>): string | undefined {
  const named = values.get('VERSION_CODENAME') ?? '';
  if (/^[a-z]{1,32}$/.test(named)) return named;
  const bracketed = /\(([a-z]{1,32})\)/.exec(values.get('VERSION') ?? '');
  const testing = /\b([a-z]{1,32})\/sid$/.exec(values.get('PRETTY_NAME') ?? '');
  return bracketed?.[1] ?? testing?.[1];
}

/** The same facts for every image of a release, point releases and distroless included. */
export function distributionOf({ id, codename }: DebianRelease): DistributionFacts {
  const version = /^\d/.test(id) && codename !== '' ? `${id} (${codename})` : id;
  return {
    did: 'debian',
    name: 'Debian GNU/Linux',
    version,
    versionCodeName: codename,
    versionId: id,
    arch: '',
    cpe: '',
    prettyName: `Debian GNU/Linux ${version}`,
  };
}

export function namespaceOf({ id, codename }: DebianRelease): Namespace {
  return {
    key: namespaceKey(id),
    scheme: 'deb',
    distribution: { did: 'debian', versionId: id, ...(codename !== '' && { versionCodeName: codename }) },
  };
}

/** @param id {@link DebianRelease.id} */
export function namespaceKey(id: string): string {
  return `debian:${id}`;
}

export function isDebianNamespace(namespace: string): boolean {
  return namespace.startsWith('debian:');
}

/** The last day of a release, its long-term support included: that is for everybody, from the same archive; `eol-lts` of distro-info-data, `eol` where a release had none. */
const lastDays: ReadonlyMap<string, string> = new Map([
  ['3.1', '2008-03-31'],
  ['4', '2010-02-15'],
  ['5', '2012-02-06'],
  ['6', '2016-02-29'],
  ['7', '2018-05-31'],
  ['8', '2020-06-30'],
  ['9', '2022-06-30'],
  ['10', '2024-06-30'],
  ['11', '2026-08-31'],
  ['12', '2028-06-30'],
  ['13', '2030-06-30'],
]);

/** The last day of support of a release of this table; undefined for those that it does not have. */
export function endOfLife({ versionId }: Pick<DistributionFacts, 'versionId'>): string | undefined {
  return lastDays.get(versionId);
}
