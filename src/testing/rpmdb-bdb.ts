import { concatBytes } from './layer-builder.ts';

export interface RpmBdbOptions {
  readonly byteOrder?: 'little' | 'big';
  /** A power of two from 512 to 65,536; 4,096 if absent. */
  readonly pageBytes?: number;
  /** Chains of hash pages, a power of two; 2 if absent. */
  readonly buckets?: number;
}

const pageHeaderBytes = 26;
const pageTypes = { overflow: 7, meta: 8, hash: 13 } as const;

/**
 * rpm's Berkeley DB database (`Packages`) with these headers: number 1 for the first. What is larger than a quarter of a page stands on pages of
 * its own. Headers are dealt to the buckets in turn: enough for a reader of the whole, not for one that looks a number up.
 */
export function writeRpmBdb(headers: readonly Uint8Array[], options: RpmBdbOptions = {}): Uint8Array {
  const { byteOrder = 'little', pageBytes = 4096, buckets = 2 } = options;
  const writer = new BdbWriter(byteOrder === 'little', pageBytes);
  const chains = Array.from({ length: buckets }, (_, bucket) => [writer.page(pageTypes.hash, bucket + 1)]);
  const put = (bucket: number, key: number, value: Uint8Array): void => {
    const chain = chains[bucket] ?? [];
    const item = writer.item(value);
    let page = chain.at(-1);
    if (page && !page.fits(5 + item.length)) {
      const next = writer.page(pageTypes.hash);
      page.linkTo(next);
      chain.push(next);
      page = next;
    }
    page?.add(concatBytes(Uint8Array.of(1), writer.number(key)), item);
  };
  // Under 0 rpm keeps the number that it gave last.
  put(0, 0, writer.number(headers.length));
  headers.forEach((header, index) => put(index % buckets, index + 1, header));
  return writer.take(buckets, headers.length + 1);
}

class BdbWriter {
  readonly #pages: PageWriter[] = [];
  readonly #littleEndian: boolean;
  readonly #pageBytes: number;

  constructor(littleEndian: boolean, pageBytes: number) {
    this.#littleEndian = littleEndian;
    this.#pageBytes = pageBytes;
  }

  page(type: number, number = this.#pages.length + 1): PageWriter {
    const page = new PageWriter(new Uint8Array(this.#pageBytes), this.#littleEndian, number, type);
    this.#pages[number - 1] = page;
    return page;
  }

  number(value: number): Uint8Array {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, this.#littleEndian);
    return bytes;
  }

  /** The bytes behind their type, or where else they are. */
  item(value: Uint8Array): Uint8Array {
    if (value.length <= this.#pageBytes / 4) return concatBytes(Uint8Array.of(1), value);
    const room = this.#pageBytes - pageHeaderBytes;
    let first = 0;
    let before: PageWriter | undefined;
    for (let at = 0; at < value.length; at += room) {
      const page = this.page(pageTypes.overflow);
      page.fill(value.subarray(at, at + room));
      before?.linkTo(page);
      first ||= page.number;
      before = page;
    }
    return concatBytes(Uint8Array.of(3, 0, 0, 0), this.number(first), this.number(value.length));
  }

  take(buckets: number, keys: number): Uint8Array {
    const bytes = new Uint8Array(this.#pageBytes);
    const view = new DataView(bytes.buffer);
    const put = (at: number, value: number): void => view.setUint32(at, value, this.#littleEndian);
    put(12, 0x061561);
    put(16, 9);
    put(20, this.#pageBytes);
    bytes[25] = pageTypes.meta;
    put(32, this.#pages.length);
    put(72, buckets - 1);
    put(76, buckets - 1);
    put(80, buckets / 2 - 1);
    put(88, keys);
    for (let power = 0; power < 32; power += 1) put(96 + 4 * power, 2 ** power <= buckets ? 1 : 0);
    return concatBytes(bytes, ...this.#pages.map((page) => page.bytes));
  }
}

class PageWriter {
  readonly bytes: Uint8Array;
  readonly number: number;
  readonly #view: DataView;
  readonly #littleEndian: boolean;
  #entries = 0;
  #free: number;

  constructor(bytes: Uint8Array, littleEndian: boolean, number: number, type: number) {
    this.bytes = bytes;
    this.number = number;
    this.#view = new DataView(bytes.buffer);
    this.#littleEndian = littleEndian;
    this.#free = bytes.length;
    this.#view.setUint32(8, number, littleEndian);
    this.#view.setUint16(22, bytes.length % 65_536, littleEndian);
    bytes[24] = 1;
    bytes[25] = type;
  }

  fits(pairBytes: number): boolean {
    return pageHeaderBytes + 2 * (this.#entries + 2) + pairBytes <= this.#free;
  }

  add(...items: readonly Uint8Array[]): void {
    for (const item of items) {
      this.#free -= item.length;
      this.bytes.set(item, this.#free);
      this.#view.setUint16(pageHeaderBytes + 2 * this.#entries, this.#free, this.#littleEndian);
      this.#entries += 1;
    }
    this.#view.setUint16(20, this.#entries, this.#littleEndian);
    this.#view.setUint16(22, this.#free, this.#littleEndian);
  }

  /** Of an overflow page. */
  fill(bytes: Uint8Array): void {
    this.bytes.set(bytes, pageHeaderBytes);
    this.#view.setUint16(20, 1, this.#littleEndian);
    this.#view.setUint16(22, bytes.length, this.#littleEndian);
  }

  linkTo(next: PageWriter): void {
    this.#view.setUint32(16, next.number, this.#littleEndian);
    next.#view.setUint32(12, this.number, this.#littleEndian);
  }
}
