/** A frame without content size and checksum, and a window of 128 KiB (RFC 8878, 3.1.1.1). */
const frameHeader = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38);
const mostBlockBytes = 128 * 1024;

/** The bytes as one frame of Zstandard (RFC 8878) that compresses nothing: what must stand before a compressed stream without another form. */
export async function* storedZstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield frameHeader;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += mostBlockBytes) {
      const block = chunk.subarray(at, at + mostBlockBytes);
      yield blockHeader(block.length, false);
      yield block;
    }
  }
  yield blockHeader(0, true);
}

/** Three bytes, low one first: whether it is the last, type 0 (raw), its length (RFC 8878, 3.1.1.2). */
function blockHeader(length: number, isLast: boolean): Uint8Array {
  const header = length * 8 + (isLast ? 1 : 0);
  return Uint8Array.of(header & 0xff, (header >> 8) & 0xff, (header >> 16) & 0xff);
}
