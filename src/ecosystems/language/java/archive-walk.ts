import { InputError, LimitError, throwIfAborted, type Diagnostic, type ShowingArchive } from '../../../core/index.ts';
import { excerpt, FileDiagnostics } from '../../../families/index.ts';
import { parseManifest } from '../../../formats/java-manifest/index.ts';
import { bytesSource, openZip, type ZipArchive, type ZipEntry, type ZipSource } from '../../../formats/zip/index.ts';
import { Sha1 } from '../../../runtime/index.ts';
import { ArchiveBudget, archiveLimits, type ArchiveLimit, type CountedLimit, type LayerBudget } from './archive-budget.ts';
import { sortEntries, type ArchiveEntries } from './archive-entries.ts';
import { archiveKind } from './archive-name.ts';
import { fileNameCoordinates, manifestCoordinates, type Coordinates } from './coordinates.ts';
import { parsePomProperties } from './pom-properties.ts';

/** An artifact that an archive shows. */
export interface FoundArtifact {
  readonly coordinates: Coordinates;
  readonly archive: ShowingArchive;
}

/** An archive: the file itself, or one at `inner` in it. */
interface ArchivePlace {
  readonly path: string;
  readonly inner: string;
  readonly depth: number;
  readonly sha1: string;
}

/** One file with all archives that are packed in it. */
export class ArchiveWalk {
  readonly #budget = new ArchiveBudget();
  readonly #layerBudget: LayerBudget;
  readonly #diagnostics: FileDiagnostics;
  /** By name and version: what several archives of one file show is one package at one place. */
  readonly #artifacts = new Map<string, FoundArtifact>();
  readonly #signal: AbortSignal | undefined;
  #isEnded = false;

  constructor(path: string, layerBudget: LayerBudget, signal: AbortSignal | undefined) {
    this.#layerBudget = layerBudget;
    this.#diagnostics = new FileDiagnostics(path);
    this.#signal = signal;
  }

  artifacts(): readonly FoundArtifact[] {
    return [...this.#artifacts.values()];
  }

  diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics.list();
  }

  /** @throws AbortedError; what is wrong with the file is a diagnostic */
  async readFile(path: string, source: ZipSource, sha1: string): Promise<void> {
    await this.#read(source, { path, inner: '', depth: 0, sha1 });
  }

