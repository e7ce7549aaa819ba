import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AnswerScript, giveAnswer, type PlannedAnswer, type ScriptedAnswer } from './scripted-answer.ts';

/** What a path answers when nothing is scripted. */
export interface ServedFile {
  readonly body: Uint8Array | string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** Further headers, such as `content-encoding`. */
  readonly headers?: Readonly<Record<string, string>>;
}

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
  readonly #script = new AnswerScript();

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
    this.#script.add(path, answers);
  }

  /** Every request for the path is answered so; undefined ends it. */
  always(path: string, answer: ScriptedAnswer | undefined): void {
    this.#script.always(path, answer);
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
    const scripted = this.#script.take(path);
    const file = this.#files.get(path);
    if (scripted) giveAnswer(scripted, planned(file), request, response);
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

function planned(file: ServedFile | undefined): PlannedAnswer {
  const body = file ? bytesOf(file) : new Uint8Array();
  return { status: 200, headers: { ...(file && headersOf(file)), 'content-length': body.length }, body };
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
