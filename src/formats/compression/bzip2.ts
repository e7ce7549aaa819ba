import type { ByteReader } from './byte-reader.ts';
import { Bzip2Bits, Bzip2Crc, corruptBzip2 } from './bzip2-bits.ts';
import { decodeBzip2Block, type Bzip2Block } from './bzip2-block.ts';

/** More than a block can take: 900,001 symbols of at most 20 bits, 32,767 selectors of 6, and the tables. */
const maxBlockBytes = 2_400_000;
const chunkSize = 131_072;
const maxRun = 255;
const blockMark = 0x314159265359;
const endMark = 0x177245385090;

/**
 * Decodes bzip2, block by block: at most one block and its coded form are in memory. Streams may follow one another;
 * what follows the last and is none is left out, as bzip2(1) does.
 *
 * @throws InputError `COMPRESSION_CORRUPT`
 */
export async function* unbzip2(reader: ByteReader): AsyncGenerator<Uint8Array> {
  do yield* decodeStream(reader);
  while (await isStream(reader));
}

async function isStream(reader: ByteReader): Promise<boolean> {
  const { buffered } = (await reader.ensure(3)) ? reader : { buffered: new Uint8Array() };
  return buffered[0] === 0x42 && buffered[1] === 0x5a && buffered[2] === 0x68;
}

async function* decodeStream(reader: ByteReader): AsyncGenerator<Uint8Array> {
  if (!(await reader.ensure(4))) throw corruptBzip2('truncated');
  const level = (reader.buffered[3] ?? 0) - 0x30;
  if (level < 1 || level > 9) throw corruptBzip2('level');
  reader.skip(4);
  let streamCrc = 0;
  let bitOffset = 0;
  for (;;) {
    await reader.ensure(maxBlockBytes);
    const bits = new Bzip2Bits(reader.buffered, bitOffset);
    const mark = bits.read(24) * 2 ** 24 + bits.read(24);
    const crc = bits.read32();
    if (mark === endMark) {
      if (crc !== streamCrc) throw corruptBzip2('crc');
      reader.skip(Math.ceil(bits.position / 8));
      return;
    }
    if (mark !== blockMark) throw corruptBzip2('block mark');
    const block = decodeBzip2Block(bits, level * 100_000);
    reader.skip(Math.floor(bits.position / 8));
    bitOffset = bits.position % 8;
    yield* expandRuns(block, crc);
    streamCrc = (((streamCrc << 1) | (streamCrc >>> 31)) ^ crc) >>> 0;
  }
}

function* expandRuns(block: Bzip2Block, expected: number): Generator<Uint8Array> {
  const crc = new Bzip2Crc();
  const expander = new RunExpander(block);
  while (!expander.hasEnded) {
    const chunk = expander.next();
    crc.update(chunk);
    yield chunk;
  }
  if (crc.value !== expected) throw corruptBzip2('crc');
}

/** Follows the block's chain of bytes; after four equal ones the next says how many more come. */
class RunExpander {
  readonly #chain: Uint32Array;
  #left: number;
  #at: number;
  #run = 0;
  #previous = -1;

  constructor(block: Bzip2Block) {
    this.#chain = block.chain;
    this.#left = block.length;
    this.#at = block.start;
  }

  get hasEnded(): boolean {
    return this.#left === 0;
  }

  /** The next bytes, up to a chunk of them. */
  next(): Uint8Array {
    const chain = this.#chain;
    const chunk = new Uint8Array(chunkSize);
    let [left, at, run, previous, filled] = [this.#left, this.#at, this.#run, this.#previous, 0];
    // A run is at most 255 bytes: it fits into what is kept free.
    for (; left > 0 && filled < chunkSize - maxRun; left -= 1) {
      const entry = chain[at] ?? 0;
      const byte = entry & 0xff;
      at = entry >>> 8;
      if (run < 4) {
        chunk[filled++] = byte;
        run = byte === previous ? run + 1 : 1;
        previous = byte;
        continue;
      }
      chunk.fill(previous, filled, filled + byte);
      filled += byte;
      run = 0;
      previous = -1;
    }
    [this.#left, this.#at, this.#run, this.#previous] = [left, at, run, previous];
    return chunk.subarray(0, filled);
  }
}
