import type { IncomingMessage } from 'node:http';
import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { AbortedError, ClaircoreError, FeedError, LimitError } from '../core/index.ts';
import { publicUrl, unreachableError } from './http-exchange.ts';

export interface BodyOptions {
  readonly url: URL;
  /** Content codings to undo, in the order in which they were applied. */
  readonly codings: readonly string[];
  /** ms between two pieces, while somebody waits for one. */
  readonly idle: number;
  /** Bytes, once decoded. */
  readonly max: number;
  readonly signal?: AbortSignal | undefined;
}

/** Codings of RFC 9110 §8.4.1, RFC 7932 and RFC 8878 that are asked for. */
export const acceptEncoding = 'zstd, br, gzip, deflate';

/**
 * The content of an answer, its content codings undone.
 * @throws FeedError `FEED_TRUNCATED` where it ends short of what was declared, `FEED_MALFORMED`, `FEED_UNREACHABLE`; LimitError; AbortedError
 */
export async function* readBody(response: IncomingMessage, options: BodyOptions): AsyncGenerator<Uint8Array> {
  const url = publicUrl(options.url);
  let length = 0;
  try {
    for await (const chunk of decode(watched(response, options), options.codings, url)) {
      length += chunk.length;
      if (length > options.max) throw new LimitError('LIMIT_READ', { what: url, limit: options.max });
      yield chunk;
    }
  } catch (error) {
    throw bodyError(error, url, options.signal);
  } finally {
    if (!response.readableEnded) response.destroy();
  }
}

/** Content codings in the order in which they were applied. */
export function codingsOf(response: IncomingMessage): readonly string[] {
  const header = response.headers['content-encoding'] ?? '';
  return header
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
}

function decode(source: AsyncIterable<Uint8Array>, codings: readonly string[], url: string): AsyncIterable<Uint8Array> {
  let decoded = source;
  // More than a few are an attack on the memory that each decoder takes.
  if (codings.length > 3) throw new FeedError('FEED_MALFORMED', { url, encoding: codings.length });
  for (const coding of codings.toReversed()) {
    const decoder = decoderOf(coding);
    if (!decoder) throw new FeedError('FEED_MALFORMED', { url, encoding: coding.slice(0, 40) });
    // The callback keeps a failure from being thrown nowhere; the reader below gets it too.
    decoded = pipeline(Readable.from(decoded), decoder, () => undefined) as AsyncIterable<Uint8Array>;
  }
  return decoded;
}

function decoderOf(coding: string): Transform | undefined {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress();
    default:
      return undefined;
  }
}

/** The bytes as they come, given up when none come for too long. */
async function* watched(response: IncomingMessage, options: BodyOptions): AsyncGenerator<Uint8Array> {
  const stop = (): void => void response.destroy(new AbortedError({ cause: options.signal?.reason }));
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted === true) stop();
  const pieces = response[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      // Only while we wait: a slow reader is no fault of the server's.
      const timer = setTimeout(() => response.destroy(unreachableError(options.url, 'idle-timeout')), options.idle);
      const piece = await pieces.next().finally(() => clearTimeout(timer));
      if (piece.done === true) break;
      yield piece.value;
    }
    if (!response.complete) throw new FeedError('FEED_TRUNCATED', { url: publicUrl(options.url) });
  } finally {
    options.signal?.removeEventListener('abort', stop);
    if (!response.readableEnded) response.destroy();
  }
}

function bodyError(error: unknown, url: string, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return error instanceof AbortedError ? error : new AbortedError({ cause: error });
  if (error instanceof ClaircoreError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // Node's name for a body that ends short of its Content-Length or its last chunk, and zlib's for a stream that does.
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'Z_BUF_ERROR' || code === 'HPE_INVALID_EOF_STATE') {
    return new FeedError('FEED_TRUNCATED', { url }, { cause: error });
  }
  if (/^(?:Z_|ZSTD_|ERR__ERROR|ERR_BROTLI|ERR_PADDING)/.test(code))
    return new FeedError('FEED_MALFORMED', { url, reason: code }, { cause: error });
  return new FeedError('FEED_UNREACHABLE', { url, reason: code }, { cause: error });
}
