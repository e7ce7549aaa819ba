import { FeedError, throwIfAborted } from '../core/index.ts';

/** A document of a feed that has several. */
export interface BundlePart {
  /** Which it is, e.g. `core`. */
  readonly name: string;
  /** Undefined where the feed names it and it is not there. */
  readonly body: AsyncIterable<Uint8Array> | undefined;
}

const frame = { part: 1, missing: 2, content: 3, end: 4 } as const;
const headLength = 5;
const mostPayload = 64 * 1024 * 1024;

/** Documents in frames, behind the bytes that say what they are. */
export async function* writeFrames(magic: Uint8Array, parts: AsyncIterable<BundlePart>): AsyncGenerator<Uint8Array, void, undefined> {
  yield magic;
  for await (const { name, body } of parts) {
    yield framed(body ? frame.part : frame.missing, new TextEncoder().encode(name));
    if (!body) continue;
    for await (const chunk of body) {
      if (chunk.length === 0) continue;
      yield framed(frame.content, new Uint8Array(0), chunk.length);
      yield chunk;
    }
  }
  yield framed(frame.end, new Uint8Array(0));
}

function framed(kind: number, payload: Uint8Array, length = payload.length): Uint8Array {
  const bytes = new Uint8Array(headLength + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, kind);
  view.setUint32(1, length);
  bytes.set(payload, headLength);
  return bytes;
}

/**
 * The documents, to be read one after another; what is left of one is passed over.
 * @param reader behind the magic
 * @throws FeedError `FEED_TRUNCATED`, also while a document is read, `FEED_MALFORMED`; AbortedError
 */
export async function* readFrames(reader: FrameReader): AsyncGenerator<BundlePart, void, undefined> {
  let head = await reader.head();
  while (head.kind !== frame.end) {
    if (head.kind !== frame.part && head.kind !== frame.missing) throw new FeedError('FEED_MALFORMED', { reason: 'no part of a bundle' });
    const name = new TextDecoder().decode(await reader.take(head.length));
    if (head.kind === frame.missing) {
      yield { name, body: undefined };
      head = await reader.head();
      continue;
    }
    const content = new PartContent(reader);
    yield { name, body: content.read() };
    head = await content.next();
  }
}

interface FrameHead {
  readonly kind: number;
  readonly length: number;
}

/** The content of one part, and the frame that follows it. */
class PartContent {
  readonly #reader: FrameReader;
  #next: FrameHead | undefined;

  constructor(reader: FrameReader) {
    this.#reader = reader;
  }

  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const head = this.#next ?? (await this.#reader.head());
      if (head.kind !== frame.content) {
        this.#next = head;
        return;
      }
      yield await this.#reader.take(head.length);
    }
  }

  async next(): Promise<FrameHead> {
    for await (const _ of this.read()) continue;
    return this.#next ?? { kind: frame.end, length: 0 };
  }
}

export class FrameReader {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #signal: AbortSignal | undefined;
  #buffered: Uint8Array = new Uint8Array(0);

  constructor(body: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined) {
    this.#source = body[Symbol.asyncIterator]();
    this.#signal = signal;
  }

  /** Takes the bytes away if the body begins with them. */
  async begins(wanted: Uint8Array): Promise<boolean> {
    const isThere = (await this.#ensure(wanted.length)) && wanted.every((byte, at) => this.#buffered[at] === byte);
    if (isThere) this.#buffered = this.#buffered.subarray(wanted.length);
    return isThere;
  }

  async head(): Promise<FrameHead> {
    const bytes = await this.take(headLength);
    const view = new DataView(bytes.buffer, bytes.byteOffset, headLength);
    return { kind: view.getUint8(0), length: view.getUint32(1) };
  }

  async take(length: number): Promise<Uint8Array> {
    if (length > mostPayload) throw new FeedError('FEED_MALFORMED', { reason: 'a frame of a bundle is too long' });
    if (!(await this.#ensure(length))) throw new FeedError('FEED_TRUNCATED', { reason: 'the bundle has no end' });
    const taken = this.#buffered.subarray(0, length);
    this.#buffered = this.#buffered.subarray(length);
    return taken;
  }

  async *rest(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#buffered.length > 0) yield this.#buffered;
    for (let next = await this.#source.next(); next.done !== true; next = await this.#source.next()) yield next.value;
  }

  async #ensure(length: number): Promise<boolean> {
    if (this.#buffered.length >= length) return true;
    const parts = [this.#buffered];
    let total = this.#buffered.length;
    while (total < length) {
      throwIfAborted(this.#signal);
      const next = await this.#source.next();
      if (next.done === true) break;
      parts.push(next.value);
      total += next.value.length;
    }
    const whole = new Uint8Array(total);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.#buffered = whole;
    return total >= length;
  }
}
