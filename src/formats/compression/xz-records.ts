import { Sha256 } from '../../runtime/index.ts';

/** The sizes of blocks in their order. Only a hash of them is kept: a hostile stream has as many blocks as it likes. */
export class XzRecords {
  readonly #hash = new Sha256();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(unpaddedSize: number, uncompressedSize: number): void {
    this.#hash.update(`${unpaddedSize} ${uncompressedSize}\n`);
    this.#count += 1;
  }

  /** Ends both. */
  isEqual(other: XzRecords): boolean {
    return this.#hash.hex() === other.#hash.hex();
  }
}
