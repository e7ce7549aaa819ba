import type { IncomingMessage } from 'node:http';
import { FeedError, throwIfAborted } from '../core/index.ts';
import { bareHost, isIpAddress, isLoopbackHost, isPrivateAddress } from './address.ts';
import type { Connections, HttpHeaders, HttpTimeouts, ResolvedAddress } from './http-exchange.ts';
import { defaultRetryPolicy, isRetriableStatus, parseRetryAfter, retryDelay, sleep, type RetryPolicy } from './http-retry.ts';
import { silentLogger, type Logger } from './logger.ts';

export interface HttpClientOptions {
  /** `host` or `host:port` of URLs that the user typed: they may be private. Without a port: the scheme's own. */
  readonly allowedHosts?: readonly string[];
  /** Whether every host may be private, not only those of `allowedHosts`: for who works inside one network; `refuse` if absent. */
  readonly privateAddresses?: 'refuse' | 'allow';
  /** Whether plain http may leave this machine; false if absent. */
  readonly insecure?: boolean;
  readonly timeouts?: Partial<HttpTimeouts>;
  readonly retry?: Partial<RetryPolicy>;
  /** Redirects that are followed for one request; 5 if absent. */
  readonly maxRedirects?: number;
  /** Bytes of one body, once decoded; 8 GiB if absent. */
  readonly maxBodyBytes?: number;
  /** Where `http_proxy`, `https_proxy`, `no_proxy` are read; the process's if absent. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Certificates (PEM) of authorities that are trusted besides the system's. */
  readonly ca?: readonly string[] | undefined;
  /** In place of the system's look-up of names. What it answers is checked like any other address. */
  readonly lookup?: (hostname: string) => Promise<readonly ResolvedAddress[]>;
  readonly logger?: Logger;
}

export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD';
  /** Lower-case names. `authorization` and `cookie` are not sent to another origin after a redirect. */
  readonly headers?: HttpHeaders;
  /** `raw`: no coding is asked for and none undone, for bytes that a digest names as they are transferred; `decoded` if absent. */
  readonly body?: 'decoded' | 'raw';
  readonly signal?: AbortSignal | undefined;
}

/** The answer that stands at the end of all redirects and tries. */
export interface HttpResponse {
  /** Where it came from. */
  readonly url: string;
  readonly status: number;
  /** Value of a header by its lower-case name; of several the values joined. */
  header(name: string): string | undefined;
  /** Bytes that the body will have, where that is known. */
  readonly size: number | undefined;
  /** The content, decoded; to be read once, or discarded. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets go of the body unread. */
  discard(): void;
}

/** Asks servers for feeds and blobs, and guards against what they answer (DESIGN §7). */
export interface HttpClient extends AsyncDisposable {
  /**
   * Follows redirects, each checked; tries again after 408, 425, 429, 5xx and network errors.
   * @throws FeedError `FEED_UNREACHABLE`, `FEED_REDIRECT`, `ADDRESS_REFUSED`, `ADDRESS_INSECURE`; AbortedError.
   * The body: besides `FEED_TRUNCATED`, `FEED_MALFORMED`, LimitError.
   */
  request(url: string, request?: HttpRequest): Promise<HttpResponse>;
}

const defaultTimeouts: HttpTimeouts = { connect: 15_000, headers: 60_000, idle: 60_000 };
const GiB = 1024 ** 3;

/** An HTTP client. Nothing of Node's is loaded before the first request: most runs ask nobody. */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  return new GuardedHttpClient(options);
}

