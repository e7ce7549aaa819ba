import { FeedError, throwIfAborted } from '../../../core/index.ts';
import { retryDelay, sleep, type HttpClient, type HttpResponse, type Logger, type RetryPolicy } from '../../../runtime/index.ts';
import type { BlobAddress } from './blob-address.ts';
import { isBroken, placeOf, statusError, toLayerError } from './blob-errors.ts';
import { BlobProgress } from './blob-progress.ts';
import { parseContentRange, parseUnsatisfiedRange } from './blob-validators.ts';

export interface ReadRemoteBlobOptions {
  /** It tries again by itself until the head of an answer is there. */
  readonly http: Pick<HttpClient, 'request'>;
  /** For transfers that break off; each MiB that came gives back all tries. */
  readonly retry: RetryPolicy;
  /** Bytes of the blob, as declared. */
  readonly size?: number | undefined;
  /** Bytes that a blob may have. */
  readonly limit: number;
  readonly logger: Logger;
  readonly signal?: AbortSignal | undefined;
}

/** A connection that dies without having brought that much made no headway. */
const headway = 1024 * 1024;

/**
 * The bytes of a blob as they are transferred. Where the connection breaks, the rest is asked for: as a range, and of a server that knows none as a
 * whole, of which the known part is left out. Whether it is the right blob, its digest says to whoever reads it.
 *
 * @throws FeedError `LAYER_DENIED`, `LAYER_NOT_FOUND`, `LAYER_STATUS`, `LAYER_UNREACHABLE`, `LAYER_CHANGED`, `ADDRESS_REFUSED`, `ADDRESS_INSECURE`;
 * InputError `LAYER_SIZE_MISMATCH`; LimitError; AbortedError
 */
export async function* readRemoteBlob(address: BlobAddress, options: ReadRemoteBlobOptions): AsyncGenerator<Uint8Array> {
  const { url } = address;
  const { retry, signal, logger } = options;
  const progress = new BlobProgress(url, options.size, options.limit);
  let tries = 0;
  for (let from = 0; ; from = progress.at) {
    const response = await ask(address, progress, options);
    if (!response) break;
    try {
      for await (const chunk of content(response, progress, url)) {
        progress.take(chunk);
        yield chunk;
      }
      if (!progress.isShort) break;
      throw new FeedError('FEED_TRUNCATED'); // a part of the range that was asked for
    } catch (error) {
      response.discard();
      throwIfAborted(signal);
      if (progress.at - from >= headway) tries = 0;
      const delay = isBroken(error) ? retryDelay(retry, tries, undefined) : undefined;
      if (delay === undefined) throw toLayerError(error, url, { bytes: progress.at });
      tries += 1;
      logger.log('debug', 'a transfer broke off and is resumed', { ...placeOf(url), bytes: progress.at, retry: tries });
      await sleep(delay, signal);
    }
  }
  progress.finish();
}

/** The next answer; undefined where the server says that there is no more. */
async function ask(
  { url, headers }: BlobAddress,
  progress: BlobProgress,
  options: ReadRemoteBlobOptions,
): Promise<HttpResponse | undefined> {
  const { http, signal } = options;
  const range = progress.at > 0 && progress.mayAskRange;
  const own = { range: `bytes=${progress.at}-`, ...(progress.validator !== undefined && { 'if-range': progress.validator }) };
  const asked = http.request(url.href, { headers: { ...headers, ...(range && own) }, body: 'raw', signal });
  const response = await speakOfLayer(asked, url);
  const { status } = response;
  if (status === 200 || status === 206) return response;
  response.discard();
  if (status !== 416 || !range) throw statusError(url, status);
  if (parseUnsatisfiedRange(response.header('content-range')) === progress.at) return undefined;
  throw progress.changed();
}

async function speakOfLayer<T>(promise: Promise<T>, url: URL): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw toLayerError(error, url);
  }
}

/** What of the answer has not been given on. */
async function* content(response: HttpResponse, progress: BlobProgress, url: URL): AsyncGenerator<Uint8Array> {
  if (response.status === 200) {
    progress.meet(response, response.size);
    yield* progress.at === 0 ? response.body : progress.rest(response.body);
    return;
  }
  const range = parseContentRange(response.header('content-range'));
  if (!range || range.first !== progress.at) {
    if (!progress.mayAskRange || progress.at === 0) throw statusError(url, response.status);
    // Other bytes than were asked for: from here on the whole is.
    progress.mayAskRange = false;
    throw new FeedError('FEED_UNREACHABLE', { reason: 'another range' });
  }
  progress.meet(response, range.total);
  yield* response.body;
}
