import type { Fingerprint, VersionScheme } from '../../contracts/index.ts';

/**
 * What is kept of a load besides the updater's own fingerprint: the key encodings that its rows were made with.
 * When one of them has changed since, neither validators nor an equal body may keep the old rows.
 */
export function sealFingerprint(fingerprint: Fingerprint, schemes: Iterable<VersionScheme>): string {
  const encodings = [...schemes].map(({ id, keyVersion }) => `${id}=${keyVersion}`).sort();
  return `${encodings.join(',')}\n${fingerprint}`;
}

/** The updater's fingerprint, or undefined where the rows have to be made again. */
export function openFingerprint(sealed: string | undefined, schemes: ReadonlyMap<string, VersionScheme>): Fingerprint | undefined {
  const end = sealed?.indexOf('\n') ?? -1;
  if (sealed === undefined || end < 0) return undefined;
  const isCurrent = sealed
    .slice(0, end)
    .split(',')
    .every((encoding) => encoding === '' || isToday(encoding, schemes));
  return isCurrent ? sealed.slice(end + 1) : undefined;
}

function isToday(encoding: string, schemes: ReadonlyMap<string, VersionScheme>): boolean {
  const [id = '', version] = encoding.split('=');
  return String(schemes.get(id)?.keyVersion) === version;
}