  async #read(source: ZipSource, place: ArchivePlace): Promise<void> {
    throwIfAborted(this.#signal);
    if (!this.#take('archives', 1, place.inner)) return;
    const archive = await this.#attempt(place.inner, () => openZip(source, { limits: this.#zipLimits(), signal: this.#signal }));
    if (!archive || !this.#take('entries', archive.entries.length, place.inner)) return;
    const entries = sortEntries(archive.entries);
    await this.#identify(archive, entries, place);
    for (const entry of entries.nested) {
      if (this.#isEnded) return;
      await this.#readNested(archive, entry, place);
    }
  }

  #zipLimits(): { readonly entries: number; readonly directoryBytes: number; readonly entryBytes: number } {
    return {
      entries: this.#budget.left('entries'),
      directoryBytes: archiveLimits['directory-bytes'],
      entryBytes: archiveLimits['archive-bytes'],
    };
  }

  /** What it is: by what Maven packed into it, else its manifest, else its name. */
  async #identify(archive: ZipArchive, entries: ArchiveEntries, place: ArchivePlace): Promise<void> {
    const isMaven = await this.#addProperties(archive, entries.properties, place);
    if (isMaven || this.#isEnded) return;
    const manifest = entries.manifest && (await this.#readEntry(archive, entries.manifest, place, 'manifest-bytes'));
    const said = manifest && manifestCoordinates(parseManifest(manifest));
    const coordinates = said ?? fileNameCoordinates(place.path);
    if (coordinates) {
      this.#add(coordinates, place);
      if (coordinates.isAssumed) {
        const from = said ? 'manifest' : 'file-name';
        this.#diagnose('PACKAGE_NAME_ASSUMED', place.inner, { name: coordinates.name, from, packages: 1 });
      }
      return;
    }
    // What only holds other archives is no package of a registry; they speak for themselves.
    if (entries.hasClasses || entries.nested.length === 0) this.#diagnose('FILE_UNIDENTIFIED', place.inner, {});
  }

  async #addProperties(archive: ZipArchive, properties: readonly ZipEntry[], place: ArchivePlace): Promise<boolean> {
    let isFound = false;
    for (const entry of properties) {
      if (this.#isEnded) break;
      const bytes = await this.#readEntry(archive, entry, place, 'properties-bytes');
      const coordinates = bytes && parsePomProperties(bytes);
      if (coordinates) {
        this.#add(coordinates, place);
        isFound = true;
      } else if (bytes) {
        this.#diagnose('FILE_UNIDENTIFIED', innerPath(place, entry), {});
      }
    }
    return isFound;
  }

  #add(coordinates: Coordinates, { inner, sha1 }: ArchivePlace): void {
    const key = `${coordinates.name}\0${coordinates.version}`;
    if (this.#artifacts.has(key) || !this.#take('packages', 1, inner)) return;
    this.#artifacts.set(key, { coordinates, archive: { sha1, ...(inner !== '' && { inner }) } });
  }

  async #readNested(archive: ZipArchive, entry: ZipEntry, place: ArchivePlace): Promise<void> {
    const inner = innerPath(place, entry);
    if (place.depth >= archiveLimits.nesting) {
      this.#limit('nesting', inner);
      return;
    }
    const bytes = await this.#readEntry(archive, entry, place, 'archive-bytes');
    if (!bytes || (archiveKind(entry.name) === 'perhaps' && !isZip(bytes))) return;
    const sha1 = new Sha1().update(bytes).hex();
    await this.#read(bytesSource(bytes), { path: entry.name, inner, depth: place.depth + 1, sha1 });
  }

  async #readEntry(archive: ZipArchive, entry: ZipEntry, place: ArchivePlace, limit: ArchiveLimit): Promise<Uint8Array | undefined> {
    throwIfAborted(this.#signal);
    const inner = innerPath(place, entry);
    const size = Math.max(entry.size, entry.compressedSize);
    if (entry.name.length > archiveLimits['name-length']) return this.#limit('name-length', inner);
    if (size > archiveLimits[limit]) return this.#limit(limit, inner);
    if (!this.#take('unpacked-bytes', size, inner)) return undefined;
    if (!this.#layerBudget.take(size)) {
      this.#isEnded = true;
      return this.#limit('layer-unpacked-bytes', inner);
    }
    return this.#attempt(inner, () => archive.read(entry));
  }

  /** Undefined where what was read is bad, which is said then. */
  async #attempt<T>(inner: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof LimitError) {
        this.#diagnose('ARCHIVE_LIMIT', inner, { limit: String(error.data['what']), value: Number(error.data['limit']) });
        return undefined;
      }
      if (!(error instanceof InputError)) throw error;
      this.#diagnose('FILE_UNPARSABLE', inner, { error: error.code, reason: String(error.data['reason'] ?? '') });
      return undefined;
    }
  }

  #take(what: CountedLimit, amount: number, inner: string): boolean {
    if (this.#budget.take(what, amount)) return true;
    this.#isEnded = true;
    this.#limit(what, inner);
    return false;
  }

  #limit(limit: ArchiveLimit, inner: string): undefined {
    this.#diagnose('ARCHIVE_LIMIT', inner, { limit, value: archiveLimits[limit] });
  }

  #diagnose(code: Parameters<FileDiagnostics['add']>[0], inner: string, data: Readonly<Record<string, string | number>>): void {
    this.#diagnostics.add(code, { ...data, ...(inner !== '' && { inner: excerpt(inner) }) });
  }
}

function innerPath({ inner }: ArchivePlace, { name }: ZipEntry): string {
  return inner === '' ? name : `${inner}!/${name}`;
}

/** Local header, or the directory end of an archive without entries. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5) && (bytes[3] === 4 || bytes[3] === 6);
}
