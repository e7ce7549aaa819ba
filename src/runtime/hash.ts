import { createHash, hash, type Hash } from 'node:crypto';
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

/** SHA-1 fed piece by piece: what indexes of archives go by. It proves nothing of what somebody made on purpose. */
export class Sha1 {
  readonly #hash: Hash = createHash('sha1');

  update(data: Uint8Array): this {
    this.#hash.update(data);
    return this;
  }

  hex(): string {
    return this.#hash.digest('hex');
  }
}

/** SHA-256 of a text in UTF-8, in hex: for many small ones, where a hash object each would cost more than the hashing. */
export function sha256Hex(text: string): string {
  return hash('sha256', text, 'hex');
}

/** The first bytes of SHA-256 of a text in UTF-8; read out of a string, which takes a quarter of the time of reading hex. */
export function sha256Bytes(text: string, count: number): Uint8Array {
  const digest = hash('sha256', text, 'binary');
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count; at += 1) bytes[at] = digest.charCodeAt(at);
  return bytes;
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
