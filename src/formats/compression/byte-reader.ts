import { throwIfAborted } from '../../core/index.ts';
import { concat } from '../../runtime/index.ts';

const none = new Uint8Array();

/**
 * Reads a stream by the piece: as much as is needed at once, or as it comes. What was read too far can be put back.
 * One chunk is asked for ahead, so that the source works while its last chunk is decoded.
 */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #ahead: Promise<IteratorResult<Uint8Array>> | undefined;
  #buffered: Uint8Array = none;
  #hasEnded = false;
  #received = 0;
  readonly #signal: AbortSignal | undefined;

  /** Every read throws AbortedError once the signal has fired. */
  constructor(source: AsyncIterable<Uint8Array>, signal?: AbortSignal) {
    this.#signal = signal;
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Bytes that the source has given so far. */
  get received(): number {
    return this.#received;
  }

  /** What is at hand: at least what was last ensured. */
  get buffered(): Uint8Array {
    return this.#buffered;
  }

  /** Makes at least so many bytes be at hand; false where the source ends before. */
  async ensure(length: number): Promise<boolean> {
    if (this.#buffered.length >= length) return true;
    const parts = [this.#buffered];
    let total = this.#buffered.length;
    while (total < length) {
      const chunk = await this.#pull();
      if (!chunk) break;
      parts.push(chunk);
      total += chunk.length;
    }
    this.#buffered = concat(
      parts.filter((part) => part.length > 0),
      total,
    );
    return total >= length;
  }

  /** Drops bytes from the front of what is at hand. */
  skip(length: number): void {
    this.#buffered = this.#buffered.subarray(length);
  }

  /** All that is at hand, else the next chunk of the source; undefined at its end. */
  async next(): Promise<Uint8Array | undefined> {
    if (this.#buffered.length === 0) return this.#pull();
    const chunk = this.#buffered;
    this.#buffered = none;
    return chunk;
  }

  /** Puts back what was taken last and not used. */
  unread(bytes: Uint8Array): void {
    this.#buffered = this.#buffered.length === 0 ? bytes : concat([bytes, this.#buffered], bytes.length + this.#buffered.length);
  }

  /** Tells the source that nothing more is wanted. */
  async close(): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    await this.#source.return?.();
  }

  async #pull(): Promise<Uint8Array | undefined> {
    throwIfAborted(this.#signal);
    if (this.#hasEnded) return undefined;
    const result = await (this.#ahead ?? this.#source.next());
    this.#ahead = undefined;
    if (result.done === true) {
      this.#hasEnded = true;
      return undefined;
    }
    this.#received += result.value.length;
    this.#ahead = this.#source.next();
    // Whoever asks next gets the error; until then it must not count as unhandled.
    this.#ahead.catch(() => undefined);
    return result.value;
  }
}
