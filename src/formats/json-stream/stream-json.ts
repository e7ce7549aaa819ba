import { throwIfAborted } from '../../core/index.ts';
import { JsonReader, type JsonPiece, type JsonReaderLimits } from './json-reader.ts';

export interface StreamJsonOptions {
  /** Name of the top-level member whose array is given element by element; a document without it is malformed. */
  readonly array?: string;
  readonly limits?: Partial<JsonReaderLimits>;
  readonly signal?: AbortSignal | undefined;
}

const MiB = 1024 * 1024;

/** The largest member in real feeds is Debian's `linux`, of some 8 MB. */
const defaultLimits: JsonReaderLimits = { pieceBytes: 64 * MiB, pieces: 5_000_000, depth: 64 };

/**
 * The members of a JSON object (RFC 8259), one at a time: never more than one is held. With `array`, that member comes as
 * its elements. Strict: the generator ends normally only when the document was whole, so collect before you believe.
 * @throws FeedError `FEED_TRUNCATED` when it ends too early, `FEED_MALFORMED` for anything else that is not JSON, for a name
 * that occurs twice and for nesting beyond the limit; LimitError `LIMIT_READ`; AbortedError
 */
export async function* streamJson(
  body: AsyncIterable<Uint8Array>,
  options: StreamJsonOptions = {},
): AsyncGenerator<JsonPiece, void, undefined> {
  const reader = new JsonReader({ ...defaultLimits, ...options.limits }, options.array);
  for await (const chunk of body) {
    throwIfAborted(options.signal);
    yield* reader.read(chunk);
  }
  reader.end();
}
