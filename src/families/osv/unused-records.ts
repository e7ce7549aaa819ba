import type { ParseOptions } from '../../contracts/index.ts';
import { diagnostic } from '../../core/index.ts';
import type { OsvReading } from './advisories-of-record.ts';
import type { OsvSkipReason } from './osv-source.ts';

/** What cannot be read is worth a warning; what says nothing about versions is not. */
const unreadable: ReadonlySet<OsvSkipReason> = new Set(['malformed', 'too-large', 'module-unknown']);

/** Counts by reason the records that give no row, and the entries of the others that give none; told once at the end. */
export class UnusedRecords {
  readonly #records = new CountByReason();
  readonly #entries = new CountByReason();

  /** @param name of the record's file */
  add(reading: OsvReading, name: string): void {
    if (reading.kind === 'skipped') this.#records.add(reading.reason, name);
    else for (const reason of reading.leftOut) this.#entries.add(reason, name);
  }

  report(updater: string, options: ParseOptions): void {
    this.#records.report({ updater, of: 'records' }, options);
    this.#entries.report({ updater, of: 'entries of records' }, options);
  }
}

class CountByReason {
  readonly #counts = new Map<OsvSkipReason, { count: number; readonly first: string }>();

  add(reason: OsvSkipReason, name: string): void {
    const known = this.#counts.get(reason);
    if (known) known.count += 1;
    else this.#counts.set(reason, { count: 1, first: name.slice(0, 200) });
  }

  report(said: { readonly updater: string; readonly of: string }, { onDiagnostic }: ParseOptions): void {
    for (const [reason, { count, first }] of this.#counts) {
      const code = unreadable.has(reason) ? 'FEED_RECORD_SKIPPED' : 'FEED_RECORD_UNUSED';
      onDiagnostic?.(diagnostic(code, { data: { ...said, reason, records: count, first } }));
    }
  }
}
