import { createHash, type Hash } from 'node:crypto';
import type { Digest } from '../core/index.ts';

/** SHA-256 fed piece by piece. */
export class Sha256 {
  readonly #hash: Hash = createHash('sha256');

  update(data: Uint8Array | string): this {
    this.#hash.update(data);
    return this;
  }

  hex(): string {
    return this.#hash.digest('hex');
  }

  digest(): Digest {
    return `sha256:${this.hex()}`;
  }
}

/** Passes chunks through and hashes them; `digest()` once the stream has ended. */
export class HashingStream {
  readonly #hash = new Sha256();

  async *through(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.#hash.update(chunk);
      yield chunk;
    }
  }

  digest(): Digest {
    return this.#hash.digest();
  }
}
