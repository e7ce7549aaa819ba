import { definePackageScanner, type Findings, type FoundPackage, type LayerFile, type ScanOptions } from '../../../contracts/index.ts';
import { repositoryUriOfId, throwIfAborted } from '../../../core/index.ts';
import { FileDiagnostics, isDnfHistory, readDnfHistory } from '../../../families/index.ts';
import { detectRpmDatabase } from '../../../formats/rpmdb/index.ts';
import { isHotJournal } from './journal.ts';
import { parseManifest } from './manifest.ts';
import { rpmScannerIdentity } from './package-facts.ts';
import { databaseNames, directoryOf, isKnownDirectory, nameOf, roleOf } from './places.ts';
import { readDatabase } from './read-database.ts';

/**
 * rpm's package database in its three forms, wherever a file of its name has the form of one, and the list that stands for it in images without
 * rpm. Source packages, modules and owned files come from the headers.
 */
export const rpmScanner = definePackageScanner({
  ...rpmScannerIdentity,
  wants: (path, header, peek) => {
    if (isDnfHistory(path)) return 'file';
    switch (roleOf(path)) {
      case 'manifest':
        return 'bytes';
      case 'log':
      case 'journal':
        return header.size > 0 ? 'file' : 'no';
      case 'database':
        if (isKnownDirectory(directoryOf(path))) return 'file';
        if (peek === undefined) return 'peek';
        return detectRpmDatabase(peek) === undefined ? 'no' : 'file';
      default:
        return 'no';
    }
  },
  async scan(files, options) {
    const all: Findings[] = [];
    for (const siblings of Map.groupBy(files, ({ path }) => directoryOf(path)).values()) {
      throwIfAborted(options?.signal);
      all.push(...(await scanDirectory(siblings, options)));
    }
    const history = await readDnfHistory(files);
    return {
      packages: all.flatMap(({ packages = [] }) => packages).map((found) => withRepository(found, history)),
      ownership: all.flatMap(({ ownership = [] }) => ownership),
      diagnostics: all.flatMap(({ diagnostics = [] }) => diagnostics),
    };
  },
});

/** Where the package manager's history says which repository a package came from, the package says so. One that cannot be read is told by whom it is about. */
function withRepository(found: FoundPackage, history: Awaited<ReturnType<typeof readDnfHistory>>): FoundPackage {
  if (!history || !('repositoryOf' in history)) return found;
  const { name, version, arch } = found.facts;
  const id = history.repositoryOf(name, version, arch);
  return id === undefined ? found : { ...found, repositoryHint: repositoryUriOfId(id) };
}

/** The files of one directory of a layer: at most one database of them counts. */
async function scanDirectory(files: readonly LayerFile[], options: ScanOptions | undefined): Promise<readonly Findings[]> {
  const manifests = await Promise.all(files.filter(({ path }) => roleOf(path) === 'manifest').map(readManifest));
  const [database, ...others] = databaseNames.flatMap((name) => files.filter(({ path }) => nameOf(path) === name));
  const log = files.find(({ path }) => roleOf(path) === 'log');
  const journal = files.find(({ path }) => roleOf(path) === 'journal');
  if (!database) return [...manifests, ...[log, journal].flatMap((file) => (file ? [orphan(file)] : []))];
  const unused = others.map(({ path }) => {
    const odd = new FileDiagnostics(path);
    odd.add('PACKAGE_DATABASE_UNUSED', { used: database.path });
    return { diagnostics: odd.list() };
  });
  return [...manifests, await scanDatabase(database, { log, journal }, options), ...unused];
}

interface Siblings {
  readonly log: LayerFile | undefined;
  readonly journal: LayerFile | undefined;
}

async function scanDatabase(file: LayerFile, { log, journal }: Siblings, options: ScanOptions | undefined): Promise<Findings> {
  const { path } = file;
  const odd = new FileDiagnostics(path);
  if (journal && nameOf(path) === 'rpmdb.sqlite' && (await isHotJournal(journal)))
    odd.add('PACKAGE_DATABASE_DAMAGED', { scope: 'database', reason: 'a transaction was begun and not finished' });
  const listing = await readDatabase(file, { log, odd, signal: options?.signal });
  if (listing === undefined) odd.add('PACKAGE_DATABASE_FOREIGN', { bytes: file.header.size });
  return {
    packages: (listing?.packages ?? []).map((facts) => ({ facts, origin: 'database' as const, path })),
    ownership: (listing?.ownership ?? []).map((owned) => ({ ...owned, path })),
    diagnostics: odd.list(),
  };
}

/** A log whose database is in a lower layer: what it changes there is not known. */
function orphan({ path }: LayerFile): Findings {
  const odd = new FileDiagnostics(path);
  odd.add('PACKAGE_DATABASE_DAMAGED', { scope: 'database', reason: 'a log without its database in the same layer' });
  return { diagnostics: odd.list() };
}

async function readManifest(file: LayerFile): Promise<Findings> {
  const { path } = file;
  const odd = new FileDiagnostics(path);
  const { packages, badLines } = parseManifest(new TextDecoder().decode(await file.bytes()));
  if (badLines > 0) odd.add('FILE_UNPARSABLE', { lines: badLines });
  return { packages: packages.map((facts) => ({ facts, origin: 'database', path })), diagnostics: odd.list() };
}
