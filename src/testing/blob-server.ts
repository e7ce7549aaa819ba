import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { LayerDigest } from '../core/index.ts';
import { Sha256 } from '../runtime/index.ts';
import type { SeenRequest } from './feed-server.ts';
import { Gates, type HeldRequests } from './gates.ts';
import { AnswerScript, giveAnswer, type PlannedAnswer, type ScriptedAnswer } from './scripted-answer.ts';

/** How a blob is served; by default as a good server does. */
export interface BlobOptions {
  /** With its leading slash; `/blobs/<digest>` if absent. */
  readonly path?: string;
  /** The digest in quotes if absent; `none` for a server without tags. */
  readonly etag?: string;
  readonly lastModified?: string;
  /** Whether a part can be asked for (RFC 9110 §14), and `If-Range` is looked at; `ignored`: the whole is given. */
  readonly ranges?: 'given' | 'ignored';
  /** `gzip`: what is sent is packed once more and says so in `content-encoding`, whatever was asked for. */
  readonly encoding?: 'identity' | 'gzip';
  /** `unknown`: the length is not declared. */
  readonly length?: 'declared' | 'unknown';
}

/** A blob, as a manifest names it. */
export interface ServedBlob {
  readonly digest: LayerDigest;
  readonly size: number;
  /** Where it is. */
  readonly uri: string;
  readonly path: string;
}

interface StoredBlob {
  readonly bytes: Uint8Array;
  readonly digest: LayerDigest;
  readonly options: BlobOptions;
}

/**
 * A real HTTP server on a loopback port that serves blobs, counts requests and bytes, holds requests back and fails as told.
 *
 * ```ts
 * await using server = await BlobServer.start();
 * const layer = server.add(new LayerBuilder().file('a', 'a').build());
 * server.script(layer.path, { kind: 'status', status: 429, headers: { 'retry-after': '1' } });
 * await using fetcher = createLayerFetcher({ http: { allowedHosts: [server.host] } });
 * await using opened = await fetcher.open(layer);
 * ```
 */
export class BlobServer implements AsyncDisposable {
  readonly requests: SeenRequest[] = [];
  readonly #server: Server;
  readonly #blobs = new Map<string, StoredBlob>();
  readonly #script = new AnswerScript();
  readonly #gates = new Gates();
  readonly #sent = new Map<string, number>();
  readonly #running = new Map<string, number>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param address of this machine; 127.0.0.1 if absent */
  static async start(address = '127.0.0.1'): Promise<BlobServer> {
    const server = createServer();
    const started = new BlobServer(server);
    server.on('request', (request, response) => void started.#answer(request, response));
    await new Promise<void>((resolve) => {
      server.listen(0, address, resolve);
    });
    return started;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** `127.0.0.1:PORT`: what a client must be allowed to ask. */
  get host(): string {
    return `${(this.#server.address() as AddressInfo).address}:${this.port}`;
  }

  /** `http://127.0.0.1:PORT`, no slash at the end. */
  get url(): string {
    return `http://${this.host}`;
  }

  /** Serves a blob; what was at its path is replaced. */
  add(bytes: Uint8Array, options: BlobOptions = {}): ServedBlob {
    const digest = new Sha256().update(bytes).digest() as LayerDigest;
    const path = options.path ?? `/blobs/${digest}`;
    this.#blobs.set(path, { bytes, digest, options });
    return { digest, size: bytes.length, uri: `${this.url}${path}`, path };
  }

  /** The next requests for the path are answered so, one after the other; then it is the blob's turn again. */
  script(path: string, ...answers: readonly ScriptedAnswer[]): void {
    this.#script.add(path, answers);
  }

  /** Every request for the path is answered so; undefined ends it. */
  always(path: string, answer: ScriptedAnswer | undefined): void {
    this.#script.always(path, answer);
  }

  /** Requests for the path wait from now on until they are released. */
  hold(path: string): HeldRequests {
    return this.#gates.close(path);
  }

  /** How often the path was asked for, whatever the query. */
  count(path: string): number {
    return this.requests.filter((seen) => pathOf(seen.path) === path).length;
  }

  /** Bytes of bodies that were written for the path; a client that left did not get them all. */
  bytesSent(path: string): number {
    return this.#sent.get(path) ?? 0;
  }

  /** Requests for the path that wait or are being answered. */
  running(path: string): number {
    return this.#running.get(path) ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#gates.openAll();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    const path = pathOf(url);
    this.requests.push({ method, path: url, headers });
    this.#running.set(path, this.running(path) + 1);
    response.once('close', () => this.#running.set(path, this.running(path) - 1));
    await this.#gates.pass(path);
    if (response.destroyed) return;
    const scripted = this.#script.take(path);
    const blob = this.#blobs.get(path);
    const planned = blob ? plan(blob, request) : notFound;
    if (scripted) giveAnswer(scripted, planned, request, response);
    else {
      response.writeHead(planned.status, { ...planned.headers });
      response.end(method === 'HEAD' ? undefined : planned.body);
    }
    const bytes = scripted && 'bytes' in scripted ? Math.min(scripted.bytes, planned.body.length) : planned.body.length;
    if (!scripted || 'bytes' in scripted) this.#sent.set(path, this.bytesSent(path) + bytes);
  }
}

const notFound: PlannedAnswer = { status: 404, headers: {}, body: new Uint8Array() };

function plan({ bytes, digest, options }: StoredBlob, request: IncomingMessage): PlannedAnswer {
  const { etag = `"${digest}"`, lastModified, ranges = 'given', encoding = 'identity', length = 'declared' } = options;
  const whole = encoding === 'gzip' ? gzipSync(bytes) : bytes;
  const headers = {
    ...(etag !== 'none' && { etag }),
    ...(lastModified !== undefined && { 'last-modified': lastModified }),
    ...(encoding === 'gzip' && { 'content-encoding': encoding }),
  };
  const declared = (body: Uint8Array): Record<string, number> => (length === 'declared' ? { 'content-length': body.length } : {});
  const condition = request.headers['if-range'];
  const isSame = condition === undefined || condition === etag || condition === lastModified;
  const range = ranges === 'given' && isSame ? /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') : null;
  if (!range) return { status: 200, headers: { ...headers, ...declared(whole) }, body: whole };
  const first = Number(range[1]);
  if (first >= whole.length) return { status: 416, headers: { 'content-range': `bytes */${whole.length}` }, body: new Uint8Array() };
  const last = range[2] ? Math.min(Number(range[2]), whole.length - 1) : whole.length - 1;
  const body = whole.subarray(first, last + 1);
  return { status: 206, headers: { ...headers, ...declared(body), 'content-range': `bytes ${first}-${last}/${whole.length}` }, body };
}

function pathOf(url: string): string {
  return url.split('?')[0] ?? '/';
}
