import type { ZipEntry } from '../../../formats/zip/index.ts';
import { archiveKind } from './archive-name.ts';

/** The entries of an archive that say something. */
export interface ArchiveEntries {
  /** One for each artifact that was packed together with its `pom.properties`. */
  readonly properties: readonly ZipEntry[];
  readonly manifest: ZipEntry | undefined;
  /** Archives in it, by their names. */
  readonly nested: readonly ZipEntry[];
  /** Whether it holds code of its own, and not only other archives. */
  readonly hasClasses: boolean;
}

const manifestName = 'meta-inf/manifest.mf';
const propertiesName = 'pom.properties';

/** Of entries with one name the last counts. */
export function sortEntries(entries: readonly ZipEntry[]): ArchiveEntries {
  const properties = new Map<string, ZipEntry>();
  const nested = new Map<string, ZipEntry>();
  let manifest: ZipEntry | undefined;
  let hasClasses = false;
  for (const entry of entries) {
    const { name } = entry;
    if (entry.isDirectory) continue;
    if (name.endsWith('.class')) hasClasses = true;
    else if (name.endsWith(propertiesName) && isWholeName(name)) properties.set(name, entry);
    else if (name.length === manifestName.length && name.toLowerCase() === manifestName) manifest = entry;
    else if (archiveKind(name) !== 'no') nested.set(name, entry);
  }
  return { properties: [...properties.values()], manifest, nested: [...nested.values()], hasClasses };
}

function isWholeName(name: string): boolean {
  return name.length === propertiesName.length || name.at(-propertiesName.length - 1) === '/';
}
