import { FeedError } from '../../core/index.ts';

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/**
 * Finds where a JSON value ends, over chunks cut anywhere. It knows strings, brackets and depth and nothing else:
 * what it cuts out is judged by `JSON.parse`.
 */
export class ValueScanner {
  readonly #maxDepth: number;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #scalar = false;

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
  }

  /**
   * The index just after the value, or −1 when the chunk ends before it. After that the scanner is ready for the next value.
   * A number or a literal at the top ends before the byte that cannot be part of it.
   * @throws FeedError `FEED_MALFORMED` when brackets are nested too deep
   */
  scan(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at < chunk.length) {
      if (this.#inString) {
        at = this.#string(chunk, at);
        if (this.#inString) return -1;
        if (this.#depth === 0) return at;
        continue;
      }
      const byte = chunk[at] ?? 0;
      if (this.#scalar && endsScalar(byte)) {
        this.#scalar = false;
        return at;
      }
      at += 1;
      if (byte === quote) this.#inString = true;
      else if (byte === openBrace || byte === openBracket) this.#enter();
      else if (byte === closeBrace || byte === closeBracket) {
        this.#depth -= 1;
        if (this.#depth <= 0) return this.#closed(at);
      } else if (this.#depth === 0) this.#scalar = true;
    }
    return -1;
  }

  #closed(at: number): number {
    this.#depth = 0;
    return at;
  }

  #enter(): void {
    this.#depth += 1;
    if (this.#depth > this.#maxDepth) throw new FeedError('FEED_MALFORMED', { reason: 'nested too deep', limit: this.#maxDepth });
  }

  /** Up to the end of the string or of the chunk. */
  #string(chunk: Uint8Array, from: number): number {
    let at = from;
    if (this.#escaped) {
      this.#escaped = false;
      at += 1;
    }
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === quote) {
        this.#inString = false;
        return at + 1;
      }
      if (byte === backslash) {
        at += 1;
        if (at === chunk.length) this.#escaped = true;
      }
    }
    return chunk.length;
  }
}

/** Whether no number or literal can go on with this byte. */
function endsScalar(byte: number): boolean {
  return byte === comma || byte === closeBrace || byte === closeBracket || isSpace(byte);
}

/** White space of RFC 8259 §2. */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
