import { FeedError, LimitError, unreachable } from '../../core/index.ts';
import { ValueDecoder } from './value-decoder.ts';
import { isSpace, ValueScanner } from './value-scanner.ts';

/** A piece of a document: a member of its top-level object, or an element of the array that is read one by one. */
export type JsonPiece =
  | { readonly kind: 'member'; readonly key: string; readonly value: unknown }
  | { readonly kind: 'element'; readonly index: number; readonly value: unknown };

export interface JsonReaderLimits {
  /** Bytes of one piece. */
  readonly pieceBytes: number;
  readonly pieces: number;
  readonly depth: number;
}

type State = 'start' | 'first-key' | 'key' | 'colon' | 'value' | 'after-member' | 'first-element' | 'element' | 'after-element' | 'end';

const punctuation = {
  openBrace: 0x7b,
  closeBrace: 0x7d,
  openBracket: 0x5b,
  closeBracket: 0x5d,
  comma: 0x2c,
  colon: 0x3a,
  quote: 0x22,
} as const;

/** The grammar of a document's top: cuts it into pieces, chunk by chunk, and insists that it is whole. */
export class JsonReader {
  readonly #scanner: ValueScanner;
  readonly #decoder: ValueDecoder;
  readonly #limits: JsonReaderLimits;
  /** The member whose array is read element by element. */
  readonly #array: string | undefined;
  readonly #keys = new Set<string>();
  #state: State = 'start';
  #inValue = false;
  #key = '';
  #index = 0;
  #pieces = 0;

  constructor(limits: JsonReaderLimits, array: string | undefined) {
    this.#limits = limits;
    this.#array = array;
    this.#scanner = new ValueScanner(limits.depth);
    this.#decoder = new ValueDecoder(limits.pieceBytes);
  }

  /** The pieces that end in this chunk. @throws FeedError, LimitError */
  *read(chunk: Uint8Array): Generator<JsonPiece, void, undefined> {
    for (let at = 0; at < chunk.length;) {
      if (!this.#inValue) {
        const byte = chunk[at] ?? 0;
        if (isSpace(byte)) {
          at += 1;
          continue;
        }
        if (this.#punctuate(byte)) {
          at += 1;
          continue;
        }
        this.#inValue = true;
      }
      const end = this.#scanner.scan(chunk, at);
      this.#decoder.add(chunk.subarray(at, end === -1 ? chunk.length : end));
      if (end === -1) return;
      at = end;
      const piece = this.#finish();
      if (piece) yield piece;
    }
  }

  /** @throws FeedError `FEED_TRUNCATED` unless the document was whole, `FEED_MALFORMED` when it had no such array */
  end(): void {
    if (this.#state !== 'end') throw new FeedError('FEED_TRUNCATED', { reason: `expected more (${this.#state})` });
    if (this.#array !== undefined && !this.#keys.has(this.#array)) throw malformed('the list of records is missing');
  }

  /** Takes a byte of punctuation; false where the byte begins a key or a value. */
  #punctuate(byte: number): boolean {
    switch (this.#state) {
      case 'start':
        return this.#expect(byte, punctuation.openBrace, 'first-key');
      case 'first-key':
        if (byte === punctuation.closeBrace) return this.#go('end');
        return this.#beginKey(byte);
      case 'key':
        return this.#beginKey(byte);
      case 'colon':
        return this.#expect(byte, punctuation.colon, 'value');
      case 'value':
        if (this.#key === this.#array) return this.#expect(byte, punctuation.openBracket, 'first-element');
        return this.#beginValue(byte);
      case 'after-member':
        if (byte === punctuation.closeBrace) return this.#go('end');
        return this.#expect(byte, punctuation.comma, 'key');
      case 'first-element':
        if (byte === punctuation.closeBracket) return this.#go('after-member');
        return this.#beginValue(byte);
      case 'element':
        return this.#beginValue(byte);
      case 'after-element':
        if (byte === punctuation.closeBracket) return this.#go('after-member');
        return this.#expect(byte, punctuation.comma, 'element');
      case 'end':
        throw malformed('something follows the end');
      default:
        return unreachable(this.#state);
    }
  }

  #finish(): JsonPiece | undefined {
    this.#inValue = false;
    const value = this.#decoder.take();
    if (this.#state === 'first-key' || this.#state === 'key') {
      this.#takeKey(value);
      return undefined;
    }
    this.#pieces += 1;
    if (this.#pieces > this.#limits.pieces)
      throw new LimitError('LIMIT_READ', { what: 'the members of a feed', limit: this.#limits.pieces });
    if (this.#state === 'value') {
      this.#state = 'after-member';
      return { kind: 'member', key: this.#key, value };
    }
    this.#state = 'after-element';
    const index = this.#index;
    this.#index += 1;
    return { kind: 'element', index, value };
  }

  #takeKey(key: unknown): void {
    if (typeof key !== 'string') throw malformed('a key is no string');
    // RFC 8259 §4 leaves it open what a doubled name means: a feed that has one is not to be trusted
    if (this.#keys.has(key)) throw malformed('a name occurs twice');
    this.#keys.add(key);
    this.#key = key;
    this.#state = 'colon';
  }

  #beginKey(byte: number): false {
    if (byte !== punctuation.quote) throw malformed('a key was expected');
    return false;
  }

  #beginValue(byte: number): false {
    const { closeBrace, closeBracket, comma, colon } = punctuation;
    if (byte === closeBrace || byte === closeBracket || byte === comma || byte === colon) throw malformed('a value was expected');
    return false;
  }

  #expect(byte: number, wanted: number, next: State): true {
    if (byte !== wanted) throw malformed(`unexpected byte (${this.#state})`);
    return this.#go(next);
  }

  #go(next: State): true {
    this.#state = next;
    return true;
  }
}

function malformed(reason: string): FeedError {
  return new FeedError('FEED_MALFORMED', { reason });
}
