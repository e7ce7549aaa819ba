import {
  scannerKey,
  type AskedPath,
  type ImageTree,
  type LayerEngine,
  type LayerFile,
  type LayerWalk,
  type Scanner,
  type WalkRequest,
} from '../contracts/index.ts';
import {
  InputError,
  throwIfAborted,
  type Diagnostic,
  type EntryHeader,
  type Layer,
  type LayerContent,
  type LayerDigest,
} from '../core/index.ts';
import { readAll, Sha256 } from '../runtime/index.ts';
import { FakeTree, type FakeMap } from './fake-layer-engine-tree.ts';

/** An entry of a fake layer: the content of a file, or something else. A link's target is as in a tar. */
export type FakeEntry =
  | string
  | { readonly symlink: string }
  | { readonly hardlink: string }
  | { readonly directory: true }
  | { readonly whiteout: true }
  | { readonly opaque: true };

/** A layer as plain data: paths without leading slash, in the order of the tar. Whiteouts and opaque marks stand at the path they are about. */
export type FakeLayer = Readonly<Record<string, FakeEntry>>;

/** What a walk was asked to do. */
export interface WalkRecord {
  readonly layer: LayerDigest;
  readonly scanners: readonly string[];
  /** Asked paths, where the layer was read again for links. */
  readonly asked?: readonly string[];
}

export interface FakeLayerEngineOptions {
  /** Awaited before each walk; what it throws, the walk throws. */
  readonly before?: (request: WalkRequest) => Promise<void> | void;
  /** What walks say of a layer besides. */
  readonly diagnostics?: (layer: Layer) => readonly Diagnostic[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const maxContent = 64 * 1024 * 1024;
const peekLength = 4096;

/** A layer of plain data whose digest is that of its content; for {@link FakeLayerEngine} only. */
export function fakeLayer(entries: FakeLayer): Layer & { readonly content: LayerContent } {
  const bytes = encoder.encode(JSON.stringify(Object.entries(entries)));
  const digest = new Sha256().update(bytes).digest() as LayerDigest;
  return { digest, size: bytes.length, content: fakeContent(bytes) };
}

/** Content that is at hand as these bytes. */
export function fakeContent(bytes: Uint8Array): LayerContent {
  return {
    kind: 'blob',
    open: async () =>
      (async function* () {
        yield bytes;
      })(),
  };
}

/** A {@link LayerEngine} over plain data: the same answers as the real one, without tar and compression. */
export class FakeLayerEngine implements LayerEngine {
  /** All walks that were begun, in order. */
  readonly walks: WalkRecord[] = [];
  readonly #options: FakeLayerEngineOptions;

  constructor(options: FakeLayerEngineOptions = {}) {
    this.#options = options;
  }

  async walk(request: WalkRequest): Promise<LayerWalk> {
    const { layer, scanners, asked, signal } = request;
    throwIfAborted(signal);
    this.walks.push(recordOf(request));
    await this.#options.before?.(request);
    const bytes = await readContent(request);
    throwIfAborted(signal);
    request.onProgress?.(bytes.length);
    const entries = JSON.parse(decoder.decode(bytes)) as FakeMap;
    const contents = new FakeContents(entries);
    const files = new Map(scanners.map((scanner) => [scannerKey(scanner), contents.filesFor(scanner, asked?.get(scannerKey(scanner)))]));
    return {
      files,
      ...(!asked && { map: encodeMap(entries) }),
      diagnostics: this.#options.diagnostics?.(layer) ?? [],
      digest: layer.digest,
      diffId: layer.diffId ?? layer.digest,
      stats: { blobBytes: bytes.length, tarBytes: bytes.length, entries: entries.length, passes: 1 },
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  merge(maps: readonly Uint8Array[]): ImageTree {
    return new FakeTree(maps.map(decodeMap));
  }

  /** How often each layer was walked, second readings for links apart. */
  walksOf(layer: Pick<Layer, 'digest'>): number {
    return this.walks.filter((walk) => walk.layer === layer.digest && !walk.asked).length;
  }
}

/** The files of one layer, for whoever asks. */
class FakeContents {
  readonly #entries: ReadonlyMap<string, FakeEntry>;
  readonly #tree: FakeTree;

  constructor(entries: FakeMap) {
    this.#entries = new Map(entries);
    this.#tree = new FakeTree([entries]);
  }

  filesFor(scanner: Scanner, asked: readonly AskedPath[] | undefined): readonly LayerFile[] {
    const paths = (asked?.map((path) => this.#bind(path)) ?? this.#paths()).filter(({ asked: path, real }) =>
      this.#isWanted(scanner, path, real),
    );
    return paths.flatMap((path) => this.#file(path) ?? []).sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Files and hard links of the layer; symbolic links are followed only over all layers. */
  #paths(): readonly AskedPath[] {
    return [...this.#entries.keys()].flatMap((path) => {
      const real = this.#tree.locate(path)?.type === 'symlink' ? undefined : this.#tree.resolve(path);
      return real?.type === 'file' ? [{ asked: path, real: real.path }] : [];
    });
  }

  /** A path of the layer that is a hard link leads to the file that the link is another name of. */
  #bind({ asked, real }: AskedPath): AskedPath {
    const file = this.#tree.locate(real)?.type === 'hardlink' ? this.#tree.resolve(real) : undefined;
    return { asked, real: file?.path ?? real };
  }

  #isWanted(scanner: Scanner, asked: string, real: string): boolean {
    const content = this.#contentOf(real);
    if (content === undefined) return false;
    const header = headerOf(content);
    const want = scanner.wants(asked, header);
    if (want !== 'peek') return want !== 'no';
    const second = scanner.wants(asked, header, content.subarray(0, peekLength));
    return second === 'bytes' || second === 'file';
  }

  #file({ asked, real }: AskedPath): LayerFile | undefined {
    const content = this.#contentOf(real);
    if (!content) return undefined;
    return {
      path: asked,
      realPath: real,
      header: headerOf(content),
      bytes: async () => content,
      read: async (offset, length) => content.subarray(offset, offset + length),
    };
  }

  #contentOf(path: string): Uint8Array | undefined {
    const entry = this.#entries.get(path);
    return typeof entry === 'string' ? encoder.encode(entry) : undefined;
  }
}

async function readContent({ layer, signal }: WalkRequest): Promise<Uint8Array> {
  if (layer.content?.kind !== 'blob') throw new InputError('LAYER_CONTENT_MISSING', { layer: layer.digest });
  const bytes = await readAll(await layer.content.open({ signal }), { max: maxContent, what: 'fake layer', signal });
  const actual = new Sha256().update(bytes).digest();
  if (actual !== layer.digest) throw new InputError('DIGEST_MISMATCH', { declared: layer.digest, actual });
  return bytes;
}

function recordOf({ layer, scanners, asked }: WalkRequest): WalkRecord {
  const paths = asked && [...new Set([...asked.values()].flat().map((path) => path.asked))].sort();
  return { layer: layer.digest, scanners: scanners.map(scannerKey), ...(paths && { asked: paths }) };
}

function encodeMap(entries: FakeMap): Uint8Array {
  return encoder.encode(JSON.stringify(entries.map(([path, entry]) => [path, typeof entry === 'string' ? '' : entry])));
}

function decodeMap(map: Uint8Array): FakeMap {
  try {
    return JSON.parse(decoder.decode(map)) as FakeMap;
  } catch (cause) {
    throw new InputError('LAYER_MAP_CORRUPT', {}, { cause });
  }
}

function headerOf(content: Uint8Array): EntryHeader {
  return { type: 'file', size: content.length, mode: 0o644 };
}