class GuardedHttpClient implements HttpClient {
  readonly #options: HttpClientOptions;
  readonly #timeouts: HttpTimeouts;
  readonly #retry: RetryPolicy;
  readonly #allowed: ReadonlySet<string>;
  readonly #logger: Logger;
  #connections: Promise<Connections> | undefined;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#timeouts = { ...defaultTimeouts, ...options.timeouts };
    this.#retry = { ...defaultRetryPolicy, ...options.retry };
    this.#allowed = new Set((options.allowedHosts ?? []).map((host) => host.toLowerCase()));
    this.#logger = options.logger ?? silentLogger;
  }

  async request(url: string, request: HttpRequest = {}): Promise<HttpResponse> {
    const start = parseHttpUrl(url);
    for (let retry = 0; ; retry += 1) {
      const outcome = await this.#try(start, request);
      const delay = outcome.retriable ? retryDelay(this.#retry, retry, outcome.retryAfter) : undefined;
      if (delay === undefined) {
        if (outcome.response) return outcome.response;
        throw outcome.error;
      }
      outcome.response?.discard();
      this.#logger.log('debug', 'request is tried again', {
        host: start.host,
        path: start.pathname,
        retry: retry + 1,
        delay: Math.round(delay),
      });
      await sleep(delay, request.signal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    (await this.#connections)?.[Symbol.dispose]();
    this.#connections = undefined;
  }

  async #try(url: URL, request: HttpRequest): Promise<Outcome> {
    try {
      const response = await this.#follow(url, request);
      const retryAfter = parseRetryAfter(response.header('retry-after'), Date.now());
      return { response, retriable: isRetriableStatus(response.status), retryAfter };
    } catch (error) {
      throwIfAborted(request.signal);
      return { error, retriable: isPassing(error) };
    }
  }

  async #follow(start: URL, request: HttpRequest): Promise<HttpResponse> {
    const limit = this.#options.maxRedirects ?? 5;
    let url = start;
    for (let redirects = 0; ; redirects += 1) {
      this.#check(url);
      const message = await this.#exchange(url, start, request);
      const location = locationOf(message);
      if (location === undefined) return this.#respond(message, url, request);
      message.resume(); // lets the connection be used again
      if (redirects === limit) throw new FeedError('FEED_REDIRECT', { host: start.host, path: start.pathname, limit });
      url = redirectTarget(location, url);
    }
  }

  async #exchange(url: URL, start: URL, request: HttpRequest): Promise<IncomingMessage> {
    this.#connections ??= this.#connect();
    const [connections, { acceptEncoding }] = await Promise.all([this.#connections, import('./http-body.ts')]);
    const own = url.origin === start.origin ? { ...credentialsOf(start), ...request.headers } : withoutCredentials(request.headers);
    return connections.exchange({
      url: withoutUserinfo(url),
      method: request.method ?? 'GET',
      headers: {
        'user-agent': 'claircore',
        accept: '*/*',
        'accept-encoding': request.body === 'raw' ? 'identity' : acceptEncoding,
        ...own,
      },
      timeouts: this.#timeouts,
      mayBePrivate: () => this.#isAllowed(url),
      signal: request.signal,
    });
  }

  async #connect(): Promise<Connections> {
    const { createConnections } = await import('./http-exchange.ts');
    const { environment = process.env, ca, lookup } = this.#options;
    return createConnections({ environment, isDirect: isLoopbackHost, ca, lookup });
  }

  async #respond(message: IncomingMessage, url: URL, request: HttpRequest): Promise<HttpResponse> {
    const { codingsOf, readBody } = await import('./http-body.ts');
    const length = message.headers['content-length'];
    const { idle } = this.#timeouts;
    const codings = request.body === 'raw' ? [] : codingsOf(message);
    return {
      url: `${url.origin}${url.pathname}`,
      status: message.statusCode ?? 0,
      header: (name) => {
        const value = message.headers[name];
        return typeof value === 'string' ? value : value?.join(', ');
      },
      size: length !== undefined && /^\d{1,15}$/.test(length) && codings.length === 0 ? Number(length) : undefined,
      body: readBody(message, { url, codings, idle, max: this.#options.maxBodyBytes ?? 8 * GiB, signal: request.signal }),
      discard: () => void message.destroy(),
    };
  }

  /** What can be told from the URL alone; the addresses behind a name are checked when they are connected to. */
  #check(url: URL): void {
    if (url.protocol === 'http:' && this.#options.insecure !== true && !isLoopbackHost(url.hostname)) {
      throw new FeedError('ADDRESS_INSECURE', { host: url.host });
    }
    const host = bareHost(url.hostname);
    if (isIpAddress(host) && isPrivateAddress(host) && !this.#isAllowed(url)) throw new FeedError('ADDRESS_REFUSED', { host: url.host });
  }

  #isAllowed(url: URL): boolean {
    return this.#options.privateAddresses === 'allow' || this.#allowed.has(url.host);
  }
}

interface Outcome {
  readonly response?: HttpResponse;
  readonly error?: unknown;
  readonly retriable: boolean;
  readonly retryAfter?: number | undefined;
}

/** Failures that may have passed when the same is asked again; a name that does not exist does not begin to. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof FeedError) || error.code !== 'FEED_UNREACHABLE') return false;
  const { reason } = error.data;
  return typeof reason === 'string' && reason !== 'ENOTFOUND' && !/CERT|SIGNED|ERR_TLS|ERR_SSL|UNABLE_TO|not-http/.test(reason);
}

function parseHttpUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  // What is no address may be anything, a secret too.
  throw new FeedError('FEED_UNREACHABLE', { scheme: url?.protocol ?? '', reason: 'not-http' });
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function locationOf(message: IncomingMessage): string | undefined {
  return redirects.has(message.statusCode ?? 0) ? message.headers.location : undefined;
}

function redirectTarget(location: string, from: URL): URL {
  const url = URL.parse(location, from.href);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new FeedError('FEED_REDIRECT', { host: from.host, path: from.pathname });
}

function credentialsOf(url: URL): Readonly<Record<string, string>> {
  if (url.username === '' && url.password === '') return {};
  const bytes = new TextEncoder().encode(`${decodePart(url.username)}:${decodePart(url.password)}`);
  return { authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
}

/** As it stands where it is not well-formed: a URL may come from anywhere. */
function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function withoutCredentials(headers: HttpHeaders = {}): HttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'authorization' && name !== 'cookie'));
}

function withoutUserinfo(url: URL): URL {
  const clean = new URL(url);
  clean.username = '';
  clean.password = '';
  return clean;
}
