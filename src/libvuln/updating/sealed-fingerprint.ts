import type { FeedClient, Fingerprint, VersionScheme } from '../../contracts/index.ts';

/** What rows are loaded with: when it is another today, neither validators nor an equal body may keep the old rows. */
export interface LoadedWith {
  readonly schemes: ReadonlyMap<string, VersionScheme>;
  readonly client: FeedClient;
}

/**
 * What is kept of a load besides the updater's own fingerprint: the key encodings that its rows were made with, and where
 * the feed came from. A mirror's copy, however fresh, says nothing of what its vendor has today.
 */
export function sealFingerprint(fingerprint: Fingerprint, schemes: Iterable<VersionScheme>, { origin = '' }: FeedClient): string {
  const encodings = [...schemes].map(({ id, keyVersion }) => `${id}=${keyVersion}`).sort();
  return `${encodings.join(',')}\n${encodeURI(origin)}\n${fingerprint}`;
}

/** The updater's fingerprint, or undefined where the rows have to be made again. */
export function openFingerprint(sealed: string | undefined, { schemes, client }: LoadedWith): Fingerprint | undefined {
  const [encodings, origin, ...rest] = (sealed ?? '').split('\n');
  if (encodings === undefined || origin === undefined || rest.length === 0) return undefined;
  if (client.origin !== undefined && encodeURI(client.origin) !== origin) return undefined;
  const isCurrent = encodings.split(',').every((encoding) => encoding === '' || isToday(encoding, schemes));
  return isCurrent ? rest.join('\n') : undefined;
}

/** The schemes with whose keys the rows were made, where they still have them. */
export function openSchemes(sealed: string, schemes: ReadonlyMap<string, VersionScheme>): readonly VersionScheme[] {
  const [encodings = ''] = sealed.split('\n');
  return encodings.split(',').flatMap((encoding) => schemes.get(encoding.split('=')[0] ?? '') ?? []);
}

function isToday(encoding: string, schemes: ReadonlyMap<string, VersionScheme>): boolean {
  const [id = '', version] = encoding.split('=');
  return String(schemes.get(id)?.keyVersion) === version;
}
