/** What a file is to this scanner. */
export type RpmRole = 'database' | 'log' | 'journal' | 'manifest';

/** Names of the database file in rpm's three forms: in the order in which rpm looks for them where the configured one is absent. */
export const databaseNames = ['rpmdb.sqlite', 'Packages.db', 'Packages'] as const;
const logSuffix = '-wal';
const journalSuffix = '-journal';
const sqliteName: (typeof databaseNames)[0] = 'rpmdb.sqlite';
const manifestPath = 'var/lib/rpmmanifest/container-manifest-2';

/** Where rpm keeps its database: always, on SUSE, Fedora and Azure Linux, and on systems that are deployed as a tree. */
const knownDirectories: ReadonlySet<string> = new Set(['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm']);
/** What is left when `rpmdb --rebuilddb` was interrupted, and the copy that rpm-ostree keeps of the tree without what was added to it. */
const deadDirectories = ['rpmrebuilddb.', 'rpmold.', 'rpm-ostree-base-db'] as const;

export function roleOf(path: string): RpmRole | undefined {
  const name = nameOf(path);
  // Asked for every file of a layer: nearly all have another first letter.
  if (!name.startsWith('P') && !name.startsWith('r') && !name.startsWith('c')) return undefined;
  if (path === manifestPath) return 'manifest';
  const isDatabase = name === 'Packages' || name === 'Packages.db' || name === sqliteName;
  if (!isDatabase && name !== sqliteName + logSuffix && name !== sqliteName + journalSuffix) return undefined;
  if (isDead(path)) return undefined;
  return isDatabase ? 'database' : name.endsWith(logSuffix) ? 'log' : 'journal';
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Without a slash at its end; empty for the root. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** Whether rpm itself looks there: then a file of the name is meant to be a database. */
export function isKnownDirectory(directory: string): boolean {
  return knownDirectories.has(directory);
}

function isDead(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.wh.') || deadDirectories.some((dead) => part.startsWith(dead)));
}
