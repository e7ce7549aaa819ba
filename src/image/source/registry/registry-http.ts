import type { IncomingMessage } from 'node:http';
import type { RegistryOptions } from '../../../contracts/index.ts';
import { FeedError } from '../../../core/index.ts';
import { createHttpClient, isLoopbackHost, type HttpClient, type HttpClientOptions, type HttpResponse } from '../../../runtime/index.ts';
import { bodyOf, exchange } from './unverified-exchange.ts';

export interface RegistryHttpOptions extends Pick<RegistryOptions, 'insecureHosts' | 'allowedHosts' | 'ca'> {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How often and when what failed is tried again, and for how long is waited. */
  readonly tuning: Pick<HttpClientOptions, 'retry' | 'timeouts'>;
}

export interface RegistryRequest {
  /** Lower-case names. `authorization` is not sent to another origin after a redirect. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether what may pass is asked for again. */
  readonly effort: 'once' | 'retry';
  readonly signal?: AbortSignal | undefined;
}

const maxRedirects = 5;

/**
 * HTTP as registries need it: the guarded client for all hosts but those that the user called insecure, which may be asked without
 * TLS or with any certificate. Where one of those redirects elsewhere, the guard holds again.
 */
export class RegistryHttp implements AsyncDisposable {
  readonly #options: RegistryHttpOptions;
  readonly #insecure: ReadonlySet<string>;
  readonly #allowed: Set<string>;
  readonly #clients = new Map<RegistryRequest['effort'], HttpClient>();

  constructor(options: RegistryHttpOptions) {
    this.#options = options;
    this.#insecure = new Set((options.insecureHosts ?? []).map((host) => host.toLowerCase()));
    this.#allowed = new Set([...(options.allowedHosts ?? []).map((host) => host.toLowerCase()), ...this.#insecure]);
  }

  /** The host of that URL was typed by the user. Before the first request only. */
  allow(url: URL): void {
    this.#allowed.add(url.host);
  }

  /** Whether the user called the host insecure, with its port or without. */
  isInsecure(url: URL): boolean {
    return this.#insecure.has(url.host) || this.#insecure.has(url.hostname);
  }

  /** GET; the body is as it was transferred. @throws FeedError, AbortedError */
  async request(url: URL, request: RegistryRequest): Promise<HttpResponse> {
    let [target, headers] = [url, request.headers];
    for (let redirects = 0; this.isInsecure(target); redirects += 1) {
      const message = await this.#exchange(target, { method: 'GET', headers, signal: request.signal });
      const next = redirectOf(message, target);
      if (!next) return toResponse(message, target, request.signal);
      message.destroy();
      if (redirects === maxRedirects) throw new FeedError('FEED_REDIRECT', { host: url.host, path: url.pathname });
      if (next.origin !== target.origin) headers = withoutAuthorization(headers);
      target = next;
    }
    return this.#client(request.effort).request(target.href, { headers, body: 'raw', signal: request.signal });
  }

  /** Posts a form; redirects are answers like any other. @throws FeedError, AbortedError */
  async post(url: URL, form: URLSearchParams, signal?: AbortSignal): Promise<HttpResponse> {
    if (url.protocol === 'http:' && !isLoopbackHost(url.hostname) && !this.isInsecure(url))
      throw new FeedError('ADDRESS_INSECURE', { host: url.host });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    return toResponse(await this.#exchange(url, { method: 'POST', headers, body: form.toString(), signal }), url, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client[Symbol.asyncDispose]()));
    this.#clients.clear();
  }

  #exchange(
    url: URL,
    request: { method: 'GET' | 'POST'; headers: Readonly<Record<string, string>>; body?: string; signal?: AbortSignal | undefined },
  ): Promise<IncomingMessage> {
    const { environment, ca, tuning } = this.#options;
    return exchange({
      ...request,
      url,
      headers: { 'user-agent': 'claircore', 'accept-encoding': 'identity', ...request.headers },
      certificate: this.isInsecure(url) ? 'any' : 'verified',
      ca,
      mayBePrivate: this.isInsecure(url) || this.#allowed.has(url.host),
      // A proxy is not asked for this machine.
      environment: isLoopbackHost(url.hostname) ? {} : environment,
      timeout: tuning.timeouts?.idle ?? 60_000,
    });
  }

  #client(effort: RegistryRequest['effort']): HttpClient {
    const known = this.#clients.get(effort);
    if (known) return known;
    const { environment, ca, tuning } = this.#options;
    const client = createHttpClient({
      ...tuning,
      allowedHosts: [...this.#allowed],
      environment,
      ca: ca === undefined ? undefined : [ca],
      maxRedirects,
      maxBodyBytes: Number.MAX_SAFE_INTEGER,
      ...(effort === 'once' && { retry: { retries: 0 } }),
    });
    this.#clients.set(effort, client);
    return client;
  }
}

function toResponse(message: IncomingMessage, url: URL, signal: AbortSignal | undefined): HttpResponse {
  const length = message.headers['content-length'] ?? '';
  return {
    url: `${url.origin}${url.pathname}`,
    status: message.statusCode ?? 0,
    header: (name) => {
      const value = message.headers[name];
      return typeof value === 'string' ? value : value?.join(', ');
    },
    size: /^\d{1,15}$/.test(length) ? Number(length) : undefined,
    body: bodyOf(message, url, signal),
    discard: () => void message.destroy(),
  };
}

function redirectOf({ statusCode = 0, headers }: IncomingMessage, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return undefined;
  const url = URL.parse(headers.location, from.href);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new FeedError('FEED_REDIRECT', { host: from.host, path: from.pathname });
}

function withoutAuthorization(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'authorization'));
}
