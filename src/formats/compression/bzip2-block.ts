import { corruptBzip2, type Bzip2Bits } from './bzip2-bits.ts';

/** A block before its runs are expanded. Entry i of the chain holds a byte (low 8 bits) and the index of the next entry. */
export interface Bzip2Block {
  readonly chain: Uint32Array;
  readonly start: number;
  readonly length: number;
}

/** A Huffman code in canonical form. */
interface Code {
  readonly shortest: number;
  /** By length: the first code that is longer, with zeros behind it up to 20 bits. */
  readonly limit: Int32Array;
  /** By length: what to take from a code to get its place in `symbols`. */
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
}

const maxCodeLength = 20;
const groupSize = 50;
/** A block of 900,000 needs no more; encoders that round up may say more, which are not used. */
const maxSelectors = 18_002;

/** Decodes one block, behind its mark and checksum: Huffman codes, move-to-front, Burrows–Wheeler. @throws InputError `COMPRESSION_CORRUPT` */
export function decodeBzip2Block(bits: Bzip2Bits, maxLength: number): Bzip2Block {
  if (bits.read(1) === 1) throw corruptBzip2('randomised block');
  const origin = bits.read(24);
  const places = readUsedBytes(bits);
  const alphabet = places.length + 2;
  const tables = bits.read(3);
  if (tables < 2 || tables > 6) throw corruptBzip2('tables');
  const selectors = readSelectors(bits, tables);
  const codes = Array.from({ length: tables }, () => toCode(readLengths(bits, alphabet)));

  const chain = new Uint32Array(maxLength);
  const length = readSymbols(bits, { codes, selectors, places, chain });
  if (origin >= length) throw corruptBzip2('origin');
  linkChain(chain, length);
  return { chain, start: (chain[origin] ?? 0) >>> 8, length };
}

function readUsedBytes(bits: Bzip2Bits): Uint8Array {
  const rows = bits.read(16);
  const used: number[] = [];
  for (let row = 0; row < 16; row += 1) {
    if ((rows & (0x8000 >>> row)) === 0) continue;
    const columns = bits.read(16);
    for (let column = 0; column < 16; column += 1) if (columns & (0x8000 >>> column)) used.push(row * 16 + column);
  }
  if (used.length === 0) throw corruptBzip2('no symbols');
  return Uint8Array.from(used);
}

function readSelectors(bits: Bzip2Bits, tables: number): Uint8Array {
  const count = bits.read(15);
  if (count === 0) throw corruptBzip2('selectors');
  const order = Array.from({ length: tables }, (_, table) => table);
  const selectors = new Uint8Array(Math.min(count, maxSelectors));
  for (let at = 0; at < count; at += 1) {
    let place = 0;
    while (bits.read(1) === 1) {
      place += 1;
      if (place >= tables) throw corruptBzip2('selector');
    }
    const [table = 0] = order.splice(place, 1);
    order.unshift(table);
    if (at < selectors.length) selectors[at] = table;
  }
  return selectors;
}

/** Each length as a difference from the last: 0 ends it, 10 is one more, 11 one less. */
function readLengths(bits: Bzip2Bits, alphabet: number): Uint8Array {
  const lengths = new Uint8Array(alphabet);
  let length = bits.read(5);
  for (let symbol = 0; symbol < alphabet; symbol += 1) {
    while (bits.read(1) === 1) {
      length += bits.read(1) === 0 ? 1 : -1;
      if (length < 1 || length > maxCodeLength) throw corruptBzip2('code length');
    }
    if (length < 1 || length > maxCodeLength) throw corruptBzip2('code length');
    lengths[symbol] = length;
  }
  return lengths;
}

function toCode(lengths: Uint8Array): Code {
  const limit = new Int32Array(maxCodeLength + 1);
  const base = new Int32Array(maxCodeLength + 1);
  const symbols = new Uint16Array(lengths.length);
  let next = 0;
  let place = 0;
  for (let length = 1; length <= maxCodeLength; length += 1) {
    base[length] = next - place;
    for (let symbol = 0; symbol < lengths.length; symbol += 1) {
      if (lengths[symbol] !== length) continue;
      symbols[place++] = symbol;
      next += 1;
    }
    limit[length] = next << (maxCodeLength - length);
    next <<= 1;
  }
  return { shortest: Math.min(...lengths), limit, base, symbols };
}

interface SymbolSources {
  readonly codes: readonly Code[];
  readonly selectors: Uint8Array;
  /** The bytes that occur, kept so that the last used stands first. */
  readonly places: Uint8Array;
  readonly chain: Uint32Array;
}

/** Fills the chain's low bytes with the last column of the sorted rotations; gives its length. */
function readSymbols(bits: Bzip2Bits, { codes, selectors, places, chain }: SymbolSources): number {
  const end = places.length + 1;
  let length = 0;
  let run = 0;
  let digit = 1;
  for (const selector of selectors) {
    const code = codes[selector];
    if (!code) throw corruptBzip2('selector');
    for (let left = groupSize; left > 0; left -= 1) {
      const symbol = readSymbol(bits, code);
      if (symbol < 2) {
        // Runs of the front byte: digits 1 and 2 in base 2, low one first.
        run += digit << symbol;
        digit <<= 1;
        if (run > chain.length - length) throw corruptBzip2('block length');
        continue;
      }
      if (run > 0) {
        chain.fill(places[0] ?? 0, length, length + run);
        length += run;
        run = 0;
        digit = 1;
      }
      if (symbol === end) return length;
      if (length >= chain.length) throw corruptBzip2('block length');
      const byte = places[symbol - 1] ?? 0;
      // Most moves are short: a loop is quicker than a call.
      for (let place = symbol - 1; place > 0; place -= 1) places[place] = places[place - 1] ?? 0;
      places[0] = byte;
      chain[length++] = byte;
    }
  }
  throw corruptBzip2('no end of block');
}

function readSymbol(bits: Bzip2Bits, code: Code): number {
  const ahead = bits.peek20();
  let length = code.shortest;
  while (ahead >= (code.limit[length] ?? 0)) {
    length += 1;
    if (length > maxCodeLength) throw corruptBzip2('code');
  }
  bits.skip(length);
  const symbol = code.symbols[(ahead >>> (maxCodeLength - length)) - (code.base[length] ?? 0)];
  if (symbol === undefined) throw corruptBzip2('code');
  return symbol;
}

/** Undoes Burrows–Wheeler: the n-th occurrence of a byte in the last column is its n-th in the sorted first one. */
function linkChain(chain: Uint32Array, length: number): void {
  const next = new Uint32Array(257);
  for (let at = 0; at < length; at += 1) {
    const byte = chain[at] ?? 0;
    next[byte + 1] = (next[byte + 1] ?? 0) + 1;
  }
  for (let byte = 0; byte < 256; byte += 1) next[byte + 1] = (next[byte + 1] ?? 0) + (next[byte] ?? 0);
  for (let at = 0; at < length; at += 1) {
    const byte = (chain[at] ?? 0) & 0xff;
    const place = next[byte] ?? 0;
    next[byte] = place + 1;
    chain[place] = ((chain[place] ?? 0) | (at << 8)) >>> 0;
  }
}
