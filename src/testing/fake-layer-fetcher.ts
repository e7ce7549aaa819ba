import type { LayerFetcher, LayerReader, OpenedLayer, OpenLayerOptions } from '../contracts/index.ts';
import { FeedError, InputError, throwIfAborted, UsageError, type Layer, type LayerContent } from '../core/index.ts';
import { cleanPath } from '../formats/tar/index.ts';
import { SharedOpenings, type Share } from '../image/layer/fetch/shared-openings.ts';
import { readAll, Sha256 } from '../runtime/index.ts';
import { fakeLayer, type FakeLayer } from './fake-layer-engine.ts';
import { FakeTree, type FakeMap } from './fake-layer-engine-tree.ts';
import { Gates, type HeldRequests } from './gates.ts';

const maxContent = 64 * 1024 * 1024;

/** A layer of plain data while it is open: what it holds, and its bytes in place of a tar. */
interface OpenFake extends AsyncDisposable {
  readonly bytes: Uint8Array;
}

/**
 * A {@link LayerFetcher} over layers of plain data: they have addresses, and are transferred from nowhere. The bytes that it gives are read
 * by {@link FakeLayerEngine}.
 *
 * ```ts
 * const fetcher = new FakeLayerFetcher();
 * const layer = fetcher.serve({ 'etc/os-release': 'ID=alpine' });
 * await using libindex = await Libindex.open({ store, engine: new FakeLayerEngine(), ecosystems, fetcher });
 * ```
 */
export class FakeLayerFetcher implements LayerFetcher {
  readonly #served = new Map<string, LayerContent>();
  readonly #transfers = new Map<string, number>();
  readonly #running = new Map<string, number>();
  readonly #gates = new Gates();
  readonly #openings = new SharedOpenings<OpenFake>();
  readonly #closing = new AbortController();

  /** A layer that is fetched from an address. */
  serve(entries: FakeLayer): Layer {
    const { content, ...layer } = fakeLayer(entries);
    const uri = `https://layers.example/${layer.digest}`;
    this.#served.set(uri, content);
    return { ...layer, uri };
  }

  /** Transfers of the layer wait from now on until they are released. */
  hold({ uri = '' }: Layer): HeldRequests {
    return this.#gates.close(uri);
  }

  /** How often the layer was transferred, or begun to be. */
  transfers({ uri = '' }: Layer): number {
    return this.#transfers.get(uri) ?? 0;
  }

  /** Transfers of the layer that go on now. */
  running({ uri = '' }: Layer): number {
    return this.#running.get(uri) ?? 0;
  }

  content({ content, uri }: Layer): LayerContent | undefined {
    if (content || uri === undefined) return content;
    return { kind: 'blob', open: async ({ signal } = {}) => this.#transfer(uri, signal) };
  }

  async open(layer: Layer, { signal }: OpenLayerOptions = {}): Promise<OpenedLayer> {
    this.#assertOpen();
    const content = this.content(layer);
    if (!content) throw new InputError('LAYER_CONTENT_MISSING', { layer: layer.digest });
    const open = async (stop: AbortSignal): Promise<OpenFake> => ({
      bytes: await readVerified({ ...layer, content }, stop),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
    return new FakeOpenedLayer(await this.#openings.join({ key: layer.digest, source: layer.uri ?? '', open, signal }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#openings.stop();
  }

  async *#transfer(uri: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    this.#assertOpen();
    this.#transfers.set(uri, (this.#transfers.get(uri) ?? 0) + 1);
    this.#running.set(uri, (this.#running.get(uri) ?? 0) + 1);
    try {
      await this.#gates.pass(uri, signal);
      const { pathname, host } = new URL(uri);
      const content = this.#served.get(uri);
      if (content?.kind !== 'blob') throw new FeedError('LAYER_NOT_FOUND', { host, path: pathname, status: 404 });
      yield* await content.open({ signal });
    } finally {
      this.#running.set(uri, (this.#running.get(uri) ?? 0) - 1);
    }
  }

  #assertOpen(): void {
    if (this.#closing.signal.aborted) throw new UsageError('USAGE_CLOSED', { what: 'layer fetcher' });
  }
}

class FakeOpenedLayer implements OpenedLayer {
  readonly #share: Share<OpenFake>;
  #isClosed = false;

  constructor(share: Share<OpenFake>) {
    this.#share = share;
  }

  async files(paths: readonly string[], { signal }: OpenLayerOptions = {}): Promise<ReadonlyMap<string, Uint8Array>> {
    throwIfAborted(signal);
    const entries = JSON.parse(new TextDecoder().decode(this.#bytes())) as FakeMap;
    const tree = new FakeTree([entries]);
    const contents = new Map(entries);
    const spelled = new Map<string, Uint8Array>();
    for (const path of paths) {
      const content = contents.get(tree.resolve(cleanPath(path))?.path ?? '');
      const bytes = new TextEncoder().encode(typeof content === 'string' ? content : '');
      const bare = path.replace(/^\/+/, '');
      for (const spelling of [path, bare, `/${bare}`]) spelled.set(spelling, bytes);
    }
    return spelled;
  }

  async reader(): Promise<LayerReader> {
    return { size: this.#bytes().length, read: async (offset, length) => this.#bytes().slice(offset, offset + length) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#share[Symbol.asyncDispose]();
  }

  #bytes(): Uint8Array {
    if (this.#isClosed) throw new UsageError('USAGE_CLOSED', { what: 'layer' });
    return this.#share.value.bytes;
  }
}

async function readVerified(layer: Layer & { readonly content: LayerContent }, signal: AbortSignal): Promise<Uint8Array> {
  if (layer.content.kind !== 'blob') throw new InputError('LAYER_TAR_MISSING', { layer: layer.digest });
  const bytes = await readAll(await layer.content.open({ signal }), { max: maxContent, what: 'fake layer', signal });
  const computed = new Sha256().update(bytes).digest();
  if (computed !== layer.digest) throw new InputError('DIGEST_MISMATCH', { declared: layer.digest, computed });
  return bytes;
}
