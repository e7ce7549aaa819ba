import type { ImageTree } from '../../contracts/index.ts';
import { speakerOf, type LiveFile } from './live-files.ts';
import { isReachedByLink } from './reached-by-link.ts';
import type { Reading, Readings } from './readings.ts';

/**
 * The readings of a file through the layers, top first, as long as each shares a package with the one above.
 * Layers that do not have the file do not break the line; one that has it without its being read does.
 */
export function lineOf(file: LiveFile, readings: Readings, tree: ImageTree): readonly Reading[] {
  const line = [speakerOf(file)];
  const holders = layersHolding(file, tree);
  let upper = line[0];
  for (let layer = file.layer - 1; layer >= 0 && upper; layer -= 1) {
    const lower = earlierReading(file, layer, upper, readings);
    if (!lower && holders.has(layer)) break;
    if (!lower) continue;
    if (!sharesPackage(lower, upper)) break;
    line.push(lower);
    upper = lower;
  }
  return line;
}

/** Says of two neighbours of a line whether the lower file stayed in the image until the upper one replaced it. */
export type Survives = (lower: Reading, upper: Reading) => boolean;

/** The lowest layer of the unbroken run of layers that list the package, up to the top of the line. */
export function introducedIn(packageId: string, line: readonly Reading[], survives: Survives): number {
  const [top, ...lower] = line;
  let upper = top;
  for (const reading of lower) {
    if (!upper || !reading.packages.has(packageId) || !survives(reading, upper)) break;
    upper = reading;
  }
  return upper?.layer ?? 0;
}

/**
 * Answers {@link Survives} for all lines at once. What lies between two neighbours must be stacked to see whether a layer
 * removed the file for a while; each stretch is stacked once, one after another, so that one tree is in memory.
 */
export function findSurvivors(lines: readonly (readonly Reading[])[], stack: (from: number, below: number) => ImageTree): Survives {
  const stretches = new Map<string, Map<string, Reading>>();
  for (const [lower, upper] of lines.flatMap(neighbours)) {
    if (upper.layer - lower.layer < 2) continue;
    const key = `${lower.layer}:${upper.layer}`;
    const asked = stretches.get(key) ?? new Map<string, Reading>();
    stretches.set(key, asked.set(lower.real, lower));
  }
  const gone = new Set<string>();
  for (const [key, asked] of stretches) {
    const [from = 0, below = 0] = key.split(':').map(Number);
    const between = stack(from, below);
    for (const real of asked.keys()) if (!between.isVisible(real, 0)) gone.add(`${key}:${real}`);
  }
  return (lower, upper) => !gone.has(`${lower.layer}:${upper.layer}:${lower.real}`);
}

function neighbours(line: readonly Reading[]): readonly (readonly [lower: Reading, upper: Reading])[] {
  return line.slice(1).flatMap((lower, index) => {
    const upper = line[index];
    return upper ? [[lower, upper] as const] : [];
  });
}

function layersHolding(file: LiveFile, tree: ImageTree): ReadonlySet<number> {
  const direct = file.readings.filter((reading) => !isReachedByLink(reading.asked, tree)).map((reading) => reading.asked);
  return new Set([file.real, ...direct].flatMap((path) => tree.layersWith(path)));
}

/** What the scanner was given of the same file in a lower layer: under one of its names, or of the same real path. */
function earlierReading(file: LiveFile, layer: number, upper: Reading, readings: Readings): Reading | undefined {
  const named = file.readings.flatMap((reading) => readings.asked(file.scanner, layer, reading.asked));
  // What was asked for another image's sake counts only if it is the same file.
  const sameName = named.filter((reading) => reading.origin === 'walk' || reading.real === file.real);
  const candidates = [...sameName, ...readings.real(file.scanner, layer, file.real)];
  return candidates.find((reading) => sharesPackage(reading, upper)) ?? candidates[0];
}

function sharesPackage(a: Reading, b: Reading): boolean {
  const [few, many] = a.packages.size < b.packages.size ? [a.packages, b.packages] : [b.packages, a.packages];
  for (const id of few.keys()) if (many.has(id)) return true;
  return false;
}
