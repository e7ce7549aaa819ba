import {
  InputError,
  LimitError,
  unreachable,
  type EntryHeader,
  type Layer,
  type LayerContent,
  type Limits,
  type TreeEntry,
} from '../../core/index.ts';
import { cleanPath, TarReader, type TarEntry, type TarSink, type TarVisitor } from '../../formats/tar/index.ts';
import type { Deadline } from './deadline.ts';
import type { DiagnosticLog } from './diagnostic-log.ts';
import { fromSource } from './from-source.ts';
import { readBlob, type ReadBlob } from './read-blob.ts';
import { parseLayerName } from './whiteout-name.ts';

/** What is done with what a layer holds. */
export interface LayerVisitor {
  /** Every entry that is not a marker, the last of a path last. */
  entry(path: string, header: EntryHeader, source: TreeEntry | undefined): TarSink | undefined;
  whiteout(path: string): void;
  opaque(path: string): void;
  /** After each chunk of the archive; what it gives back is waited for. */
  rest?(): Promise<void> | undefined;
}

export interface LayerPassOptions {
  readonly layer: Layer;
  readonly limits: Limits;
  readonly deadline: Deadline;
  readonly log: DiagnosticLog;
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

export interface LayerPass extends ReadBlob {
  readonly entries: number;
}

/**
 * Reads a layer from front to back and shows the visitor what it holds.
 *
 * @throws InputError `LAYER_CONTENT_MISSING`, `TAR_CORRUPT` and what reading the blob throws; LimitError; AbortedError
 */
export async function passLayer(options: LayerPassOptions, visitor: LayerVisitor): Promise<LayerPass> {
  const { content } = options.layer;
  if (!content) throw new InputError('LAYER_CONTENT_MISSING', { layer: options.layer.digest });
  return content.kind === 'blob' ? passBlob(options, content, visitor) : passTree(options, content, visitor);
}

async function passBlob(
  options: LayerPassOptions,
  content: Extract<LayerContent, { kind: 'blob' }>,
  visitor: LayerVisitor,
): Promise<LayerPass> {
  const names = new NameVisitor(options, visitor);
  const reader = new TarReader(names, { pathBytes: options.limits.pathBytes });
  const consume = (chunk: Uint8Array): Promise<void> | undefined => {
    reader.write(chunk);
    return visitor.rest?.();
  };
  const read = await readBlob({ ...options, content, consume });
  reader.end();
  return { ...read, entries: names.entries };
}

async function passTree(
  options: LayerPassOptions,
  content: Extract<LayerContent, { kind: 'tree' }>,
  visitor: LayerVisitor,
): Promise<LayerPass> {
  const { layer, deadline } = options;
  const names = new NameVisitor(options, visitor);
  const iterator = content.entries({ signal: deadline.signal })[Symbol.asyncIterator]();
  try {
    for (;;) {
      const result = await deadline.race(fromSource(layer, iterator.next()));
      if (result.done) break;
      deadline.check();
      names.entry({ path: cleanPath(result.value.path), header: result.value.header }, result.value);
    }
  } catch (error) {
    const closing = Promise.resolve(iterator.return?.()).catch(() => undefined);
    if (!deadline.signal.aborted) await closing;
    deadline.check();
    throw error;
  }
  return { digest: layer.digest, diffId: layer.digest, blobBytes: 0, tarBytes: 0, entries: names.entries };
}

/** Tells markers from entries, and counts. */
class NameVisitor implements TarVisitor {
  readonly #options: LayerPassOptions;
  readonly #visitor: LayerVisitor;
  entries = 0;

  constructor(options: LayerPassOptions, visitor: LayerVisitor) {
    this.#options = options;
    this.#visitor = visitor;
  }

  entry(entry: TarEntry, source?: TreeEntry): TarSink | undefined {
    const limit = this.#options.limits.layerEntries;
    this.entries += 1;
    if (this.entries > limit) throw new LimitError('LIMIT_LAYER_ENTRIES', { limit });
    const name = parseLayerName(entry.path);
    switch (name.kind) {
      case 'entry':
        return this.#visitor.entry(name.path, entry.header, source);
      case 'whiteout':
        this.#visitor.whiteout(name.path);
        return undefined;
      case 'opaque':
        this.#visitor.opaque(name.path);
        return undefined;
      case 'ignored':
        return undefined;
      default:
        return unreachable(name);
    }
  }

  diagnostic(...[code, place]: Parameters<TarVisitor['diagnostic']>): void {
    this.#options.log.add(code, place);
  }
}
