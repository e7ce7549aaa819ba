import type { MapBlock } from './map-block.ts';

const maxBytes = 24 * 1024 * 1024;

/** Unpacked blocks of several maps, those used last. */
export class BlockCache {
  readonly #blocks = new Map<string, MapBlock>();
  #bytes = 0;
  #maps = 0;

  /** A name for a map whose blocks are kept here. */
  name(): number {
    return this.#maps++;
  }

  get(map: number, index: number, load: () => MapBlock): MapBlock {
    const key = `${map}/${index}`;
    const found = this.#blocks.get(key);
    if (found) {
      this.#blocks.delete(key);
      this.#blocks.set(key, found);
      return found;
    }
    const block = load();
    this.#blocks.set(key, block);
    this.#bytes += block.bytes.length;
    for (const [oldest, { bytes }] of this.#blocks) {
      if (this.#bytes <= maxBytes) break;
      this.#blocks.delete(oldest);
      this.#bytes -= bytes.length;
    }
    return block;
  }
}
