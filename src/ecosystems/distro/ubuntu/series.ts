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
]);

/** A release that has, or had, a feed. */
export interface UbuntuSeries {
  readonly versionId: string;
  readonly codename: string;
}

export const allSeries: readonly UbuntuSeries[] = [...codenames].map(([versionId, codename]) => ({ versionId, codename }));

const namespacePrefix = 'ubuntu:';

/** @param versionId e.g. `22.04` */
export function namespaceKey(versionId: string): string {
  return `${namespacePrefix}${versionId}`;
}

export function isUbuntuNamespace(namespace: string): boolean {
  return /^ubuntu:\d{1,2}\.\d{2}$/.test(namespace);
}

/** Undefined where the release has no feed that we know of. */
export function seriesOfNamespace(namespace: string): UbuntuSeries | undefined {
  const versionId = isUbuntuNamespace(namespace) ? namespace.slice(namespacePrefix.length) : '';
  const codename = codenames.get(versionId);
  return codename === undefined ? undefined : { versionId, codename };
}
