import type { LiveFile } from './live-files.ts';
import { withoutPackages } from './without-packages.ts';

/**
 * The files of the final image without what lists of projects declare and the image shows installed: told once, as installed. Whoever
 * installed from a list left out what it does not need (of development, of other platforms), so a list whose tree is there says nothing more.
 */
export function withoutInstalled(files: readonly LiveFile[]): readonly LiveFile[] {
  const lists = files.filter(isList);
  if (lists.length === 0) return files;
  const installed = findInstalled(files.filter((file) => !isList(file)));
  return files.flatMap((file) => {
    if (!isList(file)) return [file];
    const isKnown = (id: string): boolean => installed.packages.has(`${file.scanner}\0${id}`);
    return isInstalled(file, installed.directories, isKnown) ? [] : [withoutPackages(file, isKnown)];
  });
}

function isList(file: LiveFile): boolean {
  return file.readings.some(({ declarations }) => declarations.length > 0);
}

interface InstalledPackages {
  /** `scanner NUL package id`. */
  readonly packages: ReadonlySet<string>;
  /** `scanner NUL directory` of every directory above a package. */
  readonly directories: ReadonlySet<string>;
}

function findInstalled(files: readonly LiveFile[]): InstalledPackages {
  const packages = new Set<string>();
  const directories = new Set<string>();
  for (const { scanner, readings } of files) {
    for (const { asked, packages: shown } of readings) {
      if (shown.size === 0) continue;
      for (const id of shown.keys()) packages.add(`${scanner}\0${id}`);
      for (let end = asked.lastIndexOf('/'); end > 0; end = asked.lastIndexOf('/', end - 1)) {
        const directory = `${scanner}\0${asked.slice(0, end)}`;
        if (directories.has(directory)) break;
        directories.add(directory);
      }
    }
  }
  return { packages, directories };
}

/** Beside the list; or elsewhere, which half of its packages tell: some are common to all images. */
function isInstalled({ scanner, readings }: LiveFile, directories: ReadonlySet<string>, isKnown: (id: string) => boolean): boolean {
  const trees = readings.flatMap(({ declarations }) => declarations.flatMap((list) => list.trees));
  if (trees.some((tree) => directories.has(`${scanner}\0${tree}`))) return true;
  const listed = [...new Set(readings.flatMap(({ packages }) => [...packages.keys()]))];
  return listed.length > 0 && listed.filter(isKnown).length * 2 >= listed.length;
}
