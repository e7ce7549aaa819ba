import { resolve } from 'node:path';
import type { FeedClient, FeedRequest, FeedResponse, Validators } from '../contracts/index.ts';
import { FeedError, UsageError } from '../core/index.ts';
import { isLoopbackHost } from './address.ts';
import { MirrorDirectory, mirroredUrl } from './feed-client-mirror.ts';
import { createHttpClient, type HttpClient, type HttpClientOptions, type HttpResponse } from './http-client.ts';

export interface FeedClientOptions extends HttpClientOptions {
  /**
   * A mirror in place of all upstream hosts: a base URL (http or https), a `file:` URL or a directory.
   * `http(s)://HOST/PATH` is asked for at `<mirror>/HOST/PATH`.
   */
  readonly mirror?: string | undefined;
  /** The network is switched off; a directory may still serve. */
  readonly offline?: boolean | undefined;
}

/** A client that holds connections until it is disposed. */
export interface OwnedFeedClient extends FeedClient, AsyncDisposable {}

/**
 * The feed client of the command line and of embedders: upstream, a mirror of it, or a directory.
 *
 * ```ts
 * await using feeds = createFeedClient({ mirror: 'https://mirror.example/feeds' });
 * const answer = await feeds.get('https://secdb.alpinelinux.org/v3.20/main.json');
 * ```
 * @throws UsageError `USAGE_OPTION` for a mirror that is plain http on another machine, without `insecure`
 */
export function createFeedClient(options: FeedClientOptions = {}): OwnedFeedClient {
  const mirror = parseMirror(options);
  if (mirror?.kind === 'directory') return new DirectoryFeedClient(mirror.path);
  if (options.offline === true) return offlineFeedClient;
  if (!mirror) return new HttpFeedClient(createHttpClient(options));
  const allowedHosts = [...(options.allowedHosts ?? []), ...namesOf(mirror.base)];
  return new HttpFeedClient(createHttpClient({ ...options, allowedHosts }), mirror.base);
}

/** Answers nothing but `FEED_OFFLINE`. */
export const offlineFeedClient: OwnedFeedClient = Object.freeze({
  get: (url: string) => Promise.reject(new FeedError('FEED_OFFLINE', { url })),
  exists: (url: string) => Promise.reject(new FeedError('FEED_OFFLINE', { url })),
  [Symbol.asyncDispose]: () => Promise.resolve(),
});

type Mirror = { readonly kind: 'url'; readonly base: URL } | { readonly kind: 'directory'; readonly path: string };

function parseMirror({ mirror, insecure }: FeedClientOptions): Mirror | undefined {
  if (mirror === undefined || mirror === '') return undefined;
  const url = /^[a-z][a-z0-9+.-]+:\/\//i.test(mirror) ? URL.parse(mirror) : null;
  if (!url) return { kind: 'directory', path: mirror };
  if (url.protocol === 'file:') return { kind: 'directory', path: decodeURIComponent(url.pathname) };
  const isPlain = url.protocol === 'http:';
  if (!isPlain && url.protocol !== 'https:') throw new UsageError('USAGE_OPTION', { option: 'feed-mirror', value: url.protocol });
  if (isPlain && insecure !== true && !isLoopbackHost(url.hostname)) {
    throw new UsageError('USAGE_OPTION', { option: 'feed-mirror', host: url.host, reason: 'plain http is used only on this machine' });
  }
  return { kind: 'url', base: url };
}

/** The host that the user typed, and the same with TLS: a redirect from one to the other is no surprise. */
function namesOf(base: URL): readonly string[] {
  return base.port === '' ? [base.hostname] : [base.host];
}

class DirectoryFeedClient implements OwnedFeedClient {
  readonly origin: string;
  readonly #directory: MirrorDirectory;

  constructor(path: string) {
    this.origin = resolve(path);
    this.#directory = new MirrorDirectory(path);
  }

  async get(url: string, request: FeedRequest = {}): Promise<FeedResponse> {
    return this.#directory.get(parseFeedUrl(url), request);
  }

  async exists(url: string): Promise<boolean> {
    return this.#directory.exists(parseFeedUrl(url));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

class HttpFeedClient implements OwnedFeedClient {
  readonly origin: string;
  readonly #http: HttpClient;
  readonly #base: URL | undefined;

  constructor(http: HttpClient, base?: URL) {
    this.#http = http;
    this.#base = base;
    // Never what a URL may hold of a user and a password.
    this.origin = base ? `${base.origin}${base.pathname}` : '';
  }

  async get(url: string, { validators, signal }: FeedRequest = {}): Promise<FeedResponse> {
    const response = await this.#http.request(this.#address(url), { headers: conditions(validators), signal });
    if (response.status === 200) {
      return {
        kind: 'body',
        body: response.body,
        validators: validatorsOf(response),
        ...(response.size !== undefined && { size: response.size }),
      };
    }
    response.discard();
    if (response.status === 304 && validators) return { kind: 'not-modified' };
    if (isMissing(response)) return { kind: 'not-found' };
    throw new FeedError('FEED_STATUS', { url, status: response.status });
  }

  async exists(url: string, { signal }: FeedRequest = {}): Promise<boolean> {
    const address = this.#address(url);
    let response = await this.#http.request(address, { method: 'HEAD', signal });
    response.discard();
    if (response.status === 405 || response.status === 501) {
      response = await this.#http.request(address, { signal });
      response.discard();
    }
    if (response.status >= 200 && response.status < 300) return true;
    if (isMissing(response)) return false;
    throw new FeedError('FEED_STATUS', { url, status: response.status });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#http[Symbol.asyncDispose]();
  }

  #address(url: string): string {
    const upstream = parseFeedUrl(url);
    return (this.#base ? mirroredUrl(this.#base, upstream) : upstream).href;
  }
}

function parseFeedUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new FeedError('FEED_UNREACHABLE', { url: text.slice(0, 200), reason: 'not-http' });
}

/** RFC 9110 §13.1: both are sent where both are known; a server that knows tags looks at the tag alone. */
function conditions(validators: Validators | undefined): Readonly<Record<string, string>> {
  const { etag, lastModified } = validators ?? {};
  return { ...(isFieldValue(etag) && { 'if-none-match': etag }), ...(isFieldValue(lastModified) && { 'if-modified-since': lastModified }) };
}

/** They come from the database: what cannot stand in a header is left out. */
function isFieldValue(value: string | undefined): value is string {
  return value !== undefined && /^[\x20-\x7e]{1,1024}$/.test(value);
}

function validatorsOf(response: HttpResponse): Validators {
  const [etag, lastModified] = [response.header('etag'), response.header('last-modified')];
  return { ...(etag !== undefined && { etag }), ...(lastModified !== undefined && { lastModified }) };
}

function isMissing(response: HttpResponse): boolean {
  return response.status === 404 || response.status === 410;
}
