import type {
  DistributionScanner,
  Findings,
  FoundPackage,
  LayerFile,
  PackageScanner,
  RepositoryScanner,
  Want,
} from '../contracts/index.ts';
import { diagnostic, type DistributionFacts, type PackageFacts, type RepositoryFacts } from '../core/index.ts';
import { excerpt, FileDiagnostics } from '../families/index.ts';

export interface FakeScannerOptions {
  readonly name?: string;
  readonly version?: number;
  /** Called at the start of each scan; what it throws, the scan throws. */
  readonly onScan?: (files: readonly LayerFile[]) => Promise<void> | void;
}

export interface FakeDatabaseOptions extends FakeScannerOptions {
  /** Where databases are; `db/packages` if absent. */
  readonly paths?: readonly string[];
}

export interface FakeFileOptions extends FakeScannerOptions {
  /** Asks for the first bytes, and takes only files that begin with `PKG `. */
  readonly peeks?: boolean;
}

export interface FakeDistributionOptions extends FakeScannerOptions {
  /** The one distribution it knows; knows all a little if absent. */
  readonly knows?: string;
}

const decoder = new TextDecoder();
const ownedFolder = 'db/owned/';

export const fakeRepository: RepositoryFacts = Object.freeze({ name: 'fake', key: '', uri: 'https://fake.invalid/', cpe: '' });

/**
 * A package database of lines `name version [arch]`; `!` begins an incomplete entry, as is a line without a version, `foreign` a file that is none.
 * `db/owned/NAME` lists the files of a package, one a line.
 */
export function fakeDatabaseScanner(options: FakeDatabaseOptions = {}): PackageScanner {
  const { name = 'fake-db', version = 1, paths = ['db/packages'] } = options;
  const wanted = new Set(paths);
  return Object.freeze({
    name,
    version,
    kind: 'package',
    wants: (path: string): Want => (wanted.has(path) || path.startsWith(ownedFolder) ? 'bytes' : 'no'),
    scan: async (files: readonly LayerFile[]): Promise<Findings> => {
      await options.onScan?.(files);
      const findings = await Promise.all(
        files.map(async (file) =>
          file.path.startsWith(ownedFolder) ? await readOwned(file) : readDatabase(file.path, await textOf(file), name),
        ),
      );
      return joined(findings);
    },
  });
}

/** Files `*.pkg` of one line `name version`; anything else cannot be parsed. */
export function fakeFileScanner(options: FakeFileOptions = {}): PackageScanner {
  const { name = 'fake-file', version = 1, peeks = false } = options;
  const wants = (path: string, peek: Uint8Array | undefined): Want => {
    if (!path.endsWith('.pkg')) return 'no';
    if (!peeks) return 'bytes';
    return peek ? (decoder.decode(peek).startsWith('PKG ') ? 'bytes' : 'no') : 'peek';
  };
  return Object.freeze({
    name,
    version,
    kind: 'package',
    wants: (path: string, _header: unknown, peek?: Uint8Array) => wants(path, peek),
    scan: async (files: readonly LayerFile[]): Promise<Findings> => {
      await options.onScan?.(files);
      return joined(
        await Promise.all(files.map(async (file) => readPackageFile(file.path, (await textOf(file)).replace('PKG ', ''), name))),
      );
    },
  });
}

/** Release files of one line `ID VERSION`. */
export function fakeDistributionScanner(options: FakeDistributionOptions = {}): DistributionScanner {
  const { knows, name = knows ?? 'fake-os-release', version = 1 } = options;
  return Object.freeze({
    name,
    version,
    kind: 'distribution',
    wants: (path: string): Want => (path === 'etc/os-release' || path === 'usr/lib/os-release' ? 'bytes' : 'no'),
    scan: async (files: readonly LayerFile[]): Promise<Findings> => {
      await options.onScan?.(files);
      const found = await Promise.all(files.map(async (file) => ({ path: file.path, text: await textOf(file) })));
      const known = found.filter(({ text }) => knows === undefined || text.startsWith(`${knows} `));
      const distributions = known.map(({ path, text }) => ({
        path,
        facts: toDistribution(text),
        ...(knows === undefined && { fallback: true }),
      }));
      return {
        distributions: distributions.filter(({ facts }) => facts.did !== ''),
        diagnostics: distributions.flatMap(({ facts, path }) =>
          facts.did === '' ? [diagnostic('DISTRIBUTION_UNREADABLE', { path })] : [],
        ),
      };
    },
  });
}

/** `etc/repositories`: a repository a line, its name alone. */
export function fakeRepositoryScanner(options: FakeScannerOptions = {}): RepositoryScanner {
  const { name = 'fake-repository', version = 1 } = options;
  return Object.freeze({
    name,
    version,
    kind: 'repository',
    wants: (path: string): Want => (path === 'etc/repositories' ? 'bytes' : 'no'),
    scan: async (files: readonly LayerFile[]): Promise<Findings> => {
      await options.onScan?.(files);
      const found = await Promise.all(files.map(async (file) => ({ path: file.path, lines: linesOf(await textOf(file)) })));
      return {
        repositories: found.flatMap(({ path, lines }) => lines.map((line) => ({ path, facts: { ...fakeRepository, name: line } }))),
      };
    },
  });
}

/** The facts that {@link fakeDatabaseScanner} and {@link fakeFileScanner} give. */
export function fakePackage(line: string, scanner: string): PackageFacts {
  const [name = '', version = '', arch = ''] = line.trim().split(' ');
  return { name, version, arch, kind: 'binary', module: '', cpe: '', detector: `urn:claircore:detector:${scanner}:1:package` };
}

function readDatabase(path: string, text: string, scanner: string): Findings {
  if (text.startsWith('foreign')) return { diagnostics: [diagnostic('PACKAGE_DATABASE_FOREIGN', { path })] };
  const odd = new FileDiagnostics(path);
  const packages = linesOf(text).flatMap((line): readonly FoundPackage[] => {
    const facts = fakePackage(line, scanner);
    if (!line.startsWith('!') && facts.name !== '' && facts.version !== '') return [{ facts, origin: 'database', path }];
    odd.add('PACKAGE_INCOMPLETE', { entry: excerpt(line) });
    return [];
  });
  return { packages, diagnostics: odd.list() };
}

async function readOwned(file: LayerFile): Promise<Findings> {
  const files = linesOf(await textOf(file));
  return { ownership: [{ path: file.path, packageName: file.path.slice(ownedFolder.length), files }] };
}

function readPackageFile(path: string, text: string, scanner: string): Findings {
  const facts = fakePackage(text, scanner);
  if (facts.version === '' || facts.arch !== '') return { diagnostics: [diagnostic('FILE_UNPARSABLE', { path })] };
  return { packages: [{ facts, origin: 'file', path, repository: fakeRepository }] };
}

function toDistribution(text: string): DistributionFacts {
  const [did = '', versionId = ''] = text.trim().split(' ');
  return { did, versionId, name: did, version: versionId, versionCodeName: '', arch: '', cpe: '', prettyName: '' };
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

async function textOf(file: LayerFile): Promise<string> {
  return decoder.decode(await file.bytes());
}

function joined(findings: readonly Findings[]): Findings {
  return {
    packages: findings.flatMap((found) => found.packages ?? []),
    ownership: findings.flatMap((found) => found.ownership ?? []),
    diagnostics: findings.flatMap((found) => found.diagnostics ?? []),
  };
}
