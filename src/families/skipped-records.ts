import type { ParseOptions } from '../contracts/index.ts';
import { diagnostic } from '../core/index.ts';

/** Counts the records of a feed that cannot be read, and says so once at its end. */
export class SkippedRecords {
  #count = 0;
  #first = '';

  /** @param pointer where the record stands (RFC 6901) */
  add(pointer: string): void {
    if (this.#count === 0) this.#first = pointer.slice(0, 200);
    this.#count += 1;
  }

  report(updater: string, { onDiagnostic }: ParseOptions): void {
    if (this.#count > 0) onDiagnostic?.(diagnostic('FEED_RECORD_SKIPPED', { data: { updater, records: this.#count, first: this.#first } }));
  }
}
