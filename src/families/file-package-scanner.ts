import {
  definePackageScanner,
  type ExclusivePlace,
  type Findings,
  type FoundPackage,
  type LayerFile,
  type PackageScanner,
} from '../contracts/index.ts';
import {
  diagnostic,
  throwIfAborted,
  unreachable,
  type Diagnostic,
  type Installation,
  type RepositoryFacts,
  type ShowingArchive,
} from '../core/index.ts';
import { detectorUrn } from './detector.ts';
import { excerpt } from './file-diagnostics.ts';

/** A package that a file shows, as its registry names it. */
export interface ShownPackage {
  readonly name: string;
  readonly version: string;
  /** Empty if absent. */
  readonly arch?: string;
  readonly archive?: ShowingArchive;
  readonly installation?: Installation;
  readonly exclusive?: ExclusivePlace;
}

/** What one file shows. */
export interface FileReading {
  readonly packages?: readonly ShownPackage[];
  readonly diagnostics?: readonly Diagnostic[];
  /** The file is a list of what a project asks for, and this is where that would be installed ({@link Findings.declarations}). */
  readonly trees?: readonly string[];
}

/** Reads one file; undefined where it shows nothing by itself. @throws AbortedError; what is wrong with a file is a diagnostic */
export type FileReader = (file: LayerFile) => Promise<FileReading | undefined>;

/** The files of a layer that a scanner was given. */
export interface ScannedFiles {
  /** By `LayerFile.path`. */
  readonly at: (path: string) => LayerFile | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface FilePackageScannerOptions {
  readonly name: string;
  /** Grows with every change of what is found. */
  readonly version: number;
  /** The registry that all packages of the scanner are of. */
  readonly repository: RepositoryFacts;
  readonly wants: PackageScanner['wants'];
  /** Called once a layer: what its files share lives in the reader. */
  readonly reader: (files: ScannedFiles) => FileReader;
}

/** A scanner of a language's registry: each file shows packages by itself. */
export function createFilePackageScanner({ name, version, repository, wants, reader }: FilePackageScannerOptions): PackageScanner {
  const identity = { name, version, kind: 'package' } as const;
  const detector = detectorUrn(identity);
  const toPackage = ({ name: called, version: at, arch = '', ...evidence }: ShownPackage, path: string): FoundPackage => {
    const facts = { name: called, version: at, kind: 'binary', arch, module: '', cpe: '', detector } as const;
    return { facts, origin: 'file', path, repository, ...evidence };
  };
  return definePackageScanner({
    ...identity,
    wants,
    async scan(files, options) {
      const byPath = new Map(files.map((file) => [file.path, file]));
      const read = reader({ at: (path) => byPath.get(path), signal: options?.signal });
      const found = { packages: [] as FoundPackage[], diagnostics: [] as Diagnostic[] };
      const declarations: { readonly path: string; readonly trees: readonly string[] }[] = [];
      for (const file of files) {
        throwIfAborted(options?.signal);
        const { path } = file;
        const { packages = [], diagnostics = [], trees } = (await read(file)) ?? {};
        for (const shown of packages) found.packages.push(toPackage(shown, path));
        for (const odd of diagnostics) found.diagnostics.push(odd);
        if (trees) declarations.push({ path, trees });
      }
      return { ...found, ...(declarations.length > 0 && { declarations }) } satisfies Findings;
    },
  });
}

/** What a file that names one package says of it. */
export type NamedPackage =
  | ({ readonly kind: 'package' } & ShownPackage)
  /** It is such a file, and lacks a name or a version. */
  | { readonly kind: 'unidentified'; readonly name: string }
  | { readonly kind: 'unparsable' };

/** The package of the file at `path`, or the diagnostic that there is none. */
export function readingOf(path: string, named: NamedPackage): FileReading {
  switch (named.kind) {
    case 'package': {
      const { kind: _, ...shown } = named;
      return { packages: [shown] };
    }
    case 'unidentified':
      return { diagnostics: [diagnostic('FILE_UNIDENTIFIED', { path, data: { name: excerpt(named.name) } })] };
    case 'unparsable':
      return { diagnostics: [diagnostic('FILE_UNPARSABLE', { path })] };
    default:
      return unreachable(named);
  }
}
