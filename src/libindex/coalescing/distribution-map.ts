import { compareText } from '../../core/index.ts';
import type { FoundDistribution, ImageTree } from '../../contracts/index.ts';
import type { DistributionFacts } from '../../core/index.ts';
import { findLiveFiles } from './live-files.ts';
import type { Reading } from './readings.ts';

/** os-release(5): the first of these that exists is the one that counts; other release files come after them. */
const releaseFiles = ['etc/os-release', 'usr/lib/os-release'];

/** Which distribution an image is, and which one a package of a layer belongs to. */
export interface DistributionMap {
  /** What the release file of the final image names. */
  readonly image: DistributionFacts | undefined;
  /** The nearest one at or below the layer, else above it: a release file that a higher layer deletes was true of what lies under it. */
  at(layer: number): DistributionFacts | undefined;
}

export function mapDistributions(readings: readonly Reading[], layers: number, tree: ImageTree): DistributionMap {
  const release = readings.filter((reading) => reading.distributions.length > 0);
  const live = new Set(findLiveFiles(release, tree).flatMap((file) => file.readings));
  // What was asked for another image's sake says nothing of this one.
  const relevant = release.filter((reading) => reading.origin === 'walk' || live.has(reading));
  const byLayer = Array.from({ length: layers }, (_, layer) => choose(relevant.filter((reading) => reading.layer === layer)));
  return {
    image: choose([...live]),
    at: (layer) =>
      byLayer.slice(0, layer + 1).findLast((facts) => facts !== undefined) ?? byLayer.slice(layer + 1).find((facts) => facts !== undefined),
  };
}

/** The distribution that the most telling of these files names. */
function choose(readings: readonly Reading[]): DistributionFacts | undefined {
  const files = Map.groupBy(readings, (reading) => `${reading.layer}\0${reading.real}`);
  const [first] = [...files.values()].sort((a, b) => rankOf(a) - rankOf(b) || compareText(pathOf(a), pathOf(b)));
  return first && nameOf(first);
}

/** A scanner that knows every distribution a little is heard only where none that knows it well spoke. */
function nameOf(file: readonly Reading[]): DistributionFacts | undefined {
  const found = [...file]
    .sort((a, b) => compareText(a.scanner, b.scanner) || compareText(a.asked, b.asked))
    .flatMap((reading) => reading.distributions);
  return (found.find(isSure) ?? found[0])?.facts;
}

function isSure(found: FoundDistribution): boolean {
  return found.fallback !== true;
}

function rankOf(file: readonly Reading[]): number {
  const ranks = file.flatMap(({ asked, real }) => [asked, real]).map((path) => releaseFiles.indexOf(path));
  const known = ranks.filter((rank) => rank >= 0);
  return known.length > 0 ? Math.min(...known) : releaseFiles.length;
}

function pathOf(file: readonly Reading[]): string {
  return file.map((reading) => reading.asked).sort(compareText)[0] ?? '';
}
