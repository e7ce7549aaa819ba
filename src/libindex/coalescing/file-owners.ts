import type { CoalescedPackage, FoundOwnership, ImageTree } from '../../contracts/index.ts';
import type { PackageId } from '../../core/index.ts';
import { packageId } from '../../runtime/index.ts';
import type { LiveFile } from './live-files.ts';

/** The OS package that owns the file which shows a package, where one does. */
export type OwnerOf = (found: CoalescedPackage) => PackageId | undefined;

/**
 * Asks the file lists of the final image's OS packages for the files that show packages. A list has the path at which a file
 * was shipped, which may lead through links by now (`/lib` to `/usr/lib`): paths of the right name are followed.
 */
export function findOwners(packages: readonly CoalescedPackage[], files: readonly LiveFile[], tree: ImageTree): OwnerOf {
  const owners = indexOwners(packages);
  if (owners.size === 0) return () => undefined;
  const wanted = new Set(packages.filter(isFile).map((found) => realOf(found.environment.packageDb, tree)));
  const names = new Set([...wanted].map(nameOf));
  const ownerByReal = new Map<string, PackageId>();
  for (const ownership of files.flatMap(ownershipOf)) {
    const owner = ownerOf(ownership, owners);
    if (owner === undefined) continue;
    for (const path of ownership.files) {
      if (!names.has(nameOf(path))) continue;
      const real = realOf(path, tree);
      if (!wanted.has(real)) continue;
      const other = ownerByReal.get(real);
      if (other === undefined || owner < other) ownerByReal.set(real, owner);
    }
  }
  return (found) => (isFile(found) ? ownerByReal.get(realOf(found.environment.packageDb, tree)) : undefined);
}

interface Owner {
  readonly id: PackageId;
  readonly arch: string;
}

/** The installed packages of databases, by name, least id first. */
function indexOwners(packages: readonly CoalescedPackage[]): ReadonlyMap<string, readonly Owner[]> {
  const installed = packages.filter(({ origin, facts }) => origin === 'database' && facts.kind === 'binary');
  const owners = installed.map(({ facts }) => ({ name: facts.name, id: packageId(facts), arch: facts.arch }));
  return Map.groupBy(
    owners.sort((a, b) => (a.id < b.id ? -1 : 1)),
    (owner) => owner.name,
  );
}

function ownerOf({ packageName, arch }: FoundOwnership, owners: ReadonlyMap<string, readonly Owner[]>): PackageId | undefined {
  const named = owners.get(packageName) ?? [];
  return (arch === undefined ? named[0] : named.find((owner) => owner.arch === arch))?.id;
}

function isFile({ origin }: CoalescedPackage): boolean {
  return origin === 'file';
}

function realOf(path: string, tree: ImageTree): string {
  return tree.resolve(path)?.path ?? path;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Two names of one list are one list. */
function ownershipOf(file: LiveFile): readonly FoundOwnership[] {
  return file.readings.find((reading) => reading.ownership.length > 0)?.ownership ?? [];
}
