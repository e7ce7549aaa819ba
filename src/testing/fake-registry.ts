import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Digest } from '../core/index.ts';
import { FakeDoor, type FakeRegistryAuth } from './fake-registry-auth.ts';
import { FakeRepository, type PushForm } from './fake-registry-content.ts';
import type { SeenRequest } from './feed-server.ts';
import { sha256, type TestImage, type TestIndex } from './image-builder.ts';

/** One answer in place of the registry's own: scripted ones are given first, one a request, whoever asks. */
export type RegistryAnswer =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** The right head, with these bytes behind it. */
  | { readonly kind: 'bytes'; readonly body: Uint8Array; readonly headers?: Readonly<Record<string, string>> }
  /** The connection ends before any answer. */
  | { readonly kind: 'reset' }
  /** `bytes` of what is asked for are sent, then the connection ends. */
  | { readonly kind: 'cut'; readonly bytes: number }
  /** `bytes` are sent, then nothing more, the connection left open. */
  | { readonly kind: 'stall'; readonly bytes: number }
  /** All is sent, this many ms late. */
  | { readonly kind: 'slow'; readonly delay: number };

export interface FakeRegistryOptions {
  /** Anybody may pull, if absent. */
  readonly auth?: FakeRegistryAuth;
  /** An address of this machine; 127.0.0.1 if absent. */
  readonly address?: string;
  /** PEM of a certificate and its key: then it speaks TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Whether a part of a blob can be asked for; true if absent. */
  readonly ranges?: boolean;
  /** Where blobs really are: `<base>/v2/NAME/blobs/DIGEST`, as a registry that keeps them in a storage service says it. */
  readonly blobsAt?: string;
}

const manifestPath = /^\/v2\/(?<repository>.+)\/manifests\/(?<reference>[^/]+)$/;
const blobPath = /^\/v2\/(?<repository>.+)\/blobs\/(?<digest>[^/]+)$/;

/**
 * A registry (OCI distribution specification, pull only) on a loopback port: images of the image builder, each kind of
 * authentication, counters, and failures as told. A second one with the same images is a mirror of the first.
 *
 * ```ts
 * await using registry = await FakeRegistry.start({ auth: { kind: 'basic', user: 'demo', password: 'secret' } });
 * const digest = registry.push('demo/app', '1', { layers: [{ tar: new LayerBuilder().file('a', 'a').build() }] });
 * await using image = await openImage(`${registry.host}/demo/app:1`);
 * ```
 */
export class FakeRegistry implements AsyncDisposable {
  readonly requests: SeenRequest[] = [];
  readonly #server: Server;
  readonly #options: FakeRegistryOptions;
  readonly #door: FakeDoor;
  readonly #repositories = new Map<string, FakeRepository>();
  readonly #scripts = new Map<string, RegistryAnswer[]>();

  private constructor(options: FakeRegistryOptions) {
    this.#options = options;
    this.#door = new FakeDoor(options.auth ?? { kind: 'none' });
    const listener: RequestListener = (request, response) => void this.#answer(request, response);
    this.#server = options.tls ? createSecureServer(options.tls, listener) : createServer(listener);
  }

  static async start(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
    const registry = new FakeRegistry(options);
    await new Promise<void>((resolve) => {
      registry.#server.listen(0, options.address ?? '127.0.0.1', resolve);
    });
    return registry;
  }

  /** `127.0.0.1:PORT`, as it stands in a reference. */
  get host(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  }

  /** No slash at the end. */
  get url(): string {
    return `${this.#options.tls ? 'https' : 'http'}://${this.host}`;
  }

  /** Tokens that `/token` has given out. */
  get tokensIssued(): number {
    return this.#door.issued;
  }

  /** Puts an image under a name and a tag; gives the digest of its manifest, or of its index. */
  push(repository: string, tag: string, image: TestImage | TestIndex, form: PushForm = 'oci'): Digest {
    return this.#repository(repository).push(tag, image, form);
  }

  /** Puts any document where a manifest is looked for. */
  put(repository: string, tag: string, document: unknown, mediaType: string): Digest {
    const bytes = document instanceof Uint8Array ? document : new TextEncoder().encode(JSON.stringify(document));
    const held = this.#repository(repository);
    const digest = held.put(bytes, mediaType);
    held.tags.set(tag, digest);
    return digest;
  }

  putBlob(repository: string, bytes: Uint8Array): Digest {
    return this.#repository(repository).putBlob(bytes);
  }

  removeBlob(repository: string, digest: string): void {
    this.#repository(repository).blobs.delete(digest);
  }

