import type { CoalescedPackage, FoundOwnership, ImageTree } from '../../contracts/index.ts';
import type { PackageId } from '../../core/index.ts';
import { packageId } from '../../runtime/index.ts';
import type { LiveFile } from './live-files.ts';

/** The OS package that owns the file which shows a package, where one does. */
export type OwnerOf = (found: CoalescedPackage) => PackageId | undefined;

/**
 * Asks the file lists of the final image's OS packages for the files that show packages. A package knows its file by the path
 * it was shipped at, which may lead through a link by now: each path by which a scanner was given the file is looked for.
 */
export function findOwners(packages: readonly CoalescedPackage[], files: readonly LiveFile[], tree: ImageTree): OwnerOf {
  const owners = indexOwners(packages);
  if (owners.size === 0) return () => undefined;
  const realByPath = realPathsOfInterest(packages, files, tree);
  const ownerByReal = new Map<string, PackageId>();
  for (const ownership of files.flatMap(ownershipOf)) {
    const owner = ownerOf(ownership, owners);
    if (owner === undefined) continue;
    for (const path of ownership.files) {
      const real = realByPath.get(path);
      if (real === undefined) continue;
      const other = ownerByReal.get(real);
      if (other === undefined || owner < other) ownerByReal.set(real, owner);
    }
  }
  return (found) => (found.origin === 'file' ? ownerByReal.get(realOf(found, tree)) : undefined);
}

interface Owner {
  readonly id: PackageId;
  readonly arch: string;
}

/** The installed packages of databases, by name, least id first. */
function indexOwners(packages: readonly CoalescedPackage[]): ReadonlyMap<string, readonly Owner[]> {
  const installed = packages.filter(({ origin, facts }) => origin === 'database' && facts.kind === 'binary');
  const owners = installed.map(({ facts }) => ({ name: facts.name, id: packageId(facts), arch: facts.arch }));
  return Map.groupBy(owners.sort((a, b) => (a.id < b.id ? -1 : 1)), (owner) => owner.name);
}

function ownerOf({ packageName, arch }: FoundOwnership, owners: ReadonlyMap<string, readonly Owner[]>): PackageId | undefined {
  const named = owners.get(packageName) ?? [];
  return (arch === undefined ? named[0] : named.find((owner) => owner.arch === arch))?.id;
}

/** Every path by which the file of a package is known, and where it really is. */
function realPathsOfInterest(packages: readonly CoalescedPackage[], files: readonly LiveFile[], tree: ImageTree): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  const wanted = new Set<string>();
  for (const found of packages) {
    if (found.origin !== 'file') continue;
    const real = realOf(found, tree);
    wanted.add(real);
    paths.set(real, real).set(found.environment.packageDb, real);
  }
  for (const { real, readings } of files) {
    if (!wanted.has(real)) continue;
    for (const reading of readings) paths.set(reading.asked, real);
  }
  return paths;
}

function realOf({ environment }: CoalescedPackage, tree: ImageTree): string {
  return tree.resolve(environment.packageDb)?.path ?? environment.packageDb;
}

/** Two names of one list are one list. */
function ownershipOf(file: LiveFile): readonly FoundOwnership[] {
  return file.readings.find((reading) => reading.ownership.length > 0)?.ownership ?? [];
}
