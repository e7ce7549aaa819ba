import type { ParseOptions } from '../../contracts/index.ts';
import { diagnostic } from '../../core/index.ts';
import type { OvalObstacle } from './package-test.ts';

/** What became of the statements of a document: every one is counted once. */
export interface OvalCounts {
  readonly definitions: number;
  /** A statement is one way for a definition to hold, for one package. */
  readonly statements: number;
  /** Those that rows speak of. */
  readonly told: number;
  /** For other products, of another make, or of what cannot be installed. */
  readonly outside: number;
  readonly unreadable: ReadonlyMap<OvalObstacle | 'definition', number>;
}

/** Counts, and says at the end what could not be read. */
export class OvalTally {
  definitions = 0;
  told = 0;
  outside = 0;
  readonly unreadable = new Map<OvalObstacle | 'definition', number>();
  readonly #first = new Map<OvalObstacle | 'definition', string>();

  /** @param at id of the definition */
  skip(reason: OvalObstacle | 'definition', at: string): void {
    if (!this.#first.has(reason)) this.#first.set(reason, at.slice(0, 200));
    this.unreadable.set(reason, (this.unreadable.get(reason) ?? 0) + 1);
  }

  get statements(): number {
    return [...this.unreadable.values()].reduce((sum, count) => sum + count, this.told + this.outside);
  }

  report(updater: string, { onDiagnostic }: ParseOptions): void {
    for (const [reason, records] of this.unreadable) {
      const first = this.#first.get(reason) ?? '';
      onDiagnostic?.(diagnostic('FEED_RECORD_SKIPPED', { data: { updater, records, first, reason } }));
    }
  }
}
