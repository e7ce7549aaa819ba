import { FeedError, LimitError } from '../../core/index.ts';
import { concat } from '../../runtime/index.ts';

/** Gathers the bytes of one value from the chunks it lies in, then parses it. */
export class ValueDecoder {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @throws LimitError `LIMIT_READ` when the value is longer than may be */
  add(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length > this.#maxBytes) throw new LimitError('LIMIT_READ', { what: 'a member of a feed', limit: this.#maxBytes });
    this.#parts.push(part);
  }

  /** @throws FeedError `FEED_MALFORMED` for bytes that are not UTF-8 or not JSON */
  take(): unknown {
    const bytes = concat(this.#parts, this.#length);
    this.#parts = [];
    this.#length = 0;
    try {
      return JSON.parse(this.#decoder.decode(bytes)) as unknown;
    } catch (cause) {
      throw new FeedError('FEED_MALFORMED', { reason: cause instanceof SyntaxError ? 'not JSON' : 'not UTF-8' }, { cause });
    }
  }
}
