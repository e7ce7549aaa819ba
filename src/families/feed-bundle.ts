import { FeedError } from '../core/index.ts';
import { FrameReader, readFrames, writeFrames, type BundlePart } from './bundle-frames.ts';

export type { BundlePart } from './bundle-frames.ts';

/** What a bundle begins with; no document that is read here does. */
const bundleMagic = new TextEncoder().encode('\u0000claircore-bundle-1\n');
const deltaMagic = new TextEncoder().encode('\u0000claircore-delta-1\n');

interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Several documents as one body, so that `fetch` and `parse` stay apart for feeds of more than one. */
export function writeBundle(parts: AsyncIterable<BundlePart>): AsyncGenerator<Uint8Array, void, undefined> {
  return writeFrames(bundleMagic, parts);
}

/** The same for documents that tell what changed in a feed: a body that says by itself that it is not the whole. */
export function writeDelta(parts: AsyncIterable<BundlePart>): AsyncGenerator<Uint8Array, void, undefined> {
  return writeFrames(deltaMagic, parts);
}

/**
 * The documents of a bundle, to be read one after another; what is left of one is passed over. A body that is no bundle is one document by
 * the name that is given: a file that somebody fetched himself.
 * @throws FeedError `FEED_TRUNCATED`, also while a document is read, `FEED_MALFORMED`, `FEED_DELTA`; AbortedError
 */
export async function* readBundle(
  body: AsyncIterable<Uint8Array>,
  soleName: string,
  options: ReadOptions = {},
): AsyncGenerator<BundlePart, void, undefined> {
  const reader = new FrameReader(body, options.signal);
  if (await reader.begins(deltaMagic)) throw new FeedError('FEED_DELTA');
  if (await reader.begins(bundleMagic)) yield* readFrames(reader);
  else yield { name: soleName, body: reader.rest() };
}

/**
 * The documents of a body that {@link writeDelta} wrote, in the same way.
 * @throws FeedError `FEED_MALFORMED`, also for a body that is anything else, `FEED_TRUNCATED`; AbortedError
 */
export async function* readDelta(body: AsyncIterable<Uint8Array>, options: ReadOptions = {}): AsyncGenerator<BundlePart, void, undefined> {
  const reader = new FrameReader(body, options.signal);
  if (!(await reader.begins(deltaMagic))) throw new FeedError('FEED_MALFORMED', { reason: 'no delta' });
  yield* readFrames(reader);
}

/** The body of a whole feed, as it is. @throws FeedError `FEED_DELTA` for one that {@link writeDelta} wrote */
export async function* wholeFeed(body: AsyncIterable<Uint8Array>, options: ReadOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new FrameReader(body, options.signal);
  if (await reader.begins(deltaMagic)) throw new FeedError('FEED_DELTA');
  yield* reader.rest();
}
