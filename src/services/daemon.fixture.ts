import type { Layer, Manifest } from '../core/index.ts';
import type { Libindex } from '../libindex/index.ts';
import type { LogLevel, Logger } from '../runtime/index.ts';
import type { BoundAddress, HttpDaemon } from './http/index.ts';

/** A port of this machine that is free. */
export const anyPort = { host: '127.0.0.1', port: 0 } as const;

/** A daemon that listens, and its address. */
export async function started(daemon: HttpDaemon): Promise<AsyncDisposable & { readonly url: string; readonly address: BoundAddress }> {
  const address = await daemon.listen(anyPort);
  return { url: address.url, address, [Symbol.asyncDispose]: async () => await daemon[Symbol.asyncDispose]() };
}

/** What is fetched by address comes from memory: these layers. */
export function withContent(libindex: Libindex, layers: readonly Layer[]): Pick<Libindex, 'index' | 'indexReport'> & AsyncDisposable {
  const known = new Map(layers.map((layer) => [layer.digest, layer.content]));
  const filled = (layer: Layer): Layer => {
    const content = known.get(layer.digest);
    return content === undefined ? layer : { ...layer, content };
  };
  return {
    index: async (manifest: Manifest, options) => await libindex.index({ ...manifest, layers: manifest.layers.map(filled) }, options),
    indexReport: async (digest) => await libindex.indexReport(digest),
    [Symbol.asyncDispose]: async () => await libindex[Symbol.asyncDispose](),
  };
}

/** A manifest as claircore v0.0.7 sends it. */
export function seedManifest(hash: string, layers: readonly Pick<Layer, 'digest'>[]): object {
  return {
    hash,
    layers: layers.map(({ digest }) => ({
      hash: digest,
      format: '',
      image_format: '',
      remote_path: { uri: `https://layers.example/${digest}`, headers: { Authorization: ['Bearer secret-of-the-test'] } },
    })),
  };
}

export function post(url: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(url, { method: 'POST', headers, redirect: 'manual', body: typeof body === 'string' ? body : JSON.stringify(body), ...init });
}

/** Log lines as they were given. */
export class LogLines implements Logger {
  readonly lines: { readonly level: LogLevel; readonly message: string; readonly attributes: Readonly<Record<string, unknown>> }[] = [];

  log(level: LogLevel, message: string, attributes: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level, message, attributes });
  }
}
