import type { PackageScanner } from '../contracts/index.ts';
import { InputError, type Diagnostic } from '../core/index.ts';
import { excerpt, FileDiagnostics } from './file-diagnostics.ts';
import type { FileReader, FileReading, ShownPackage } from './file-package-scanner.ts';

/** What a list of a project says. */
export type ListReading =
  | {
      readonly kind: 'list';
      readonly packages: readonly ShownPackage[];
      /** Entries without a name or a version that advisories could speak of. */
      readonly unidentified: number;
    }
  | { readonly kind: 'unparsable'; readonly reason: string };

/** A kind of file in which a project lists what it asks for, version by version. */
export interface ProjectList {
  /** Name of the file. */
  readonly file: string;
  /** Where that is installed if it is installed for the project, relative to the directory of the file. */
  readonly trees: readonly string[];
  /** @throws InputError `LOCK_FILE_UNPARSABLE` */
  readonly parse: (bytes: Uint8Array) => ListReading;
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

/** Which lists a scanner wants, and what they declare. */
export function readProjectLists(lists: readonly ProjectList[]): { readonly wants: PackageScanner['wants']; readonly read: FileReader } {
  const byLastLetter = Map.groupBy(lists, ({ file }) => file.charCodeAt(file.length - 1));
  // Asked of every file of an image: nothing is made before the name fits.
  const listAt = (path: string): ProjectList | undefined =>
    byLastLetter.get(path.charCodeAt(path.length - 1))?.find(({ file }) => isNamed(path, file));
  return {
    wants: (path, { size }) => (listAt(path) !== undefined && size > 0 && !isForeign(path) ? 'bytes' : 'no'),
    async read(file) {
      const { path } = file;
      const list = listAt(path);
      if (!list) return undefined;
      const directory = path.slice(0, path.length - list.file.length);
      return { ...toReading(path, parse(list, await file.bytes())), trees: list.trees.map((tree) => `${directory}${tree}`) };
    },
  };
}

function isNamed(path: string, name: string): boolean {
  const start = path.length - name.length;
  return path.endsWith(name) && (start === 0 || path.charCodeAt(start - 1) === 0x2f);
}

function parse(list: ProjectList, bytes: Uint8Array): ListReading {
  try {
    return list.parse(bytes);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { kind: 'unparsable', reason: `line ${String(error.data['line'])}` };
  }
}

function isForeign(path: string): boolean {
  let before = '';
  for (const part of path.split('/').slice(0, -1)) {
    if (part.startsWith('_') || foreign.has(part) || foreign.has(`${before}/${part}`)) return true;
    before = part;
  }
  return false;
}

function toReading(path: string, reading: ListReading): FileReading {
  if (reading.kind === 'unparsable') return { diagnostics: diagnose(path, 'FILE_UNPARSABLE', { reason: excerpt(reading.reason) }) };
  const packages = new Map<string, ShownPackage>();
  let { unidentified } = reading;
  for (const shown of reading.packages) {
    if (isField(shown.name) && isField(shown.version)) packages.set(`${shown.name}\0${shown.version}\0${shown.arch ?? ''}`, shown);
    else unidentified += 1;
  }
  const diagnostics = unidentified === 0 ? [] : diagnose(path, 'FILE_UNIDENTIFIED', { packages: unidentified });
  return { packages: [...packages.values()], diagnostics };
}

function isField(text: string): boolean {
  return text !== '' && text.length <= longestField;
}

function diagnose(
  path: string,
  code: 'FILE_UNPARSABLE' | 'FILE_UNIDENTIFIED',
  data: Readonly<Record<string, string | number>>,
): readonly Diagnostic[] {
  const diagnostics = new FileDiagnostics(path);
  diagnostics.add(code, data);
  return diagnostics.list();
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
