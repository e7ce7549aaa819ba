import { scannerKey, type AskedPath, type ImageTree, type Scanner } from '../../contracts/index.ts';
import { diagnostic, type Diagnostic, type EntryHeader } from '../../core/index.ts';
import { isLinked, speakerOf, type LiveFile } from './live-files.ts';
import type { Readings } from './readings.ts';

/** A path through links that a scanner wants and was not given: it must be read in the layer where it really is. */
export interface AskedLink extends AskedPath {
  readonly scanner: string;
  readonly layer: number;
}

/** An encoded map keeps neither size nor mode: the header is one that a scanner who looks at them does not refuse. */
const presumedHeader: EntryHeader = Object.freeze({ type: 'file', size: 4096, mode: 0o755 });

export interface LinkPlan {
  readonly links: readonly AskedLink[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface LinkPlanRequest {
  readonly tree: ImageTree;
  readonly scanners: readonly Scanner[];
  readonly readings: Readings;
  /** How many paths are asked of scanners. */
  readonly limit: number;
  /** The tree of one layer alone. */
  readonly treeOf: (layer: number) => ImageTree;
}

/** Which paths through links of the final image must still be read. */
export function planLinks({ tree, scanners, readings, limit, treeOf }: LinkPlanRequest): LinkPlan {
  const diagnostics: Diagnostic[] = [];
  const wanting = (asked: string): readonly Scanner[] => scanners.filter((scanner) => scanner.wants(asked, presumedHeader) !== 'no');
  const linked = tree.linked({
    select: (asked) => wanting(asked).length > 0,
    limit,
    onLimit: () => void diagnostics.push(diagnostic('LINK_BUDGET', { data: { limit } })),
  });
  const links: AskedLink[] = [];
  for (const { asked, real } of linked) {
    for (const scanner of wanting(asked)) {
      const link = { scanner: scannerKey(scanner), layer: real.layer, asked, real: real.path };
      if (!wasGiven(link, readings)) links.push(link);
    }
  }
  return { links: withoutKnownToWalk(links, treeOf), diagnostics };
}

/**
 * The lower versions of databases that are reached through links: without them nothing says since when a package is there.
 * Their absence takes nothing from the list of packages.
 */
export function planDatabaseHistory(files: readonly LiveFile[], readings: Readings, tree: ImageTree): readonly AskedLink[] {
  const links: AskedLink[] = [];
  for (const file of files) {
    const { scanner, layer, real } = file;
    const speaker = speakerOf(file);
    const isDatabase = speaker.packages.values().some((found) => found.origin === 'database');
    if (!isDatabase || !isLinked(speaker, tree)) continue;
    for (const lower of tree.layersWith(real)) {
      if (lower >= layer || readings.real(scanner, lower, real).length > 0) continue;
      links.push({ scanner, layer: lower, asked: speaker.asked, real });
    }
  }
  return links;
}

function wasGiven({ scanner, layer, asked, real }: AskedLink, readings: Readings): boolean {
  return readings.asked(scanner, layer, asked).some((reading) => reading.real === real);
}

/** Links inside one layer were seen by its walk: what the scanner was not given then, it had refused after a look. */
function withoutKnownToWalk(links: readonly AskedLink[], treeOf: (layer: number) => ImageTree): readonly AskedLink[] {
  const byLayer = Map.groupBy(links, (link) => link.layer);
  return [...byLayer].flatMap(([layer, asked]) => {
    const alone = treeOf(layer);
    return asked.filter((link) => alone.resolve(link.asked)?.path !== link.real);
  });
}
