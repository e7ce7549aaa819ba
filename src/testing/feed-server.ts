import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a path answers when nothing is scripted. */
export interface ServedFile {
  readonly body: Uint8Array | string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** Further headers, such as `content-encoding`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One answer in place of the file: scripted ones are given first, one a request. */
export type ScriptedAnswer =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'redirect'; readonly location: string; readonly status?: 301 | 302 | 303 | 307 | 308 }
  /** The connection ends before any answer. */
  | { readonly kind: 'reset' }
  /** The whole length is declared, `bytes` of it are sent, then the connection ends. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  /** `bytes` are sent, then nothing more, the connection left open. */
  | { readonly kind: 'stall'; readonly bytes: number }
  /** Nothing is ever answered. */
  | { readonly kind: 'silence' };

export interface SeenRequest {
  readonly method: string;
  /** Path with its query, as asked. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * A real HTTP server on a loopback port, for feed clients: it knows validators, counts what it was asked and fails as told.
 *
 * ```ts
 * await using server = await FeedServer.start();
 * server.serve('/secdb.alpinelinux.org/v3.20/main.json', { body: '{}', etag: '"1"' });
 * const feeds = createFeedClient({ mirror: server.url });
 * ```
 */
export class FeedServer implements AsyncDisposable {
  readonly requests: SeenRequest[] = [];
  readonly #server: Server;
  readonly #files = new Map<string, ServedFile>();
  readonly #scripts = new Map<string, ScriptedAnswer[]>();
  readonly #always = new Map<string, ScriptedAnswer>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param host an address of this machine; 127.0.0.1 if absent */
  static async start(host = '127.0.0.1'): Promise<FeedServer> {
    const server = createServer();
    const started = new FeedServer(server);
    server.on('request', (request, response) => started.#answer(request, response));
    await new Promise<void>((resolve) => {
      server.listen(0, host, resolve);
    });
    return started;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** `http://127.0.0.1:PORT`, no slash at the end. */
  get url(): string {
    return `http://${(this.#server.address() as AddressInfo).address}:${this.port}`;
  }

  /** @param path with its leading slash, without query */
  serve(path: string, file: ServedFile | string): void {
    this.#files.set(path, typeof file === 'string' ? { body: file } : file);
  }

  remove(path: string): void {
    this.#files.delete(path);
  }

  /** The next requests for the path are answered so, one after the other; then it is the file's turn again. */
  script(path: string, ...answers: readonly ScriptedAnswer[]): void {
    this.#scripts.set(path, [...(this.#scripts.get(path) ?? []), ...answers]);
  }

  /** Every request for the path is answered so; undefined ends it. */
  always(path: string, answer: ScriptedAnswer | undefined): void {
    if (answer) this.#always.set(path, answer);
    else this.#always.delete(path);
  }

  /** Requests for the path, whatever their query; of one method or all. */
  count(path: string, method?: string): number {
    return this.requests.filter((seen) => seen.path.split('?')[0] === path && (method === undefined || seen.method === method)).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url = '/', headers } = request;
    this.requests.push({ method, path: url, headers });
    const path = url.split('?')[0] ?? '/';
    const scripted = this.#scripts.get(path)?.shift() ?? this.#always.get(path);
    const file = this.#files.get(path);
    if (scripted) answerScripted(scripted, file, request, response);
    else if (file) answerFile(file, request, response);
    else response.writeHead(404).end();
  }
}

function answerFile(file: ServedFile, request: IncomingMessage, response: ServerResponse): void {
  const headers = headersOf(file);
  const tag = request.headers['if-none-match'];
  const isSame =
    tag === undefined ? request.headers['if-modified-since'] === file.lastModified && file.lastModified !== undefined : tag === file.etag;
  if (isSame) response.writeHead(304, headers).end();
  else
    response
      .writeHead(200, { ...headers, 'content-length': bytesOf(file).length })
      .end(request.method === 'HEAD' ? undefined : bytesOf(file));
}

function answerScripted(answer: ScriptedAnswer, file: ServedFile | undefined, request: IncomingMessage, response: ServerResponse): void {
  const bytes = file ? bytesOf(file) : new Uint8Array(0);
  const declared = { ...(file && headersOf(file)), 'content-length': bytes.length };
  switch (answer.kind) {
    case 'status':
      response.writeHead(answer.status, answer.headers).end();
      return;
    case 'redirect':
      response.writeHead(answer.status ?? 302, { location: answer.location }).end();
      return;
    case 'reset':
      request.socket.destroy();
      return;
    case 'truncate':
      response.writeHead(200, declared);
      response.write(bytes.subarray(0, answer.bytes), () => request.socket.destroy());
      response.flushHeaders();
      return;
    case 'stall':
      response.writeHead(200, declared);
      response.write(bytes.subarray(0, answer.bytes));
      return;
    case 'silence':
  }
}

function headersOf(file: ServedFile): Record<string, string> {
  return {
    ...(file.etag !== undefined && { etag: file.etag }),
    ...(file.lastModified !== undefined && { 'last-modified': file.lastModified }),
    ...file.headers,
  };
}

function bytesOf(file: ServedFile): Uint8Array {
  return typeof file.body === 'string' ? new TextEncoder().encode(file.body) : file.body;
}
