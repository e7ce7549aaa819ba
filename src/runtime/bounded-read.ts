import { LimitError, throwIfAborted } from '../core/index.ts';

export interface BoundedReadOptions {
  /** Bytes. */
  readonly max: number;
  /** What is read, for the error. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
}

/** The whole of a stream. @throws LimitError `LIMIT_READ` when it is longer than `max`, AbortedError */
export async function readAll(source: AsyncIterable<Uint8Array>, options: BoundedReadOptions): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    throwIfAborted(options.signal);
    length += chunk.length;
    if (length > options.max) throw new LimitError('LIMIT_READ', { what: options.what, limit: options.max });
    chunks.push(chunk);
  }
  return concat(chunks, length);
}

/** The chunks as one; a single chunk is given back as it is. */
export function concat(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = chunks;
  if (only && chunks.length === 1) return only;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
