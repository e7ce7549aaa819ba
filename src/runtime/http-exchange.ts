import { lookup as resolve } from 'node:dns';
import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { AbortedError, ClaircoreError, FeedError, throwIfAborted } from '../core/index.ts';
import { isPrivateAddress } from './address.ts';

/** ms */
export interface HttpTimeouts {
  /** Until the connection stands, name look-up and TLS included. */
  readonly connect: number;
  /** From then until the head of the answer is there. */
  readonly headers: number;
  /** Between two pieces of the body, while somebody waits for one. */
  readonly idle: number;
}

export interface ExchangeRequest {
  readonly url: URL;
  readonly method: 'GET' | 'HEAD';
  readonly headers: Readonly<Record<string, string>>;
  readonly timeouts: HttpTimeouts;
  /** Whether this host may have a private address: the user named it. */
  readonly mayBePrivate: (hostname: string) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Connections that are kept between requests. */
export interface Connections extends Disposable {
  /** One request, one answer: no redirect is followed, nothing is tried again. @throws FeedError, AbortedError */
  exchange(request: ExchangeRequest): Promise<IncomingMessage>;
}

export interface ConnectionOptions {
  /** `http_proxy`, `https_proxy`, `no_proxy` are read from it, in either case. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Hosts that are never asked through a proxy. */
  readonly isDirect: (hostname: string) => boolean;
}

/** Node's own client: undici takes five times as long to load (ADR 7). */
export function createConnections(options: ConnectionOptions): Connections {
  const keepAlive = { keepAlive: true, timeout: 10_000 };
  const proxied = { ...keepAlive, proxyEnv: options.environment };
  const agents = {
    proxied: { http: new HttpAgent(proxied), https: new HttpsAgent(proxied) },
    direct: { http: new HttpAgent(keepAlive), https: new HttpsAgent(keepAlive) },
  };
  const proxies = proxyHosts(options.environment);
  return {
    exchange(request) {
      const { http, https } = options.isDirect(request.url.hostname) ? agents.direct : agents.proxied;
      const isAllowed = (hostname: string): boolean => proxies.has(hostname) || request.mayBePrivate(hostname);
      return exchange(request, request.url.protocol === 'https:' ? https : http, isAllowed);
    },
    [Symbol.dispose]() {
      for (const { http, https } of Object.values(agents)) {
        http.destroy();
        https.destroy();
      }
    },
  };
}

async function exchange(
  request: ExchangeRequest,
  agent: HttpAgent | HttpsAgent,
  isAllowed: (hostname: string) => boolean,
): Promise<IncomingMessage> {
  const { url, method, headers, timeouts, signal } = request;
  throwIfAborted(signal);
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  try {
    return await new Promise<IncomingMessage>((settle, reject) => {
      const sent = send(url, { method, headers, agent, signal, lookup: guardedLookup(isAllowed) });
      const giveUp = (reason: string): void => void sent.destroy(unreachableError(url, reason));
      let timer = setTimeout(giveUp, timeouts.connect, 'connect-timeout');
      const connected = (): void => {
        clearTimeout(timer);
        timer = setTimeout(giveUp, timeouts.headers, 'headers-timeout');
      };
      sent.once('socket', (socket) => {
        if (!socket.connecting && !sent.reusedSocket) return connected();
        if (sent.reusedSocket) return connected();
        socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', connected);
      });
      sent.once('response', (response) => {
        clearTimeout(timer);
        settle(response);
      });
      sent.once('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      sent.end();
    });
  } catch (error) {
    throw toFeedError(error, url, signal);
  }
}

/** Looks a name up and drops the addresses that may not be connected to: what is checked is what is connected to. */
function guardedLookup(isAllowed: (hostname: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      const addresses = error || isAllowed(hostname) ? (found ?? []) : found.filter(({ address }) => !isPrivateAddress(address));
      const [first] = addresses;
      if (error) callback(error, '');
      else if (!first) callback(new FeedError('ADDRESS_REFUSED', { host: hostname }), '');
      else if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };
}

/** What went wrong on the way, as one of our errors; ours stay as they are. */
export function toFeedError(error: unknown, url: URL, signal: AbortSignal | undefined): ClaircoreError {
  if (error instanceof ClaircoreError) return error as ClaircoreError;
  if (signal?.aborted === true) return new AbortedError({ cause: error });
  return unreachableError(url, reasonOf(error), error);
}

export function unreachableError(url: URL, reason: string, cause?: unknown): FeedError {
  return new FeedError('FEED_UNREACHABLE', { url: publicUrl(url), reason }, { cause });
}

/** The URL without credentials or query, for errors and logs. */
export function publicUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

function proxyHosts(environment: ConnectionOptions['environment']): ReadonlySet<string> {
  const hosts = new Set<string>();
  for (const [name, value] of Object.entries(environment)) {
    if (!/^https?_proxy$/i.test(name) || !value) continue;
    const url = URL.parse(value);
    if (url) hosts.add(url.hostname);
  }
  return hosts;
}
