import type { HeaderValues } from './header-values.ts';
import { rpmTags } from './tags.ts';

const fileTypeMask = 0o170_000;
const directoryType = 0o040_000;
const mostPathLength = 4096;
/** What a path of no length costs, or else there could be any number. */
const entryCost = 32;

/** How much text of file lists is still kept, in UTF-16 units: shared by the packages of a database. */
export interface FileListBudget {
  left: number;
}

export interface OwnedFiles {
  /** No leading slash; directories left out. */
  readonly files: readonly string[];
  /** Not all that the header names: it is damaged, or the budget was used up. */
  readonly isCut: boolean;
}

/** The files that a package installs: base names with the number of their directory, or, before rpm 4, whole paths. */
export function readOwnedFiles(values: HeaderValues, budget: FileListBudget): OwnedFiles {
  const files: string[] = [];
  let [index, isCut] = [0, false];
  for (const path of values.has(rpmTags.baseNames) ? joinedPaths(values) : values.texts(rpmTags.oldFileNames)) {
    const mode = values.number(rpmTags.fileModes, index) ?? 0;
    index += 1;
    if (path === undefined || path.length > mostPathLength) isCut = true;
    if (path === undefined || path.length > mostPathLength || (mode & fileTypeMask) === directoryType) continue;
    budget.left -= path.length + entryCost;
    if (budget.left < 0) return { files, isCut: true };
    files.push(path.startsWith('/') ? path.slice(1) : path);
  }
  return { files, isCut: isCut || values.damaged.has(rpmTags.baseNames) || values.damaged.has(rpmTags.oldFileNames) };
}

/** Undefined for a file whose directory is not among the header's. */
function* joinedPaths(values: HeaderValues): Generator<string | undefined> {
  const directories = values.texts(rpmTags.dirNames);
  let index = 0;
  for (const name of values.texts(rpmTags.baseNames)) {
    const directory = directories[values.number(rpmTags.dirIndexes, index) ?? -1];
    index += 1;
    yield directory === undefined ? undefined : directory + name;
  }
}