  /** The next requests for the path are answered so, one after the other. @param path without query, e.g. `/v2/demo/app/manifests/1` */
  script(path: string, ...answers: readonly RegistryAnswer[]): void {
    this.#scripts.set(path, [...(this.#scripts.get(path) ?? []), ...answers]);
  }

  /** No token that was given out is good any more. */
  expireTokens(): void {
    this.#door.expireAll();
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

  #repository(name: string): FakeRepository {
    const held = this.#repositories.get(name) ?? new FakeRepository();
    this.#repositories.set(name, held);
    return held;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    this.requests.push({ method, path: url, headers });
    const path = decodeURIComponent(url.split('?')[0] ?? '/');
    const scripted = this.#scripts.get(path)?.shift();
    if (scripted?.kind === 'status') {
      response.writeHead(scripted.status, scripted.headers).end(scripted.body);
      return;
    }
    if (scripted?.kind === 'reset') {
      request.socket.destroy();
      return;
    }
    if (scripted?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, scripted.delay));
    if (path === '/token') await this.#giveToken(request, response);
    else if (this.#door.lets(request)) this.#serve(path, { request, response, scripted });
    else this.#refuse(path, response);
  }

  async #giveToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let posted = '';
    for await (const chunk of request) posted += String(chunk);
    const answer = this.#door.answer(request, new URLSearchParams(posted));
    if (answer.status === 200) response.writeHead(200, { 'content-type': 'application/json' }).end(answer.body);
    else fail(response, answer.status, 'UNAUTHORIZED', 'no token for you');
  }

  #refuse(path: string, response: ServerResponse): void {
    const repository = (manifestPath.exec(path) ?? blobPath.exec(path))?.groups?.['repository'] ?? '';
    response.setHeader('www-authenticate', this.#door.challenge(this.url, repository));
    fail(response, 401, 'UNAUTHORIZED', 'authentication required');
  }

  #serve(path: string, exchange: Exchange): void {
    const { response } = exchange;
    const manifest = manifestPath.exec(path)?.groups;
    const blob = blobPath.exec(path)?.groups;
    if (path === '/v2/') response.writeHead(200).end('{}');
    else if (manifest) this.#serveManifest(manifest['repository'] ?? '', manifest['reference'] ?? '', exchange);
    else if (blob) this.#serveBlob(path, blob['repository'] ?? '', blob['digest'] ?? '', exchange);
    else response.writeHead(404).end();
  }

  #serveManifest(repository: string, reference: string, exchange: Exchange): void {
    const held = this.#repositories.get(repository);
    if (!held) return fail(exchange.response, 404, 'NAME_UNKNOWN', 'repository name not known to registry');
    const found = held.find(reference);
    if (!found) return fail(exchange.response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown');
    send(exchange, found.bytes, { 'content-type': found.mediaType, 'docker-content-digest': found.digest }, false);
  }

  #serveBlob(path: string, repository: string, digest: string, exchange: Exchange): void {
    const bytes = this.#repositories.get(repository)?.blobs.get(digest);
    if (!bytes) return fail(exchange.response, 404, 'BLOB_UNKNOWN', 'blob unknown to registry');
    const { blobsAt, ranges = true } = this.#options;
    if (blobsAt !== undefined) exchange.response.writeHead(307, { location: `${blobsAt}${path}?signature=secret` }).end();
    else send(exchange, bytes, { 'content-type': 'application/octet-stream', 'docker-content-digest': sha256(bytes) }, ranges);
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly scripted: RegistryAnswer | undefined;
}

function send({ request, response, scripted }: Exchange, whole: Uint8Array, headers: Record<string, string>, hasRanges: boolean): void {
  const from = hasRanges ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0;
  const extra = scripted?.kind === 'bytes' ? { body: scripted.body, headers: scripted.headers } : undefined;
  const bytes = extra?.body ?? whole.subarray(from);
  const head = {
    ...headers,
    'content-length': bytes.length,
    ...(from > 0 && { 'content-range': `bytes ${from}-${whole.length - 1}/${whole.length}` }),
    ...extra?.headers,
  };
  response.writeHead(from > 0 ? 206 : 200, head);
  if (request.method === 'HEAD') response.end();
  else if (scripted?.kind === 'cut') response.write(bytes.subarray(0, scripted.bytes), () => request.socket.destroy());
  else if (scripted?.kind === 'stall') response.write(bytes.subarray(0, scripted.bytes));
  else response.end(bytes);
}

/** As the OCI distribution specification has errors. */
function fail(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [{ code, message }] }));
}
