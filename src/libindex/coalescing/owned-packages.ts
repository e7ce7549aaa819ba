import type { CoalescedPackage, ImageTree } from '../../contracts/index.ts';
import type { PackageId } from '../../core/index.ts';
import { findFileOwners, realPathOf, type FileOwners } from './file-owners.ts';
import type { LiveFile } from './live-files.ts';
import { isReachedByLink } from './reached-by-link.ts';

/** A package, and the OS package that owns the file which shows it, where one does. */
export interface PlacedPackage {
  readonly found: CoalescedPackage;
  readonly owner?: PackageId;
}

/** The owners of files that show packages, and of those that a scanner could not make out. */
export function findOwners(packages: readonly CoalescedPackage[], files: readonly LiveFile[], tree: ImageTree): FileOwners {
  const installed = packages.filter(({ origin }) => origin === 'database').map(({ facts }) => facts);
  const shown = packages.filter(isFile).map((found) => realOf(found, tree));
  const odd = files.filter(({ readings }) => readings.some(({ diagnostics }) => diagnostics.length > 0)).map(({ real }) => real);
  return findFileOwners(installed, new Set([...shown, ...odd]), files, tree);
}

/**
 * Puts packages that files show to their owners. A file of an OS package that only a link makes look like a package is none:
 * Debian ships libraries in `/usr/share/nodejs`, to which `/usr/share/node_modules` is a link; who installed there was dpkg.
 * Nor is what a lock file of an OS package declares: it came with the sources.
 */
export function placePackages(packages: readonly CoalescedPackage[], owners: FileOwners, tree: ImageTree): readonly PlacedPackage[] {
  return packages.flatMap((found) => {
    const owner = isFile(found) ? owners.get(realOf(found, tree))?.id : undefined;
    if (owner === undefined) return [{ found }];
    return isReachedByLink(found.environment.packageDb, tree) || found.environment.declared === true ? [] : [{ found, owner }];
  });
}

function isFile({ origin }: CoalescedPackage): boolean {
  return origin === 'file';
}

function realOf({ environment }: CoalescedPackage, tree: ImageTree): string {
  return realPathOf(environment.packageDb, tree);
}
