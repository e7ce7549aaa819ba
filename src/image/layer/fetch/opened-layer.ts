import type { LayerEngine, LayerReader, OpenedLayer, OpenLayerOptions } from '../../../contracts/index.ts';
import { UsageError } from '../../../core/index.ts';
import { cleanPath } from '../../../formats/tar/index.ts';
import type { ByteSource } from '../spool.ts';
import type { KeptLayer } from './keep-layer.ts';
import { LayerPaths } from './layer-paths.ts';
import type { Share } from './shared-openings.ts';

/** A kept layer, and what those who share it know of its paths. */
export interface SharedLayer extends AsyncDisposable {
  readonly kept: KeptLayer;
  readonly paths: LayerPaths;
}

export function shareLayer(kept: KeptLayer, engine: LayerEngine, fileBytes: number): SharedLayer {
  return { kept, paths: new LayerPaths(kept.layer, engine, fileBytes), [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose]() };
}

/** {@link OpenedLayer} for one of those who share it. */
export class HeldLayer implements OpenedLayer {
  readonly #share: Share<SharedLayer>;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(share: Share<SharedLayer>) {
    this.#share = share;
  }

  async files(paths: readonly string[], { signal }: OpenLayerOptions = {}): Promise<ReadonlyMap<string, Uint8Array>> {
    this.#assertOpen();
    const either = AbortSignal.any(signal ? [signal, this.#closing.signal] : [this.#closing.signal]);
    const found = await this.#run(this.#share.value.paths.read(new Set(paths.map(cleanPath)), either));
    const spelled = new Map<string, Uint8Array>();
    for (const path of paths) {
      const content = found.get(cleanPath(path)) ?? new Uint8Array();
      const bare = path.replace(/^\/+/, '');
      for (const spelling of [path, bare, `/${bare}`]) spelled.set(spelling, content);
    }
    return spelled;
  }

  async reader(): Promise<LayerReader> {
    this.#assertOpen();
    // Shared: whoever is left may still want it, so that it is stopped with the kept layer and not from here.
    const source = await this.#share.value.kept.tar();
    this.#assertOpen();
    return { size: source.size, read: async (offset, length) => this.#read(source, offset, length) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
    await this.#share[Symbol.asyncDispose]();
  }

  #read(source: ByteSource, offset: number, length: number): Uint8Array {
    this.#assertOpen();
    for (const [option, value] of Object.entries({ offset, length })) {
      if (!Number.isSafeInteger(value) || value < 0) throw new UsageError('USAGE_OPTION', { option, value: String(value) });
    }
    // A copy: what is in memory is shared with others.
    return source.read(offset, length).slice();
  }

  async #run<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    try {
      return await work;
    } finally {
      this.#running.delete(work);
    }
  }

  #assertOpen(): void {
    if (this.#closing.signal.aborted) throw new UsageError('USAGE_CLOSED', { what: 'layer' });
  }
}
