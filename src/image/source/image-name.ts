import { InputError } from '../../core/index.ts';

/** Something that has names, of which one may be asked for. */
export interface Named {
  readonly names: readonly string[];
  /** Digests that name it too. */
  readonly digests: readonly string[];
}

/**
 * Those that the selection means: by a full reference or a digest, else by a tag alone.
 *
 * @throws InputError `IMAGE_TAG_UNKNOWN` with the names there are
 */
export function selectByName<T extends Named>(candidates: readonly T[], select: string): readonly T[] {
  const wanted = familiar(select);
  const exact = candidates.filter(({ names, digests }) => digests.includes(select) || names.some((name) => familiar(name) === wanted));
  if (exact.length > 0) return exact;
  const tagged = candidates.filter(({ names }) => names.some((name) => tagOf(name) === select));
  if (tagged.length > 0) return tagged;
  throw new InputError('IMAGE_TAG_UNKNOWN', { tag: select.slice(0, 300), names: listNames(candidates) });
}

/** One name for each, sorted: what an error offers to choose from. */
export function listNames(candidates: readonly Named[]): readonly string[] {
  const names = candidates.flatMap((candidate) => (candidate.names.length > 0 ? candidate.names : candidate.digests.slice(0, 1)));
  return [...new Set(names.map((name) => name.slice(0, 300)))].toSorted().slice(0, 100);
}

/** Docker's short form: without its own registry and namespace. */
function familiar(name: string): string {
  return name.replace(/^(?:docker\.io|index\.docker\.io)\//, '').replace(/^library\//, '');
}

/** What stands behind the last colon, unless that belongs to a host's port. */
function tagOf(name: string): string {
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(colon + 1) : name;
}
