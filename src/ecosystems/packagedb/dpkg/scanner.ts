import { definePackageScanner, type FoundOwnership, type FoundPackage, type LayerFile } from '../../../contracts/index.ts';
import { throwIfAborted, type Diagnostic } from '../../../core/index.ts';
import { parseFileList, parseMd5sums } from './owned-files.ts';
import { dpkgScannerIdentity } from './stanza.ts';
import { readStatus, readStatusDirectoryFile, type DpkgListing } from './status.ts';

const statusPath = 'var/lib/dpkg/status';
const statusDirectory = 'var/lib/dpkg/status.d/';
const infoDirectory = 'var/lib/dpkg/info/';
const listSuffix = '.list';
const md5sumsSuffix = '.md5sums';

type Role = 'status' | 'status.d' | 'list' | 'md5sums';

/**
 * Debian's package database at the root of the image, and the directory of control files that stands for it in images
 * that were made without dpkg. Owned files are read from `info/*.list` and `status.d/*.md5sums`.
 */
export const dpkgScanner = definePackageScanner({
  ...dpkgScannerIdentity,
  wants: (path) => (roleOf(path) === undefined ? 'no' : 'bytes'),
  async scan(files, options) {
    const packages: FoundPackage[] = [];
    const ownership: FoundOwnership[] = [];
    const diagnostics: Diagnostic[] = [];
    /** Of control files in `status.d` by file name: the package that they are of. */
    const controlled = new Map<string, string>();
    const add = (file: LayerFile, listing: DpkgListing): void => {
      for (const facts of listing.packages) packages.push({ facts, origin: 'database', path: file.path });
      for (const each of listing.diagnostics) diagnostics.push(each);
    };
    for (const file of files) {
      throwIfAborted(options?.signal);
      const role = roleOf(file.path);
      if (role === undefined) continue;
      const text = new TextDecoder().decode(await file.bytes());
      if (role === 'status') add(file, readStatus(text, file.path));
      else if (role === 'list') ownership.push(ownershipOfList(file, text));
      else if (role === 'status.d') {
        const listing = readStatusDirectoryFile(text, file.path);
        add(file, listing);
        const [first] = listing.packages;
        if (first) controlled.set(file.path, first.name);
      } else ownership.push(ownershipOfMd5sums(file, text, controlled));
    }
    return { packages, ownership, diagnostics };
  },
});

function roleOf(path: string): Role | undefined {
  if (!path.startsWith('var/lib/dpkg/')) return undefined;
  if (path === statusPath) return 'status';
  if (path.startsWith(infoDirectory)) return path.endsWith(listSuffix) && isDirectlyIn(infoDirectory, path) ? 'list' : undefined;
  if (!path.startsWith(statusDirectory) || !isDirectlyIn(statusDirectory, path)) return undefined;
  return path.endsWith(md5sumsSuffix) ? 'md5sums' : 'status.d';
}

function isDirectlyIn(directory: string, path: string): boolean {
  return path.length > directory.length && !path.includes('/', directory.length);
}

/** `info/NAME.list`, or `info/NAME:ARCH.list` for a package that may be installed for several architectures. */
function ownershipOfList({ path }: LayerFile, text: string): FoundOwnership {
  const [packageName = '', arch] = path.slice(infoDirectory.length, -listSuffix.length).split(':', 2);
  return { path, packageName, ...(arch !== undefined && { arch }), files: parseFileList(text) };
}

/** Files come sorted by path, so the control file of the same name was read before. */
function ownershipOfMd5sums({ path }: LayerFile, text: string, controlled: ReadonlyMap<string, string>): FoundOwnership {
  const control = path.slice(0, -md5sumsSuffix.length);
  return { path, packageName: controlled.get(control) ?? control.slice(statusDirectory.length), files: parseMd5sums(text) };
}
