import { InputError } from '../../core/index.ts';
import type { ByteReader } from './byte-reader.ts';
import { LzmaDecoder } from './lzma.ts';
import { LzmaWindow } from './lzma-window.ts';
import { corruptXz, takeXz } from './xz-wire.ts';

const maxDictionary = 64 * 1024 * 1024;
const chunkSize = 131_072;
const control = { end: 0x00, storedAfterReset: 0x01, stored: 0x02, lzma: 0x80 } as const;

/**
 * Decodes LZMA2: chunks of at most 64 KiB that unfold to at most 2 MiB. In memory are one chunk and the dictionary,
 * at most 64 MiB (what `xz -9` uses), which grows with the data.
 */
export class Lzma2Decoder {
  readonly #reader: ByteReader;
  readonly #window: LzmaWindow;
  readonly #lzma: LzmaDecoder;
  #needsDictionaryReset = true;
  #needsProperties = true;
  #consumed = 0;

  /** @throws InputError `COMPRESSION_UNSUPPORTED` for a dictionary that is too large, `COMPRESSION_CORRUPT` */
  constructor(reader: ByteReader, dictionaryBits: number) {
    this.#reader = reader;
    this.#window = new LzmaWindow(dictionarySize(dictionaryBits));
    this.#lzma = new LzmaDecoder(this.#window);
  }

  /** Bytes of the coded form. */
  get consumed(): number {
    return this.#consumed;
  }

  /** @throws InputError `COMPRESSION_CORRUPT` */
  async *decode(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const kind = (await this.#take(1))[0] ?? 0;
      if (kind === control.end) return;
      if (kind >= control.lzma) await this.#readLzma(kind);
      else if (kind <= control.stored) await this.#readStored(kind);
      else throw corruptXz('chunk');
      const decoded = this.#window.taken();
      for (let from = 0; from < decoded.length; from += chunkSize) yield decoded.slice(from, from + chunkSize);
    }
  }

  async #readStored(kind: number): Promise<void> {
    if (kind === control.storedAfterReset) this.#resetDictionary();
    if (this.#needsDictionaryReset) throw corruptXz('no dictionary reset');
    const [high = 0, low = 0] = await this.#take(2);
    this.#window.append(await this.#take(high * 256 + low + 1));
  }

  async #readLzma(kind: number): Promise<void> {
    const reset = (kind >> 5) & 3;
    const [high = 0, low = 0, packedHigh = 0, packedLow = 0] = await this.#take(4);
    const length = ((kind & 0x1f) << 16) + high * 256 + low + 1;
    if (reset === 3) this.#resetDictionary();
    if (this.#needsDictionaryReset) throw corruptXz('no dictionary reset');
    if (reset >= 2) {
      this.#lzma.setProperties((await this.#take(1))[0] ?? 0);
      this.#needsProperties = false;
    }
    if (this.#needsProperties) throw corruptXz('no properties');
    if (reset >= 1) this.#lzma.resetState();
    this.#lzma.decode(await this.#take(packedHigh * 256 + packedLow + 1), length);
  }

  #resetDictionary(): void {
    this.#window.reset();
    this.#needsDictionaryReset = false;
  }

  async #take(length: number): Promise<Uint8Array> {
    this.#consumed += length;
    return takeXz(this.#reader, length);
  }
}

function dictionarySize(bits: number): number {
  if (bits > 40) throw corruptXz('dictionary size');
  const size = bits === 40 ? 2 ** 32 - 1 : (2 | (bits & 1)) * 2 ** ((bits >> 1) + 11);
  if (size > maxDictionary) throw new InputError('COMPRESSION_UNSUPPORTED', { form: 'xz', dictionary: size });
  return size;
}
