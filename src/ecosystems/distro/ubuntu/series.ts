/** Releases of Ubuntu and their codenames, which the feed's addresses have; https://wiki.ubuntu.com/Releases */
const codenames: ReadonlyMap<string, string> = new Map([
  ['14.04', 'trusty'],
  ['16.04', 'xenial'],
  ['18.04', 'bionic'],
  ['18.10', 'cosmic'],
  ['19.04', 'disco'],
  ['19.10', 'eoan'],
  ['20.04', 'focal'],
  ['20.10', 'groovy'],
  ['21.04', 'hirsute'],
  ['21.10', 'impish'],
  ['22.04', 'jammy'],
  ['22.10', 'kinetic'],
  ['23.04', 'lunar'],
  ['23.10', 'mantic'],
  ['24.04', 'noble'],
  ['24.10', 'oracular'],
  ['25.04', 'plucky'],
  ['25.10', 'questing'],
  ['26.04', 'resolute'],
  ['26.10', 'stonking'],
]);

/** A release that has, or had, a feed. */
export interface UbuntuSeries {
  readonly versionId: string;
  readonly codename: string;
}

export const allSeries: readonly UbuntuSeries[] = [...codenames].map(([versionId, codename]) => ({ versionId, codename }));

/** Who advisories are for: everybody, or those who have Ubuntu Pro, and with it Expanded Security Maintenance (ESM). */
export type Audience = 'everybody' | 'pro';

const prefixes: Readonly<Record<Audience, string>> = { everybody: 'ubuntu:', pro: 'ubuntu-esm:' };

/** `ubuntu:22.04`, `ubuntu-esm:22.04`. @param versionId e.g. `22.04` */
export function namespaceKey(versionId: string, audience: Audience = 'everybody'): string {
  return prefixes[audience] + versionId;
}

/** A release and whom its advisories are for. */
export interface UbuntuEdition {
  readonly series: UbuntuSeries;
  readonly audience: Audience;
}

export function isUbuntuNamespace(namespace: string): boolean {
  return versionIn(namespace) !== undefined;
}

/** Undefined where the release has no feed that we know of. */
export function editionOfNamespace(namespace: string): UbuntuEdition | undefined {
  const { versionId = '', audience = 'everybody' } = versionIn(namespace) ?? {};
  const codename = codenames.get(versionId);
  return codename === undefined ? undefined : { series: { versionId, codename }, audience };
}

function versionIn(namespace: string): { readonly versionId: string; readonly audience: Audience } | undefined {
  const [, esm, versionId] = /^ubuntu(-esm)?:(\d{1,2}\.\d{2})$/.exec(namespace) ?? [];
  if (versionId === undefined || (esm !== undefined && !isLongTerm(versionId))) return undefined;
  return { versionId, audience: esm === undefined ? 'everybody' : 'pro' };
}

/** Ubuntu Pro is there for releases with long-term support: those of April in even years. */
export function isLongTerm(versionId: string): boolean {
  const year = /^(\d{1,2})\.04$/.exec(versionId)?.[1];
  return year !== undefined && Number(year) % 2 === 0;
}
