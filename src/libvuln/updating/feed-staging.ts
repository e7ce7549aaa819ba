import type { Advisory, ParseOptions, PreparedAdvisory, UpdateSession, VersionScheme } from '../../contracts/index.ts';
import { throwIfAborted, type Diagnostic } from '../../core/index.ts';
import type { LoadProgress } from './load-progress.ts';
import { AdvisoryPreparer } from './prepare-advisory.ts';
import type { UpdateContext } from './update-context.ts';

/** Rows that are staged at a time: what bounds the memory of a load. Larger batches outlive collections of garbage, and cost time by that. */
const batchRows = 500;
/** Diagnostics of one feed that are kept; a broken feed may have one for every record. */
const maxDiagnostics = 100;

/**
 * Prepares advisories and stages them in batches. Nothing is merged here: two advisories of one name that say different things stand beside
 * each other in the store, and matching unites what they say of a package.
 */
export class FeedStaging {
  readonly diagnostics: Diagnostic[] = [];
  readonly #session: UpdateSession;
  readonly #preparer: AdvisoryPreparer;
  readonly #progress: LoadProgress;
  readonly #signal: AbortSignal | undefined;
  #batch: PreparedAdvisory[] = [];
  #rows = 0;

  constructor(session: UpdateSession, progress: LoadProgress, { schemes, signal }: UpdateContext) {
    this.#session = session;
    this.#preparer = new AdvisoryPreparer(schemes);
    this.#progress = progress;
    this.#signal = signal;
  }

  /** For the parser. */
  get parseOptions(): ParseOptions {
    return {
      signal: this.#signal,
      onDiagnostic: (found) => {
        if (this.diagnostics.length < maxDiagnostics) this.diagnostics.push(found);
      },
    };
  }

  /** The schemes whose keys the rows have. */
  get schemes(): readonly VersionScheme[] {
    return this.#preparer.schemes;
  }

  async add(advisory: Advisory): Promise<void> {
    throwIfAborted(this.#signal);
    this.#batch.push(this.#preparer.prepare(advisory));
    // An advisory costs something even without a row.
    this.#rows += 1 + advisory.rows.length;
    if (this.#rows >= batchRows) await this.flush();
  }

  /** To be called at the end. */
  async flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#rows = 0;
    await this.#session.stage(batch);
    this.#progress.advisories(batch.length);
  }
}
