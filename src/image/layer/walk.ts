import { scannerKey, type LayerWalk, type WalkRequest } from '../../contracts/index.ts';
import type { Diagnostic, Layer, Limits } from '../../core/index.ts';
import { TempArena } from '../../runtime/index.ts';
import { askPaths, askScanners } from './asker.ts';
import { Deadline } from './deadline.ts';
import { DiagnosticLog } from './diagnostic-log.ts';
import { ContentKeeper } from './kept-content.ts';
import { toLayerFiles } from './layer-files.ts';
import { LayerMapBuilder } from './layer-map-builder.ts';
import { LayerWalker } from './layer-walker.ts';

export interface WalkOptions {
  readonly limits: Limits;
  /** Where files go that are too large to keep in memory; the system's if absent. */
  readonly tempDirectory?: string | undefined;
}

/** {@link LayerEngine.walk}. */
export async function walkLayer(request: WalkRequest, options: WalkOptions): Promise<LayerWalk> {
  const arena = new TempArena(options.tempDirectory);
  try {
    return await walkWith(arena, request, options.limits);
  } catch (error) {
    arena[Symbol.dispose]();
    throw error;
  }
}

async function walkWith(arena: TempArena, request: WalkRequest, limits: Limits): Promise<LayerWalk> {
  const { layer, scanners, asked, signal, onProgress } = request;
  using deadline = new Deadline(limits.layerTime, signal);
  deadline.check();
  const log = new DiagnosticLog(layer.digest);
  const walker = new LayerWalker(
    { layer, limits, deadline, log, onProgress },
    {
      asker: asked ? askPaths(scanners, asked) : askScanners(scanners),
      builder: new LayerMapBuilder(arena, limits),
      keeper: new ContentKeeper(arena, limits.keptBytes),
      onlyPaths: asked && [...new Set([...asked.values()].flatMap((paths) => paths.map((path) => path.real)))],
      signal,
    },
  );
  const walked = await walker.walk();
  let isClosed = false;
  const files = toLayerFiles(walked.files.values(), {
    scanners: scanners.map(scannerKey),
    fileBytes: limits.fileBytes,
    isClosed: () => isClosed,
  });
  return {
    files,
    ...(!asked && { map: walked.map.bytes }),
    diagnostics: [...treeDiagnostics(layer), ...log.all()],
    digest: walked.digest,
    diffId: walked.diffId,
    stats: { blobBytes: walked.blobBytes, tarBytes: walked.tarBytes, entries: walked.entries, passes: walked.passes },
    [Symbol.asyncDispose]: () => {
      isClosed = true;
      arena[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}

/** What the source of a tree could not read is a fact of the layer that it makes. */
function treeDiagnostics({ digest, content }: Layer): readonly Diagnostic[] {
  const unread = content?.kind === 'tree' ? (content.diagnostics ?? []) : [];
  return unread.map((found) => ({ ...found, layer: digest }));
}
