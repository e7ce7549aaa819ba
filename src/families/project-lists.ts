import type { PackageScanner } from '../contracts/index.ts';
import { InputError } from '../core/index.ts';
import { excerpt, FileDiagnostics } from './file-diagnostics.ts';
import type { FileReader, FileReading, ShownPackage } from './file-package-scanner.ts';

/** An entry of a list: a package, or one without a name or a version that advisories could speak of. */
export type ListedPackage = ShownPackage | 'unidentified';

/** A kind of file in which a project lists what it asks for, version by version. */
export interface ProjectList {
  /** Name of the file. */
  readonly file: string;
  /** Where that is installed if it is installed for the project, relative to the directory of the file. */
  readonly trees: readonly string[];
  /**
   * What it lists, one by one; no more is asked for than counts.
   * @throws InputError `LOCK_FILE_UNPARSABLE`, with the `line` or a `reason`; what was given before counts
   */
  readonly parse: (bytes: Uint8Array) => Iterable<ListedPackage>;
}

/**
 * Directories that hold packages, copies of them, documentation or tests: a list below is one of whoever wrote that, and was never installed from.
 * Of package managers' stores that have no name of their own the last two parts. Those that begin with `_` are passed over too, as Go does.
 */
const foreign: ReadonlySet<string> = new Set([
  'node_modules',
  'bower_components',
  'site-packages',
  'dist-packages',
  'gems',
  'vendor',
  'third_party',
  'doc',
  'docs',
  'examples',
  'fixtures',
  'test',
  'testdata',
  'tests',
  '.git',
  '.cache',
  '.npm',
  '.yarn',
  '.pnpm-store',
  '.pub-cache',
  'pkg/mod',
  'registry/src',
  'git/checkouts',
  'share/cargo',
  'share/doc',
  'share/gocode',
  'share/nodejs',
]);

const longestField = 512;
/** Bytes of a list. */
const largest = 8 * 1024 * 1024;
/** Packages that one list may name. */
const mostListed = 20_000;
/** The same of all lists of a layer: a list of thousands packs into nothing. */
const mostInLayer = 400_000;

/** Files of a layer that are lists of projects. */
export interface ProjectLists {
  readonly wants: PackageScanner['wants'];
  /** For the files of one layer. The reader gives undefined for what is no list. */
  readonly open: () => FileReader;
}

/** Which lists a scanner wants, and what they declare. */
export function readProjectLists(lists: readonly ProjectList[]): ProjectLists {
  const lastLetters = new Set(lists.map(({ file }) => lastLetter(file)));
  // Asked of every file of an image: nothing is made before the name fits.
  const listAt = (path: string): ProjectList | undefined => {
    if (!lastLetters.has(lastLetter(path))) return undefined;
    for (const list of lists) if (isNamed(path, list.file)) return list;
    return undefined;
  };
  return {
    wants: (path, { size }) => (listAt(path) !== undefined && size > 0 && !isForeign(path) ? 'bytes' : 'no'),
    open: () => {
      let left = mostInLayer;
      return async (file) => {
        const { path } = file;
        const list = listAt(path);
        if (!list) return undefined;
        const directory = path.slice(0, path.length - list.file.length);
        const trees = list.trees.map((tree) => `${directory}${tree}`);
        const bytes = await file.bytes();
        const parsed = (): Iterable<ListedPackage> => {
          if (bytes.length > largest) throw unparsableList('larger than is read');
          return list.parse(bytes);
        };
        const reading = toReading(path, parsed, Math.min(left, mostListed));
        left -= reading.packages?.length ?? 0;
        return { ...reading, trees };
      };
    },
  };
}

function lastLetter(text: string): number {
  return text.charCodeAt(text.length - 1);
}

function isNamed(path: string, name: string): boolean {
  const start = path.length - name.length;
  return path.endsWith(name) && (start === 0 || path.charCodeAt(start - 1) === 0x2f);
}

function isForeign(path: string): boolean {
  let before = '';
  for (const part of path.split('/').slice(0, -1)) {
    if (part.startsWith('_') || foreign.has(part) || foreign.has(`${before}/${part}`)) return true;
    before = part;
  }
  return false;
}

/** @param most packages that still count */
function toReading(path: string, list: () => Iterable<ListedPackage>, most: number): FileReading {
  const odd = new FileDiagnostics(path);
  const packages = new Map<string, ShownPackage>();
  let unidentified = 0;
  try {
    for (const shown of list()) {
      if (shown === 'unidentified' || !isField(shown.name) || !isField(shown.version)) {
        unidentified += 1;
        continue;
      }
      const key = `${shown.name}\0${shown.version}\0${shown.arch ?? ''}`;
      if (packages.has(key)) continue;
      if (packages.size >= most) throw unparsableList('more packages than are read');
      packages.set(key, shown);
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { line, reason } = error.data;
    odd.add('FILE_UNPARSABLE', typeof line === 'number' ? { line } : { reason: excerpt(String(reason)) });
  }
  if (unidentified > 0) odd.add('FILE_UNIDENTIFIED', { packages: unidentified });
  return { packages: [...packages.values()], diagnostics: odd.list() };
}

/** A file that is no list of the kind that its name says. */
export function unparsableList(reason: string): InputError {
  return new InputError('LOCK_FILE_UNPARSABLE', { reason });
}

function isField(text: string): boolean {
  return text !== '' && text.length <= longestField;
}

/** Foreign JSON, UTF-8 with a byte order mark or without; undefined for what is none. */
export function parseJsonFile(bytes: Uint8Array): unknown {
  try {
    // TextDecoder takes the byte order mark away
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}
