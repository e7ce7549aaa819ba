/**
 * The blob of a layer on its way to the decoder. The decoder may stop before the end (behind the last gzip member there may be
 * more), but what is declared is the digest of all: so it cannot close the source, and the rest is read by `drain`.
 */
export class BlobSource implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #onChunk: (chunk: Uint8Array) => void;
  #reading: Promise<IteratorResult<Uint8Array>> | undefined;
  #hasEnded = false;
  bytes = 0;

  constructor(source: AsyncIterable<Uint8Array>, onChunk: (chunk: Uint8Array) => void) {
    this.#source = source[Symbol.asyncIterator]();
    this.#onChunk = onChunk;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.#next(), return: () => Promise.resolve({ done: true, value: undefined }) };
  }

  /** Reads to the end. */
  async drain(): Promise<void> {
    await this.#reading;
    while (!this.#hasEnded) await this.#next();
  }

  /** Closes the source where it has not ended. */
  async close(): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    await this.#source.return?.();
  }

  #next(): Promise<IteratorResult<Uint8Array>> {
    this.#reading = this.#read();
    return this.#reading;
  }

  async #read(): Promise<IteratorResult<Uint8Array>> {
    if (this.#hasEnded) return { done: true, value: undefined };
    const result = await this.#source.next();
    if (result.done) {
      this.#hasEnded = true;
      return result;
    }
    this.bytes += result.value.length;
    this.#onChunk(result.value);
    return result;
  }
}
