import { lookup as lookupName } from 'node:dns/promises';
import { Agent as HttpAgent, request as requestHttp, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { createSecureContext, getCACertificates } from 'node:tls';
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

/** Values by lower-case name; of several each is sent in a line of its own. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[]>>;

/** An address that a name stands for. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

export interface ExchangeRequest {
  readonly url: URL;
  readonly method: 'GET' | 'HEAD';
  readonly headers: HttpHeaders;
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
  /** Certificates (PEM) that are trusted besides the system's. */
  readonly ca?: readonly string[] | undefined;
  /** In place of the system's look-up. */
  readonly lookup?: ((hostname: string) => Promise<readonly ResolvedAddress[]>) | undefined;
}

/** Node's own client: undici takes five times as long to load (ADR 7). */
export function createConnections(options: ConnectionOptions): Connections {
  const keepAlive = { keepAlive: true, timeout: 10_000 };
  const proxied = { ...keepAlive, proxyEnv: options.environment };
  const trust = trusted(options.ca);
  const agents = {
    proxied: { http: new HttpAgent(proxied), https: new HttpsAgent({ ...proxied, ...trust }) },
    direct: { http: new HttpAgent(keepAlive), https: new HttpsAgent({ ...keepAlive, ...trust }) },
  };
  const resolve = options.lookup ?? resolveByName;
  const proxies = proxyHosts(options.environment);
  return {
    exchange(request) {
      const { http, https } = options.isDirect(request.url.hostname) ? agents.direct : agents.proxied;
      const isAllowed = (hostname: string): boolean => proxies.has(hostname) || request.mayBePrivate(hostname);
      return exchange(request, request.url.protocol === 'https:' ? https : http, guardedLookup(resolve, isAllowed));
    },
    [Symbol.dispose]() {
      for (const { http, https } of Object.values(agents)) {
        http.destroy();
        https.destroy();
      }
    },
  };
}

async function exchange(request: ExchangeRequest, agent: HttpAgent | HttpsAgent, lookup: LookupFunction): Promise<IncomingMessage> {
  const { url, method, headers, timeouts, signal } = request;
  throwIfAborted(signal);
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  try {
    return await new Promise<IncomingMessage>((settle, reject) => {
      const sent = send(url, { method, headers: toOutgoing(headers), agent, signal, lookup });
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
function guardedLookup(
  resolve: (hostname: string) => Promise<readonly ResolvedAddress[]>,
  isAllowed: (hostname: string) => boolean,
): LookupFunction {
  return (hostname, options, reply) => {
    const wanted = options.family === 4 || options.family === 6 ? options.family : undefined;
    const answer = (addresses: readonly ResolvedAddress[]): void => {
      const found = addresses.filter(({ family }) => wanted === undefined || family === wanted);
      const reachable = isAllowed(hostname) ? found : found.filter(({ address }) => !isPrivateAddress(address));
      const [first] = reachable;
      if (!first) reply(new FeedError('ADDRESS_REFUSED', { host: hostname }), '');
      else if (options.all === true) reply(null, [...reachable]);
      else reply(null, first.address, first.family);
    };
    resolve(hostname).then(answer, (error: NodeJS.ErrnoException) => reply(error, ''));
  };
}

function toOutgoing(headers: HttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]));
}

async function resolveByName(hostname: string): Promise<readonly ResolvedAddress[]> {
  return await lookupName(hostname, { all: true });
}

/** One context for all connections: to read the system's certificates for each would take longer than the handshake. */
function trusted(ca: readonly string[] | undefined): { readonly secureContext?: ReturnType<typeof createSecureContext> } {
  if (!ca || ca.length === 0) return {};
  return { secureContext: createSecureContext({ ca: [...getCACertificates('default'), ...ca] }) };
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
