import type { FeedClient, FeedRequest, FeedResponse } from '../contracts/index.ts';
import { FeedError, throwIfAborted } from '../core/index.ts';

/**
 * Feeds out of a map from upstream URL to body, with validators that change when the body does.
 * `failures` are thrown instead, as often as they are asked for.
 */
export class FakeFeedClient implements FeedClient {
  readonly requests: string[] = [];
  readonly failures = new Map<string, Error>();
  readonly #bodies = new Map<string, { readonly bytes: Uint8Array; readonly etag: string }>();
  #versions = 0;

  /** Puts a body there, or takes it away. */
  set(url: string, body: Uint8Array | string | undefined): this {
    this.#versions += 1;
    if (body === undefined) this.#bodies.delete(url);
    else this.#bodies.set(url, { bytes: typeof body === 'string' ? new TextEncoder().encode(body) : body, etag: `"v${this.#versions}"` });
    return this;
  }

  async get(url: string, { validators, signal }: FeedRequest = {}): Promise<FeedResponse> {
    throwIfAborted(signal);
    this.requests.push(url);
    const failure = this.failures.get(url);
    if (failure) throw failure;
    const found = this.#bodies.get(url);
    if (!found) return { kind: 'not-found' };
    if (validators?.etag === found.etag) return { kind: 'not-modified' };
    return { kind: 'body', body: pieces(found.bytes), validators: { etag: found.etag }, size: found.bytes.length };
  }

  async exists(url: string, { signal }: FeedRequest = {}): Promise<boolean> {
    throwIfAborted(signal);
    const failure = this.failures.get(url);
    if (failure) throw failure;
    return this.#bodies.has(url);
  }

  /** Makes that URL fail as if its server were gone; undefined ends it. */
  fail(url: string, error: Error | undefined = new FeedError('FEED_UNREACHABLE', { url, reason: 'ECONNREFUSED' })): this {
    this.failures.set(url, error);
    return this;
  }
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const size = 1000;
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size);
}
