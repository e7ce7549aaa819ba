import { compareText } from '../../core/index.ts';
import type { ImageTree, TreeNode } from '../../contracts/index.ts';
import { isReachedByLink } from './reached-by-link.ts';
import type { Reading } from './readings.ts';

/** A file of the final image that a scanner was given, under all the paths by which it was given it. */
export interface LiveFile {
  readonly scanner: string;
  readonly layer: number;
  /** Where it really is. */
  readonly real: string;
  /**
   * First those that no symbolic link is part of, then by path: two names are one file, and the first speaks for it. Which of two
   * hard links holds the bytes says nothing: it differs with the layers that they came in.
   */
  readonly readings: readonly [Reading, ...Reading[]];
}

/** Which readings are of files that are in the final image as they were read. */
export function findLiveFiles(readings: readonly Reading[], tree: ImageTree): readonly LiveFile[] {
  const files = new Map<string, { readonly node: TreeNode; readonly readings: [Reading, ...Reading[]] }>();
  for (const reading of readings) {
    const node = liveNode(reading, tree);
    if (!node) continue;
    const key = `${reading.scanner}\0${node.layer}\0${node.path}`;
    const file = files.get(key);
    if (file) file.readings.push(reading);
    else files.set(key, { node, readings: [reading] });
  }
  return [...files.values()].map(({ node, readings }) => ({
    scanner: readings[0].scanner,
    layer: node.layer,
    real: node.path,
    readings: readings.sort((a, b) => rankOf(a, tree) - rankOf(b, tree) || compareText(a.asked, b.asked)),
  }));
}

/** The reading that shows packages, or else the one that speaks for the file. */
export function speakerOf(file: LiveFile): Reading {
  return file.readings.find((reading) => reading.packages.size > 0) ?? file.readings[0];
}

function rankOf(reading: Reading, tree: ImageTree): number {
  return isReachedByLink(reading.asked, tree) ? 1 : 0;
}

/** The node of the final image that the reading is of, if the path still leads to it. */
function liveNode({ asked, real, layer }: Reading, tree: ImageTree): TreeNode | undefined {
  const node = tree.resolve(asked);
  return node?.layer === layer && node.path === real ? node : undefined;
}
