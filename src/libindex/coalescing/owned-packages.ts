import type { CoalescedPackage, ImageTree } from '../../contracts/index.ts';
import type { PackageId } from '../../core/index.ts';
import { findFileOwners, realPathOf } from './file-owners.ts';
import type { LiveFile } from './live-files.ts';
import { isReachedByLink } from './reached-by-link.ts';

/** A package, and the OS package that owns the file which shows it, where one does. */
export interface PlacedPackage {
  readonly found: CoalescedPackage;
  readonly owner?: PackageId;
}

/**
 * Finds the owners of packages that files show. A file of an OS package that only a link makes look like a package is none:
 * Debian ships libraries in `/usr/share/nodejs`, to which `/usr/share/node_modules` is a link; who installed there was dpkg.
 * Nor is what a lock file of an OS package declares: it came with the sources.
 */
export function placePackages(
  packages: readonly CoalescedPackage[],
  files: readonly LiveFile[],
  tree: ImageTree,
): readonly PlacedPackage[] {
  const installed = packages.filter(({ origin }) => origin === 'database').map(({ facts }) => facts);
  const shown = packages.filter(isFile);
  const owners = findFileOwners(installed, new Set(shown.map((found) => realOf(found, tree))), files, tree);
  return packages.flatMap((found) => {
    const owner = isFile(found) ? owners.get(realOf(found, tree)) : undefined;
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
