import type { FoundOwnership, ImageTree } from '../../contracts/index.ts';
import type { PackageFacts, PackageId } from '../../core/index.ts';
import { packageId } from '../../runtime/index.ts';
import type { LiveFile } from './live-files.ts';

/** For the real path of a file, the OS package that owns it. */
export type FileOwners = ReadonlyMap<string, FileOwner>;

export interface FileOwner {
  readonly id: PackageId;
  readonly name: string;
}

/**
 * Asks the file lists of the final image's OS packages for these files. A list has the path at which a file was shipped,
 * which may lead through links by now (`/lib` to `/usr/lib`): paths of the right name are followed.
 * @param installed what the databases of the final image list
 * @param wanted real paths
 */
export function findFileOwners(
  installed: readonly PackageFacts[],
  wanted: ReadonlySet<string>,
  files: readonly LiveFile[],
  tree: ImageTree,
): FileOwners {
  const found = new Map<string, FileOwner>();
  if (wanted.size === 0) return found;
  const owners = indexOwners(installed);
  const names = new Set([...wanted].map(nameOf));
  for (const ownership of files.flatMap(ownershipOf)) {
    const owner = ownerOf(ownership, owners);
    if (owner === undefined) continue;
    for (const path of ownership.files) {
      if (!names.has(nameOf(path))) continue;
      const real = realPathOf(path, tree);
      const other = found.get(real);
      if (wanted.has(real) && (other === undefined || owner.id < other.id)) found.set(real, owner);
    }
  }
  return found;
}

/** Where a path leads; the path itself where it leads nowhere. */
export function realPathOf(path: string, tree: ImageTree): string {
  return tree.resolve(path)?.path ?? path;
}

interface Owner extends FileOwner {
  readonly arch: string;
}

/** Installed packages by name, least id first. */
function indexOwners(installed: readonly PackageFacts[]): ReadonlyMap<string, readonly Owner[]> {
  const owners = installed
    .filter(({ kind }) => kind === 'binary')
    .map((facts) => ({ id: packageId(facts), name: facts.name, arch: facts.arch }));
  return Map.groupBy(
    owners.sort((a, b) => (a.id < b.id ? -1 : 1)),
    (owner) => owner.name,
  );
}

function ownerOf({ packageName, arch }: FoundOwnership, owners: ReadonlyMap<string, readonly Owner[]>): FileOwner | undefined {
  const named = owners.get(packageName) ?? [];
  return arch === undefined ? named[0] : named.find((owner) => owner.arch === arch);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Two names of one list are one list. */
function ownershipOf(file: LiveFile): readonly FoundOwnership[] {
  return file.readings.find((reading) => reading.ownership.length > 0)?.ownership ?? [];
}
