import { lookup } from 'node:dns';
import { request as requestHttp, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { request as requestHttps, Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { getCACertificates } from 'node:tls';
import { AbortedError, ClaircoreError, FeedError, throwIfAborted } from '../../../core/index.ts';
import { bareHost, isIpAddress, isPrivateAddress } from '../../../runtime/index.ts';

export interface OwnExchange {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `any`: a certificate that nobody vouches for will do. */
  readonly certificate: 'verified' | 'any';
  /** PEM. */
  readonly ca?: string | undefined;
  readonly mayBePrivate: boolean;
  /** Where proxies are read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** ms without a byte from the other side. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One request, one answer, for what the HTTP client of the runtime room is not made for: a host whose certificate is not to be checked,
 * and a posted form. No redirect is followed, nothing is tried again, no connection is kept.
 *
 * @throws FeedError `FEED_UNREACHABLE`, `ADDRESS_REFUSED`; AbortedError
 */
export async function exchange(options: OwnExchange): Promise<IncomingMessage> {
  const { url, method, headers, body, signal, timeout } = options;
  throwIfAborted(signal);
  const host = bareHost(url.hostname);
  if (!options.mayBePrivate && isIpAddress(host) && isPrivateAddress(host)) throw new FeedError('ADDRESS_REFUSED', { host: url.host });
  const length = body === undefined ? {} : { 'content-length': String(new TextEncoder().encode(body).length) };
  const settings = { method, headers: { ...headers, ...length }, signal, timeout, lookup: guarded(options.mayBePrivate) };
  return new Promise((resolve, reject) => {
    const sent =
      url.protocol === 'https:'
        ? requestHttps(url, { ...settings, agent: new HttpsAgent({ proxyEnv: options.environment, ...trust(options) }) })
        : requestHttp(url, { ...settings, agent: new HttpAgent({ proxyEnv: options.environment }) });
    sent.once('timeout', () => sent.destroy(unreachable(url, 'timeout')));
    sent.once('response', resolve);
    sent.on('error', (error) => reject(toError(error, url, signal)));
    sent.end(body);
  });
}

/** The body of such an answer. @throws FeedError `FEED_UNREACHABLE`, `FEED_TRUNCATED`; AbortedError */
export async function* bodyOf(message: IncomingMessage, url: URL, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    yield* message as AsyncIterable<Uint8Array>;
    if (!message.complete) throw new FeedError('FEED_TRUNCATED', { url: publicUrl(url) });
  } catch (error) {
    throw toError(error, url, signal);
  } finally {
    message.destroy();
  }
}

function trust({ certificate, ca }: OwnExchange): { rejectUnauthorized: boolean; ca?: string[] } {
  const authorities = ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] };
  return { rejectUnauthorized: certificate === 'verified', ...authorities };
}

/** What is checked is what is connected to. */
function guarded(mayBePrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses = error ? [] : found.filter(({ address }) => mayBePrivate || !isPrivateAddress(address));
      const [first] = addresses;
      if (error) callback(error, '');
      else if (!first) callback(new FeedError('ADDRESS_REFUSED', { host: hostname }), '');
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function toError(error: unknown, url: URL, signal: AbortSignal | undefined): Error {
  if (error instanceof ClaircoreError) return error as ClaircoreError;
  if (signal?.aborted === true) return new AbortedError({ cause: error });
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return unreachable(url, reason, error);
}

function unreachable(url: URL, reason: string, cause?: unknown): FeedError {
  return new FeedError('FEED_UNREACHABLE', { url: publicUrl(url), reason }, { cause });
}

/** Without credentials or query. */
function publicUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}
