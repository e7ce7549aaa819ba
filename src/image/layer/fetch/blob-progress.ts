import { crc32 } from 'node:zlib';
import { FeedError, InputError, LimitError } from '../../../core/index.ts';
import type { HttpResponse } from '../../../runtime/index.ts';
import { placeOf } from './blob-errors.ts';
import { strongTag, strongValidator } from './blob-validators.ts';

/** How far the transfer of a blob is, and what is known of it to tell whether a later answer speaks of the same one. */
export class BlobProgress {
  readonly #url: URL;
  readonly #declared: number | undefined;
  readonly #limit: number;
  #total: number | undefined;
  #tag: string | undefined;
  #checksum = 0;
  /** Bytes given on. */
  at = 0;
  /** For `If-Range`. */
  validator: string | undefined;
  /** Cleared when the server gives other ranges than it is asked for. */
  mayAskRange = true;

  /** @param declared bytes of the blob, where the manifest names them */
  constructor(url: URL, declared: number | undefined, limit: number) {
    this.#url = url;
    this.#declared = declared;
    this.#limit = limit;
  }

  /** Whether more is known to come. */
  get isShort(): boolean {
    return this.#total !== undefined && this.at < this.#total;
  }

  /** Looks at an answer. @throws InputError `LAYER_SIZE_MISMATCH`; FeedError `LAYER_CHANGED`; LimitError */
  meet(response: HttpResponse, total: number | undefined): void {
    if (total !== undefined) {
      if (this.#declared !== undefined && total !== this.#declared) throw this.#wrongSize(total);
      if (this.#total !== undefined && total !== this.#total) throw this.changed();
      this.#checkLimit(total);
      this.#total = total;
    }
    const tag = strongTag(response);
    if (this.#tag !== undefined && tag !== undefined && tag !== this.#tag) throw this.changed();
    this.#tag ??= tag;
    this.validator ??= strongValidator(response);
  }

  /** Counts what is given on. @throws InputError `LAYER_SIZE_MISMATCH`; LimitError `LIMIT_LAYER_SIZE` */
  take(chunk: Uint8Array): void {
    this.at += chunk.length;
    if (this.#declared !== undefined && this.at > this.#declared) throw this.#wrongSize(this.at);
    this.#checkLimit(this.at);
    this.#checksum = crc32(chunk, this.#checksum);
  }

  /** @throws InputError `LAYER_SIZE_MISMATCH` */
  finish(): void {
    if (this.#declared !== undefined && this.at !== this.#declared) throw this.#wrongSize(this.at);
  }

  /**
   * A body from its beginning, without what was given on already: that it is the same is held to by its checksum.
   * That one can be forged, but is no guard: what was given on is what the digest is computed of.
   * @throws FeedError `LAYER_CHANGED`
   */
  async *rest(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let left = this.at;
    let checksum = 0;
    for await (const chunk of body) {
      const known = chunk.subarray(0, left);
      checksum = crc32(known, checksum);
      left -= known.length;
      if (left > 0) continue;
      if (known.length > 0 && checksum !== this.#checksum) throw this.changed();
      if (chunk.length > known.length) yield chunk.subarray(known.length);
    }
    if (left > 0) throw this.changed();
  }

  changed(): FeedError {
    return new FeedError('LAYER_CHANGED', { ...placeOf(this.#url), bytes: this.at });
  }

  #wrongSize(actual: number): InputError {
    return new InputError('LAYER_SIZE_MISMATCH', { ...placeOf(this.#url), declared: this.#declared, actual });
  }

  #checkLimit(bytes: number): void {
    if (bytes > this.#limit) throw new LimitError('LIMIT_LAYER_SIZE', { limit: this.#limit });
  }
}
