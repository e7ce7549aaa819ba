const blockBytes = 100_000 - 19;
const groupSize = 50;

/**
 * A bzip2 stream of level 1. Small, not quick, and all its Huffman codes have one length: it exists so that tests need no
 * program of the machine. The format is the one that bzip2 1.0 reads.
 */
export function bzip2Compress(data: Uint8Array): Uint8Array {
  const out = new BitWriter();
  for (const byte of [0x42, 0x5a, 0x68, 0x31]) out.write(byte, 8);
  let streamCrc = 0;
  for (let from = 0; from < data.length;) {
    const { block, end } = runLengths(data, from);
    const crc = bzip2Crc(data.subarray(from, end));
    streamCrc = ((streamCrc << 1) | (streamCrc >>> 31)) ^ crc;
    writeBlock(out, block, crc);
    from = end;
  }
  out.write(0x177245, 24);
  out.write(0x385090, 24);
  out.write32(streamCrc);
  return out.finish();
}

/** The first coding: four equal bytes are followed by how many more of them come. */
function runLengths(data: Uint8Array, from: number): { readonly block: Uint8Array; readonly end: number } {
  const block = new Uint8Array(blockBytes + 5);
  let length = 0;
  let at = from;
  while (at < data.length && length < blockBytes) {
    const byte = data[at] ?? 0;
    let run = 1;
    while (run < 255 && data[at + run] === byte) run += 1;
    for (let copy = 0; copy < Math.min(run, 4); copy += 1) block[length++] = byte;
    if (run >= 4) block[length++] = run - 4;
    at += run;
  }
  return { block: block.subarray(0, length), end: at };
}

function writeBlock(out: BitWriter, block: Uint8Array, crc: number): void {
  const { last, origin } = burrowsWheeler(block);
  const { used, symbols } = moveToFront(last);
  out.write(0x314159, 24);
  out.write(0x265359, 24);
  out.write32(crc);
  out.write(0, 1);
  out.write(origin, 24);
  writeSymbolMap(out, used);
  const alphabet = used.length + 2;
  const bits = Math.max(1, Math.ceil(Math.log2(alphabet)));
  const selectors = Math.ceil(symbols.length / groupSize);
  out.write(2, 3);
  out.write(selectors, 15);
  for (let selector = 0; selector < selectors; selector += 1) out.write(0, 1);
  for (let table = 0; table < 2; table += 1) {
    out.write(bits, 5);
    for (let symbol = 0; symbol < alphabet; symbol += 1) out.write(0, 1);
  }
  for (const symbol of symbols) out.write(symbol, bits);
}

function writeSymbolMap(out: BitWriter, used: readonly number[]): void {
  const isUsed = new Set(used);
  const rows = Array.from({ length: 16 }, (_, row) => used.some((byte) => byte >> 4 === row));
  for (const row of rows) out.write(row ? 1 : 0, 1);
  rows.forEach((row, at) => {
    if (row) for (let byte = at * 16; byte < at * 16 + 16; byte += 1) out.write(isUsed.has(byte) ? 1 : 0, 1);
  });
}

/** The last column of the sorted rotations, sorted by doubling the length of the compared prefix. */
function burrowsWheeler(block: Uint8Array): { readonly last: Uint8Array; readonly origin: number } {
  const { length } = block;
  let rank = Int32Array.from(block);
  const order = Int32Array.from({ length }, (_, at) => at);
  for (let width = 1; ; width *= 2) {
    const current = rank;
    const half = width === 1 ? 0 : width / 2;
    const after = (at: number): number => current[(at + half) % length] ?? 0;
    const compare = (a: number, b: number): number => (current[a] ?? 0) - (current[b] ?? 0) || after(a) - after(b);
    order.sort(compare);
    const next = new Int32Array(length);
    let ranks = 0;
    for (let at = 1; at < length; at += 1) {
      if (compare(order[at - 1] ?? 0, order[at] ?? 0) !== 0) ranks += 1;
      next[order[at] ?? 0] = ranks;
    }
    rank = next;
    if (ranks === length - 1 || width >= 2 * length) break;
  }
  const last = Uint8Array.from(order, (at) => block[(at + length - 1) % length] ?? 0);
  return { last, origin: order.indexOf(0) };
}

/** The second coding: places in a list that brings each byte to its front; runs of the front in base 2 with the digits 1 and 2. */
function moveToFront(last: Uint8Array): { readonly used: readonly number[]; readonly symbols: readonly number[] } {
  const used = [...new Set(last)].sort((a, b) => a - b);
  const places = [...used];
  const symbols: number[] = [];
  let zeros = 0;
  const flush = (): void => {
    for (; zeros > 0; zeros = (zeros - 1) >> 1) symbols.push(zeros % 2 === 1 ? 0 : 1);
  };
  for (const byte of last) {
    const place = places.indexOf(byte);
    if (place === 0) {
      zeros += 1;
      continue;
    }
    flush();
    places.splice(place, 1);
    places.unshift(byte);
    symbols.push(place + 1);
  }
  flush();
  symbols.push(used.length + 1);
  return { used, symbols };
}

/** CRC-32 with the high bit first, polynomial 04C11DB7. */
function bzip2Crc(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return ~crc >>> 0;
}

class BitWriter {
  readonly #bytes: number[] = [];
  #current = 0;
  #filled = 0;

  write(value: number, bits: number): void {
    for (let bit = bits - 1; bit >= 0; bit -= 1) {
      this.#current = (this.#current << 1) | ((value >>> bit) & 1);
      this.#filled += 1;
      if (this.#filled === 8) this.#flush();
    }
  }

  write32(value: number): void {
    this.write(value >>> 16, 16);
    this.write(value & 0xffff, 16);
  }

  finish(): Uint8Array {
    while (this.#filled > 0) this.write(0, 1);
    return Uint8Array.from(this.#bytes);
  }

  #flush(): void {
    this.#bytes.push(this.#current);
    this.#current = 0;
    this.#filled = 0;
  }
}
