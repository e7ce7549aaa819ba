import type { EntryHeader, Layer, Limits, TreeEntry } from '../../core/index.ts';
import { tarEntry, tarHeader, tarPadding, type TarSink } from '../../formats/tar/index.ts';
import { Deadline } from './deadline.ts';
import { DiagnosticLog } from './diagnostic-log.ts';
import { fromPush } from './from-push.ts';
import { passLayer, type LayerVisitor } from './layer-pass.ts';

export interface CopyFilesOptions {
  readonly layer: Layer;
  readonly limits: Limits;
  readonly signal: AbortSignal | undefined;
  /** Whether the entry that came as that one of the layer, from 1, is the one that counts. */
  readonly isLast: (path: string, order: number) => boolean;
  /** Where the file goes; undefined where it is not in the final file system. */
  readonly target: (path: string) => string | undefined;
}

/** Bytes for the output: as they are, a stretch of zeros, or a file that is read when its turn comes. */
type Piece =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'zeros'; readonly length: number }
  | { readonly kind: 'file'; readonly path: string; readonly header: EntryHeader; readonly source: TreeEntry };

const zeros = new Uint8Array(65_536);

/** The files of a layer that are in the final file system, as entries of a tar without its end. */
export async function* copyFiles(options: CopyFilesOptions): AsyncGenerator<Uint8Array> {
  for await (const pieces of fromPush<readonly Piece[]>((push) => pushFiles(options, push))) {
    for (const piece of pieces) yield* toBytes(piece, options.signal);
  }
}

async function pushFiles(options: CopyFilesOptions, push: (pieces: readonly Piece[]) => Promise<void>): Promise<void> {
  const { layer, limits, signal } = options;
  // Whoever reads the output may be slow: that is not the layer's fault.
  using deadline = new Deadline(Infinity, signal);
  const copier = new FileCopier(options, push);
  await passLayer({ layer, limits, deadline, log: new DiagnosticLog(layer.digest) }, copier);
  await copier.rest();
}

class FileCopier implements LayerVisitor {
  readonly #options: CopyFilesOptions;
  readonly #push: (pieces: readonly Piece[]) => Promise<void>;
  #pieces: Piece[] = [];
  #order = 0;

  constructor(options: CopyFilesOptions, push: (pieces: readonly Piece[]) => Promise<void>) {
    this.#options = options;
    this.#push = push;
  }

  entry(path: string, header: EntryHeader, source: TreeEntry | undefined): TarSink | undefined {
    if (path === '' && header.type !== 'directory') return undefined;
    this.#order += 1;
    if (header.type !== 'file' || !this.#options.isLast(path, this.#order)) return undefined;
    const target = this.#options.target(path);
    if (target === undefined) return undefined;
    if (source) {
      this.#pieces.push({ kind: 'file', path: target, header, source });
      return undefined;
    }
    const { size, mode } = header;
    this.#bytes(tarHeader({ path: target, type: 'file', size, mode }));
    return {
      // A view is valid only now, and whoever reads the output may keep what it gets.
      write: (chunk) => this.#bytes(chunk.slice()),
      hole: (length) => void this.#pieces.push({ kind: 'zeros', length }),
      end: () => this.#bytes(tarPadding(size)),
    };
  }

  whiteout(): void {
    this.#order += 1;
  }

  opaque(): void {
    this.#order += 1;
  }

  rest(): Promise<void> | undefined {
    if (this.#pieces.length === 0) return undefined;
    const pieces = this.#pieces;
    this.#pieces = [];
    return this.#push(pieces);
  }

  #bytes(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#pieces.push({ kind: 'bytes', bytes });
  }
}

async function* toBytes(piece: Piece, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  switch (piece.kind) {
    case 'bytes':
      yield piece.bytes;
      return;
    case 'zeros':
      for (let rest = piece.length; rest > 0; rest -= zeros.length) yield zeros.subarray(0, Math.min(rest, zeros.length));
      return;
    case 'file': {
      const { path, header, source } = piece;
      yield* tarEntry({ path, type: 'file', size: header.size, mode: header.mode }, source.open({ signal }));
    }
  }
}
