import type { ListableTree } from './tree.ts';
import type { TreeNode } from '../../contracts/index.ts';
import { defaultLimits, type Layer, type Limits } from '../../core/index.ts';
import { tarEnd, tarHeader } from '../../formats/tar/index.ts';
import { TempArena } from '../../runtime/index.ts';
import { Deadline } from './deadline.ts';
import { DiagnosticLog } from './diagnostic-log.ts';
import { LayerMapBuilder } from './layer-map-builder.ts';
import { passLayer, type LayerPassOptions } from './layer-pass.ts';
import { MapReader } from './map-reader.ts';
import { bytesSource } from './spool.ts';
import { copyFiles } from './stack-files.ts';
import { mergeTree } from './tree.ts';

export interface StackLayersOptions {
  /** Those that are absent have their default. */
  readonly limits?: Partial<Limits> | undefined;
  readonly tempDirectory?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

type PlannedLink =
  | { readonly path: string; readonly type: 'hardlink' | 'symlink'; readonly linkTarget: string }
  | { readonly path: string; readonly type: 'fifo' };

/** Who is written where: the plan of one flattened archive. */
interface StackPlan {
  /** For a layer, the files of it that are written: their path there, and the path that they get. */
  readonly moved: ReadonlyMap<string, string>;
  /**
   * Hard links, written last, as what they lead to: another name of a file; a link to a directory, for a hard link to a symbolic
   * link is one itself; or nothing that can be read.
   */
  readonly links: readonly PlannedLink[];
}

/**
 * One tar with the final file system of these layers, base first: what whiteouts hide is gone, links stay links, a hard link
 * whose file is hidden becomes that file. Devices become fifos, and so do hard links to nothing: without them their paths might lead
 * elsewhere, where a symbolic link lies above. Each layer is read twice; memory does not grow with content.
 *
 * Reading it throws what reading layers throws: InputError, LimitError, AbortedError.
 */
export async function* stackLayers(layers: readonly Layer[], options: StackLayersOptions = {}): AsyncGenerator<Uint8Array> {
  const limits: Limits = { ...defaultLimits, ...options.limits };
  using arena = new TempArena(options.tempDirectory);
  const maps: Uint8Array[] = [];
  for (const layer of layers) maps.push(await readMap(layer, arena, limits, options.signal));
  const tree = mergeTree(maps);
  const plan = planLinks(tree);

  for (const node of tree.nodes()) {
    const header = headerOf(node);
    if (header) yield header;
  }
  for (const [index, layer] of layers.entries()) {
    const map = new MapReader(bytesSource(maps[index] ?? new Uint8Array()));
    yield* copyFiles({
      layer,
      limits,
      signal: options.signal,
      isLast: (path, order) => map.lookup(path)?.extras[0] === order,
      target: (path) => (tree.isVisible(path, index) ? path : plan.moved.get(placeKey(path, index))),
    });
  }
  for (const link of plan.links) yield tarHeader(link);
  yield tarEnd();
}

/** The map of a layer that also says which of several entries counts. */
async function readMap(layer: Layer, arena: TempArena, limits: Limits, signal: AbortSignal | undefined): Promise<Uint8Array> {
  using deadline = new Deadline(limits.layerTime, signal);
  const builder = new LayerMapBuilder(arena, limits, { withOrder: true });
  const options: LayerPassOptions = { layer, limits, deadline, log: new DiagnosticLog(layer.digest) };
  await passLayer(options, {
    entry: (path, header) => {
      builder.entry(path, header);
      return undefined;
    },
    whiteout: (path) => builder.whiteout(path),
    opaque: (path) => builder.opaque(path),
  });
  return builder.finish().bytes;
}

function planLinks(tree: ListableTree): StackPlan {
  const moved = new Map<string, string>();
  const links: PlannedLink[] = [];
  for (const { type, path } of tree.nodes()) {
    if (type !== 'hardlink') continue;
    const real = tree.resolve(path);
    if (real?.type === 'directory') links.push({ path, type: 'symlink', linkTarget: `/${real.path}` });
    else if (real?.type !== 'file') links.push({ path, type: 'fifo' });
    else {
      const key = placeKey(real.path, real.layer);
      const linkTarget = tree.isVisible(real.path, real.layer) ? real.path : moved.get(key);
      if (linkTarget === undefined) moved.set(key, path);
      else links.push({ path, type: 'hardlink', linkTarget });
    }
  }
  return { moved, links };
}

function placeKey(path: string, layer: number): string {
  return `${layer}/${path}`;
}

/** Everything but files and hard links. */
function headerOf(node: TreeNode): Uint8Array | undefined {
  const { path, type, mode = 0, linkTarget } = node;
  if (path === '') return undefined;
  if (type === 'directory') return tarHeader({ path, type, mode });
  if (type === 'symlink') return tarHeader({ path, type, mode, linkTarget: linkTarget ?? '' });
  return type === 'other' ? tarHeader({ path, type: 'fifo', mode }) : undefined;
}
