import type { ImageTree, LayerFacts } from '../../contracts/index.ts';
import { diagnostic, type Diagnostic } from '../../core/index.ts';
import type { LiveFile } from './live-files.ts';
import type { Reading, Readings } from './readings.ts';

/** What became of a database that the final image does not have any more. */
type Fate = 'deleted' | 'replaced' | 'emptied';

/**
 * Databases that listed packages in a layer and do not count in the final image. The packages may still be there, so each
 * is told, with how many packages it listed, unless another database of the same scanner lists all of them (it was moved).
 * Only what layers say by themselves is looked at: what was asked for other images' sake would make the answer depend on them.
 */
export function findRemovedDatabases(
  layers: readonly LayerFacts[],
  readings: Readings,
  files: readonly LiveFile[],
  tree: ImageTree,
): readonly Diagnostic[] {
  const live = livePlaces(files);
  const last = new Map<string, Reading>();
  for (const reading of readings.all) {
    if (reading.origin === 'walk' && listsDatabase(reading)) last.set(`${reading.scanner}\0${reading.asked}`, reading);
  }
  const told = new Map<string, Diagnostic>();
  for (const reading of last.values()) {
    const known = live.get(reading.scanner);
    if (known?.databases.has(reading.asked) === true || known?.databases.has(reading.real) === true) continue;
    if (known && [...reading.packages.keys()].every((id) => known.packages.has(id))) continue;
    const place = `${reading.scanner}\0${reading.layer}\0${reading.real}`;
    if (told.has(place)) continue;
    const data = { packages: countListed(reading), fate: fateOf(reading.asked, known?.names, tree) };
    const layer = layers[reading.layer]?.layer.digest;
    told.set(place, diagnostic('PACKAGE_DATABASE_REMOVED', { ...(layer && { layer }), path: reading.asked, data }));
  }
  return [...told.values()];
}

interface LivePlaces {
  /** Paths of files that list packages as a database, by name and by real path. */
  readonly databases: Set<string>;
  readonly packages: Set<string>;
  /** Paths of all files that the scanner was given. */
  readonly names: Set<string>;
}

function livePlaces(files: readonly LiveFile[]): ReadonlyMap<string, LivePlaces> {
  const places = new Map<string, LivePlaces>();
  for (const file of files) {
    const known = places.get(file.scanner) ?? { databases: new Set(), packages: new Set(), names: new Set() };
    places.set(file.scanner, known);
    for (const reading of file.readings) known.names.add(reading.asked);
    if (!file.readings.some(listsDatabase)) continue;
    known.databases.add(file.real);
    for (const reading of file.readings) {
      known.databases.add(reading.asked);
      for (const id of reading.packages.keys()) known.packages.add(id);
    }
  }
  return places;
}

function listsDatabase(reading: Reading): boolean {
  return reading.packages.values().some((found) => found.origin === 'database');
}

function countListed(reading: Reading): number {
  return reading.packages.values().reduce((count, found) => count + Number(found.origin === 'database'), 0);
}

/** A database of which nothing is left to list is as good as removed: no package manager works without one. */
function fateOf(path: string, names: ReadonlySet<string> | undefined, tree: ImageTree): Fate {
  if (names?.has(path) === true) return 'emptied';
  return tree.resolve(path) ? 'replaced' : 'deleted';
}
