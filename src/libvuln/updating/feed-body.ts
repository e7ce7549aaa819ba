import type { Digest } from '../../core/index.ts';
import { HashingStream } from '../../runtime/index.ts';

/** The body of a feed on its way through the parser: hashed whole, whatever the parser leaves unread. */
export class FeedBody implements AsyncDisposable {
  readonly #hashing = new HashingStream();
  readonly #pieces: AsyncGenerator<Uint8Array>;
  readonly #onBytes: (total: number) => void;
  #bytes = 0;

  /** @param onBytes called with the bytes read so far */
  constructor(source: AsyncIterable<Uint8Array>, onBytes: (total: number) => void) {
    this.#pieces = this.#hashing.through(source);
    this.#onBytes = onBytes;
  }

  /** For the parser, which may leave it early without ending the body. */
  async *stream(): AsyncGenerator<Uint8Array> {
    for (let piece = await this.#next(); piece; piece = await this.#next()) yield piece;
  }

  /** Reads what is left and gives the digest of the whole. */
  async digest(): Promise<Digest> {
    while (await this.#next()) continue;
    return this.#hashing.digest();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pieces.return(undefined);
  }

  async #next(): Promise<Uint8Array | undefined> {
    const piece = await this.#pieces.next();
    if (piece.done === true) return undefined;
    this.#bytes += piece.value.length;
    this.#onBytes(this.#bytes);
    return piece.value;
  }
}
