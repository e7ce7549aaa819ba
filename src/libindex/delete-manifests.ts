import type { IndexerStore, Locker } from '../contracts/index.ts';
import { throwIfAborted, type ManifestDigest } from '../core/index.ts';

/** What became of the manifests that were to be deleted, each list in the order asked. One that nobody knew is in neither. */
export interface DeletedManifests {
  readonly deleted: readonly ManifestDigest[];
  /** Being indexed at this moment, here or elsewhere: they stay. */
  readonly locked: readonly ManifestDigest[];
}

/** @throws StoreError, AbortedError */
export async function deleteManifests(
  digests: readonly ManifestDigest[],
  { store, locker, signal }: { readonly store: IndexerStore; readonly locker: Locker; readonly signal: AbortSignal },
): Promise<DeletedManifests> {
  const deleted: ManifestDigest[] = [];
  const locked: ManifestDigest[] = [];
  for (const digest of new Set(digests)) {
    throwIfAborted(signal);
    await using lease = await locker.tryLock(`manifest:${digest}`, { signal });
    if (!lease) locked.push(digest);
    else if (await store.deleteManifest(digest, lease)) deleted.push(digest);
  }
  return { deleted, locked };
}
