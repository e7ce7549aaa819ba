import { diagnostic, InputError, LimitError, type Diagnostic } from '../../../core/index.ts';
import { excerpt, FileDiagnostics, type FileReading, type ShownPackage } from '../../../families/index.ts';
import { openZip, type ZipArchive, type ZipEntry } from '../../../formats/zip/index.ts';
import type { LayerFile } from '../../../contracts/index.ts';
import { isInstalledPackage } from './is-installed-package.ts';
import { parsePackageJson } from './package-json.ts';

const caches = ['.yarn/cache/', '.yarn/berry/cache/'] as const;
const mostEntries = 200_000;
const mostDirectoryBytes = 32 * 1024 * 1024;
const mostManifestBytes = 4 * 1024 * 1024;
/** Of bundled copies too. */
const mostPackages = 1000;
/** What all archives of a layer may unpack to. */
const mostUnpacked = 1024 * 1024 * 1024;

/** An archive of a cache of Yarn 2 and later, from which Plug'n'Play loads code: it is installed as it is. */
export function isYarnArchive(path: string): boolean {
  if (!path.endsWith('.zip')) return false;
  const directory = path.slice(0, path.lastIndexOf('/') + 1);
  return caches.some(
    (cache) => directory.endsWith(cache) && (directory.length === cache.length || directory.at(-cache.length - 1) === '/'),
  );
}

/** Reads archives of one layer. */
export class YarnCache {
  readonly #signal: AbortSignal | undefined;
  #unpacked = 0;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** `node_modules/NAME/package.json` in the archive, and those of copies that the package brings. @throws AbortedError */
  async read(file: LayerFile): Promise<FileReading> {
    const { path } = file;
    const odd = new FileDiagnostics(path);
    const source = { size: file.header.size, read: (offset: number, length: number) => file.read(offset, length) };
    const limits = { entries: mostEntries, directoryBytes: mostDirectoryBytes, entryBytes: mostManifestBytes };
    const archive = await attempt(odd, '', () => openZip(source, { limits, signal: this.#signal }));
    if (!archive) return { diagnostics: odd.list() };
    const manifests = new Map(archive.entries.filter(({ name }) => isInstalledPackage(name)).map((entry) => [entry.name, entry]));
    const packages: ShownPackage[] = [];
    for (const entry of [...manifests.values()].slice(0, mostPackages)) {
      const shown = await this.#readManifest(archive, entry, odd);
      if (shown) packages.push(shown);
    }
    if (manifests.size > mostPackages) odd.add('ARCHIVE_LIMIT', { limit: 'packages', value: mostPackages });
    return { packages, diagnostics: [...odd.list(), ...(manifests.size === 0 ? [noPackage(path)] : [])] };
  }

  async #readManifest(archive: ZipArchive, entry: ZipEntry, odd: FileDiagnostics): Promise<ShownPackage | undefined> {
    this.#unpacked += entry.size;
    if (this.#unpacked > mostUnpacked) {
      odd.add('ARCHIVE_LIMIT', { limit: 'layer-unpacked-bytes', value: mostUnpacked, inner: excerpt(entry.name) });
      return undefined;
    }
    const bytes = await attempt(odd, entry.name, () => archive.read(entry));
    const json = bytes && parsePackageJson(bytes);
    if (json === undefined || json.kind === 'marker') return undefined;
    if (json.kind === 'package') return { name: json.name, version: json.version };
    odd.add(json.kind === 'unparsable' ? 'FILE_UNPARSABLE' : 'FILE_UNIDENTIFIED', { inner: excerpt(entry.name) });
    return undefined;
  }
}

function noPackage(path: string): Diagnostic {
  return diagnostic('FILE_UNIDENTIFIED', { path });
}

async function attempt<T>(odd: FileDiagnostics, inner: string, read: () => Promise<T>): Promise<T | undefined> {
  const place = inner === '' ? {} : { inner: excerpt(inner) };
  try {
    return await read();
  } catch (error) {
    if (error instanceof LimitError)
      odd.add('ARCHIVE_LIMIT', { limit: String(error.data['what']), value: Number(error.data['limit']), ...place });
    else if (error instanceof InputError) odd.add('FILE_UNPARSABLE', { error: error.code, ...place });
    else throw error;
    return undefined;
  }
}
