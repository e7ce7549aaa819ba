/** Bytes of a key; a version that needs more has none. Index pages have row limits. */
export const maxKeyBytes = 1024;

const zero = 0x30;
/** First byte of a number of k packed bytes is `packed + k`; 0…127 is one byte, `small + n`. */
const small = 0x10;
const packed = 0x8e;
const maxSmall = 127;
/** Bytes of packed digits from which on the length is written out. */
const longFrom = 17;
const long = 0x9f;

/**
 * Writes version keys: bytes whose order is the order of what was written. Three codes, each prefix-free and in order:
 * a number (first byte 10…9F), a text (closed by 00), and a scheme's own one-byte tags (00…0F below every number, A0…FE above).
 *
 * One writer is used for key after key: `begin`, the codes, `end`.
 */
export class KeyWriter {
  readonly #bytes = new Uint8Array(maxKeyBytes);
  /** Grows beyond the buffer when a key is too long: such writes fall on nothing, and `end` sees it. */
  #length = 0;

  begin(): void {
    this.#length = 0;
  }

  /** One byte as it is: a tag, or a character that stands for itself. Never FF as the first of a key. */
  tag(byte: number): void {
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  /** The decimal digits `text[from, to)` as a number of any size; leading zeros are dropped, no digits are zero. */
  number(text: string, from = 0, to = text.length): void {
    let first = from;
    while (first < to && text.charCodeAt(first) === zero) first += 1;
    const digits = to - first;
    if (digits <= 3) {
      const value = smallValue(text, first, to);
      if (value <= maxSmall) {
        this.tag(small + value);
        return;
      }
    }
    this.#packed(text, first, to);
  }

  /** A number with all its bits turned, so that the greater comes first. It begins with 60…EF: a tag of its own must stand before it. */
  complementedNumber(text: string): void {
    const from = this.#length;
    this.number(text);
    for (let at = from; at < Math.min(this.#length, maxKeyBytes); at += 1) this.#bytes[at] = ~(this.#bytes[at] ?? 0);
  }

  /** The ASCII characters `text[from, …)`, closed by 00. */
  text(text: string, from = 0): void {
    for (let at = from; at < text.length; at += 1) this.tag(text.charCodeAt(at));
    this.tag(0x00);
  }

  /** The key, or undefined where it is longer than a key may be. */
  end(): Uint8Array | undefined {
    return this.#length > maxKeyBytes ? undefined : this.#bytes.slice(0, this.#length);
  }

  /** Two digits a byte, behind their number of bytes: of two numbers the shorter is less, and of one length bytes decide. */
  #packed(text: string, first: number, to: number): void {
    const length = (to - first + 1) >> 1;
    if (length < longFrom) {
      this.tag(packed + length);
    } else {
      this.tag(long);
      this.tag(length >> 8);
      this.tag(length & 0xff);
    }
    let at = first;
    if ((to - first) % 2 === 1) {
      this.tag(text.charCodeAt(at) - zero);
      at += 1;
    }
    for (; at < to; at += 2) this.tag(((text.charCodeAt(at) - zero) << 4) | (text.charCodeAt(at + 1) - zero));
  }
}

/** Three digits at most. */
function smallValue(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 10 + (text.charCodeAt(at) - zero);
  return value;
}
