/** Bytes that are not all in memory: a file of a layer. */
export interface RandomAccess {
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Exactly `length` bytes from `offset`; undefined where the file has not that many, and for offsets that are no numbers of bytes. */
export async function readExactly(source: RandomAccess, offset: number, length: number): Promise<Uint8Array | undefined> {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) return undefined;
  if (length > source.size - offset) return undefined;
  const bytes = await source.read(offset, length);
  return bytes.length === length ? bytes : undefined;
}

/** A part of a file as a file of its own, cut at the end of the whole. */
export function sliceOf(source: RandomAccess, offset: number, length: number): RandomAccess {
  const size = Math.max(0, Math.min(length, source.size - offset));
  return {
    size,
    read: (at, count) => (at >= size ? Promise.resolve(new Uint8Array()) : source.read(offset + at, Math.min(count, size - at))),
  };
}
