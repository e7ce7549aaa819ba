import { FeedError, InputError } from '../core/index.ts';
import { decompress } from '../formats/compression/index.ts';

const GiB = 1024 ** 3;
/** The largest feeds inflate to some 2 GiB. */
const limits = { layerBytes: 16 * GiB, ratio: 200, ratioFloor: 2 * GiB } as const;

/**
 * The body of a feed as it is meant: gzip, bzip2, xz and zstd are told by their first bytes, anything else passes as it is. Parsers do this
 * rather than fetchers, so that a file of the feed is read whether somebody unpacked it or not.
 * @throws FeedError `FEED_TRUNCATED` where the compressed data is damaged or ends too early; LimitError; AbortedError
 */
export async function* decompressFeed(
  body: AsyncIterable<Uint8Array>,
  options: { readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of decompress(body, { limits, signal: options.signal }).stream) yield chunk;
  } catch (error) {
    if (error instanceof InputError) throw new FeedError('FEED_TRUNCATED', { reason: 'the compressed data is damaged' }, { cause: error });
    throw error;
  }
}
