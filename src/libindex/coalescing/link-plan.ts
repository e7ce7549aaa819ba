import { scannerKey, type AskedPath, type ImageTree, type Scanner, type ScannerKind, type TreeNode } from '../../contracts/index.ts';
import { diagnostic, type Diagnostic, type EntryHeader } from '../../core/index.ts';
import { BrokenLinks } from './broken-links.ts';
import { findFileOwners } from './file-owners.ts';
import { speakerOf, type LiveFile } from './live-files.ts';
import { isReachedByLink } from './reached-by-link.ts';
import type { Readings } from './readings.ts';

/** A path through links that a scanner wants and was not given: it must be read in the layer where it really is. */
export interface AskedLink extends AskedPath {
  readonly scanner: string;
  readonly kind: ScannerKind;
  readonly layer: number;
}

/** For a tree that keeps neither size nor mode: what a scanner who looks at them does not refuse. */
const presumed = Object.freeze({ size: 4096, mode: 0o755 });

export interface LinkPlan {
  readonly links: readonly AskedLink[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface LinkPlanRequest {
  readonly tree: ImageTree;
  readonly scanners: readonly Scanner[];
  /** What scanners were given so far. */
  readonly files: readonly LiveFile[];
  /** How many paths are asked of scanners. */
  readonly limit: number;
}

/**
 * Which paths through links of the final image must still be read. A file that the scanner was given under another name of
 * the final image is not asked for again: two paths with one real path are one file. A hard link is a name as good as the
 * first, and all of them must be known to choose one: it is asked for.
 */
export function planLinks({ tree, scanners, files, limit }: LinkPlanRequest): LinkPlan {
  const given = new Set(files.map(fileKey));
  const names = new Set(files.flatMap((file) => file.readings.map((reading) => nameKey(reading))));
  const budget: Diagnostic[] = [];
  const broken = new BrokenLinks(tree, scanners);
  // Asked of every path below every link to a directory: nearly all are wanted by nobody.
  const isWanted = (asked: string, real: TreeNode): boolean => {
    const header = headerOf(real);
    for (const scanner of scanners) if (isAskedFor(scanner, asked, real.path, header)) return true;
    return false;
  };
  const wanting = (asked: string, real: TreeNode): readonly AskedLink[] =>
    scanners
      .filter((scanner) => isAskedFor(scanner, asked, real.path, headerOf(real)))
      .map((scanner) => ({ scanner: scannerKey(scanner), kind: scanner.kind, layer: real.layer, asked, real: real.path }))
      .filter((link) => !names.has(nameKey(link)) && (tree.locate(asked)?.type === 'hardlink' || !given.has(fileKey(link))));
  const linked = tree.linked({
    select: (asked, real) => isWanted(asked, real) && wanting(asked, real).length > 0,
    limit,
    onLimit: () => void budget.push(diagnostic('LINK_BUDGET', { data: { limit } })),
    onBroken: (asked, reason) => broken.add(asked, reason),
  });
  const links = [...linked].flatMap(({ asked, real }) => wanting(asked, real));
  return { links, diagnostics: [...budget, ...broken.diagnostics()] };
}

/** Without the files of OS packages, which {@link placePackages} does not take for others' packages: no layer is read for them. */
export function withoutOwned(links: readonly AskedLink[], files: readonly LiveFile[], tree: ImageTree): readonly AskedLink[] {
  const installed = files
    .flatMap((file) => [...speakerOf(file).packages.values()])
    .filter((found) => found.origin === 'database')
    .map((found) => found.facts);
  const candidates = links.filter((link) => link.kind === 'package' && isReachedByLink(link.asked, tree));
  const owners = findFileOwners(installed, new Set(candidates.map((link) => link.real)), files, tree);
  const owned = new Set(candidates.filter((link) => owners.has(link.real)));
  return links.filter((link) => !owned.has(link));
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
    if (!isDatabase || !isReachedByLink(speaker.asked, tree)) continue;
    for (const lower of tree.layersWith(real)) {
      if (lower >= layer || readings.real(scanner, lower, real).length > 0) continue;
      links.push({ scanner, kind: 'package', layer: lower, asked: speaker.asked, real });
    }
  }
  return links;
}

function nameKey(link: Pick<AskedLink, 'scanner' | 'layer' | 'asked' | 'real'>): string {
  return `${fileKey(link)}\0${link.asked}`;
}

/** A scanner that asked for a look at the real path has had it: it takes what it likes, whatever its name. */
function isAskedFor(scanner: Scanner, asked: string, real: string, header: EntryHeader): boolean {
  const want = scanner.wants(asked, header);
  return want !== 'no' && !(want === 'peek' && scanner.wants(real, header) === 'peek');
}

function fileKey({ scanner, layer, real }: Pick<AskedLink, 'scanner' | 'layer' | 'real'>): string {
  return `${scanner}\0${layer}\0${real}`;
}

function headerOf({ size = presumed.size, mode = presumed.mode }: TreeNode): EntryHeader {
  return { type: 'file', size, mode };
}
