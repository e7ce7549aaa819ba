import { setTimeout as sleep } from 'node:timers/promises';
import type { Manifest } from '../core/index.ts';
import type { IndexProgress, Libindex } from '../libindex/index.ts';
import type { Logger } from '../runtime/index.ts';
import { HttpProblem, type RunningWork } from './http/index.ts';

interface BackgroundIndexingParts {
  readonly libindex: Pick<Libindex, 'index' | 'indexReport'>;
  readonly work: RunningWork;
  readonly logger: Logger;
  /** Calls that run at one time. */
  readonly max: number;
}

/** ms between looks at what another process has stored. */
const lookInterval = 50;

/** Indexing that goes on whoever waits for it. */
export class BackgroundIndexing {
  readonly #parts: BackgroundIndexingParts;
  #running = 0;

  constructor(parts: BackgroundIndexingParts) {
    this.#parts = parts;
  }

  /**
   * Starts indexing and resolves once the manifest is stored: from then on its report can be asked for. Calls for one image share
   * the work (libindex sees to that).
   * @throws HttpProblem `unavailable`; StoreError, and what else keeps an image from being stored
   */
  async begin(manifest: Manifest, request: string): Promise<void> {
    const { work, max } = this.#parts;
    if (this.#running >= max) throw new HttpProblem('unavailable', { headers: { 'retry-after': '5' } });
    const stored = Promise.withResolvers<void>();
    const waiting = Promise.withResolvers<void>();
    this.#running += 1;
    const settled = work.track(this.#index(manifest, request, (event) => tell(event, stored.resolve, waiting.resolve)));
    const forget = (): void => void (this.#running -= 1);
    settled.then(forget, forget);
    const over = new AbortController();
    try {
      await Promise.race([stored.promise, settled, waiting.promise.then(() => this.#storedByAnother(manifest, over.signal))]);
    } finally {
      over.abort();
    }
  }

  async #index(manifest: Manifest, request: string, onProgress: (event: IndexProgress) => void): Promise<void> {
    const { libindex, work, logger } = this.#parts;
    const start = performance.now();
    const about = (): object => ({ request, manifest: manifest.digest, ms: Math.round(performance.now() - start) });
    try {
      const { state, errCode } = await libindex.index(manifest, { onProgress, signal: work.signal });
      logger.log('info', 'indexed', { ...about(), state, ...(errCode !== undefined && { code: errCode }) });
    } catch (error) {
      logger.log(work.signal.aborted ? 'warn' : 'error', 'indexing stopped', { ...about(), error });
      throw error;
    }
  }

  /** Another process holds the lock on the image and stores its report within moments. What an earlier try left behind does not count. */
  async #storedByAnother({ digest }: Manifest, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const report = await this.#parts.libindex.indexReport(digest);
      if (report && report.state !== 'IndexError') return;
      await sleep(lookInterval);
    }
  }
}

/** Every state but the first is told after it was stored, and layers are read after that (see libindex, `IndexProgress`). */
function tell(event: IndexProgress, stored: () => void, waiting: () => void): void {
  if (event.kind === 'manifest-waiting') waiting();
  else if (event.kind !== 'state' || event.state !== 'CheckManifest') stored();
}
