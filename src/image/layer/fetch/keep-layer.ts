import { InputError, unreachable, UsageError, type Layer, type LayerContent, type Limits } from '../../../core/index.ts';
import { TempArena } from '../../../runtime/index.ts';
import { Deadline } from '../deadline.ts';
import { readBlob } from '../read-blob.ts';
import { Spool, type ByteSource } from '../spool.ts';
import { diskCopy, doubleCopy, memoryCopy, readSource, type TarCopy } from './tar-copy.ts';

export const layerFetchModes = ['stream', 'ondisk', 'inmem', 'tee'] as const;

/**
 * Where the uncompressed tar of an opened layer is kept (the seed's `LayerFetchOpt`): on disk, in memory, or both; `stream` keeps the blob as it was
 * transferred, and the tar only once somebody asks for its reader.
 */
export type LayerFetchMode = (typeof layerFetchModes)[number];

export interface KeepLayerOptions {
  readonly mode: LayerFetchMode;
  /** What is `at-hand` can be read again and is not copied in `stream` mode. */
  readonly origin: 'at-hand' | 'fetched';
  readonly limits: Limits;
  /** Bytes of one tar that may stay in memory, for `inmem` and `tee`. */
  readonly memoryBytes: number;
  readonly tempDirectory?: string | undefined;
  readonly signal: AbortSignal;
}

/** A verified layer that can be read any number of times. Its files on disk are gone when it is disposed. */
export interface KeptLayer extends AsyncDisposable {
  /** With content that is at hand. */
  readonly layer: Layer;
  /** @throws InputError `LAYER_TAR_MISSING`; LimitError; AbortedError */
  tar(): Promise<ByteSource>;
}

type BlobContent = Extract<LayerContent, { kind: 'blob' }>;
type AtHand = Layer & { readonly content: BlobContent };

/** Where a layer is kept until it is closed. */
interface Room {
  readonly arena: TempArena;
  readonly closing: AbortController;
}

/** Reads a layer once, verifies it and keeps it. @throws InputError, LimitError, FeedError, AbortedError */
export async function keepLayer(layer: Layer & { readonly content: LayerContent }, options: KeepLayerOptions): Promise<KeptLayer> {
  const { content } = layer;
  if (content.kind === 'tree') return keptTree(layer);
  const room: Room = { arena: new TempArena(options.tempDirectory), closing: new AbortController() };
  try {
    return await (options.mode === 'stream' ? keepBlob : keepTar)({ ...layer, content }, room, options);
  } catch (error) {
    room.arena[Symbol.dispose]();
    throw error;
  }
}

function keptTree(layer: Layer): KeptLayer {
  return {
    layer,
    tar: () => Promise.reject(new InputError('LAYER_TAR_MISSING', { layer: layer.digest })),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function keepTar(layer: AtHand, room: Room, options: KeepLayerOptions): Promise<KeptLayer> {
  const copy = copyFor(options.mode, room.arena, options.memoryBytes);
  const { diffId } = await read(layer, options, (chunk) => copy.append(chunk));
  const source = guarded(copy.source(), room);
  return {
    layer: { digest: diffId, diffId, content: sourceContent(source) },
    tar: () => Promise.resolve(source),
    [Symbol.asyncDispose]: () => close(room),
  };
}

async function keepBlob(layer: AtHand, room: Room, options: KeepLayerOptions): Promise<KeptLayer> {
  const kept = await (options.origin === 'at-hand' ? verify : copyBlob)(layer, room, options);
  let tar: Promise<ByteSource> | undefined;
  const inflate = async (): Promise<ByteSource> => {
    const copy = diskCopy(room.arena);
    await read(kept, { ...options, signal: room.closing.signal }, (chunk) => copy.append(chunk));
    return guarded(copy.source(), room);
  };
  return {
    layer: kept,
    tar: () => (tar ??= inflate()),
    async [Symbol.asyncDispose]() {
      room.closing.abort();
      await tar?.catch(() => undefined);
      await close(room);
    },
  };
}

async function verify(layer: AtHand, _room: Room, options: KeepLayerOptions): Promise<AtHand> {
  const { digest, diffId } = await read(layer, options, () => undefined);
  return { digest, diffId, content: layer.content };
}

async function copyBlob(layer: AtHand, room: Room, options: KeepLayerOptions): Promise<AtHand> {
  const spool = new Spool(room.arena, options.limits.keptBytes);
  const { digest, diffId } = await read({ ...layer, content: copied(layer.content, spool) }, options, () => undefined);
  return { digest, diffId, content: sourceContent(guarded(spool.takeSource(), room)) };
}

async function read(layer: AtHand, { limits, signal }: KeepLayerOptions, onTar: (chunk: Uint8Array) => void): ReturnType<typeof readBlob> {
  using deadline = new Deadline(limits.layerTime, signal);
  deadline.check();
  const consume = (chunk: Uint8Array): undefined => {
    onTar(chunk);
  };
  return await readBlob({ layer, content: layer.content, limits, deadline, consume });
}

function copyFor(mode: LayerFetchMode, arena: TempArena, memoryBytes: number): TarCopy {
  switch (mode) {
    case 'stream':
    case 'ondisk':
      return diskCopy(arena);
    case 'inmem':
      return memoryCopy(arena, memoryBytes);
    case 'tee':
      return doubleCopy(arena, memoryBytes);
    default:
      return unreachable(mode);
  }
}

/** The same, each piece of it copied as it goes by. */
function copied(content: BlobContent, spool: Spool): BlobContent {
  async function* through(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      spool.append(chunk.slice());
      yield chunk;
    }
  }
  return { kind: 'blob', open: async (options) => through(await content.open(options)) };
}

function sourceContent(source: ByteSource): BlobContent {
  return { kind: 'blob', open: () => Promise.resolve(readSource(source)) };
}

/** Nothing is read once it is closed: its place on disk may be another's by then. */
function guarded(source: ByteSource, { closing }: Room): ByteSource {
  return {
    size: source.size,
    read(offset, length) {
      if (closing.signal.aborted) throw new UsageError('USAGE_CLOSED', { what: 'layer' });
      return source.read(offset, length);
    },
  };
}

function close({ arena, closing }: Room): Promise<void> {
  closing.abort();
  arena[Symbol.dispose]();
  return Promise.resolve();
}
