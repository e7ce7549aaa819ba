import type { IndexProgress } from '../libindex/index.ts';
import { openOutput } from './output-target.ts';
import type { CliIo } from './cli-io.ts';

type Step = 'open' | 'index' | 'update' | 'match' | 'write';

/** What a run read and how long each step took: the file of `--stats`. */
export class RunStats {
  readonly #known = new Set<string>();
  readonly #walked = new Set<string>();
  readonly #twice = new Set<string>();
  #isIndexed = false;
  #total = 0;
  #reread = 0;
  #entries = 0;
  #blobBytes = 0;
  #tarBytes = 0;
  #inflatedToOpen = 0;
  readonly #times = new Map<Step, number>();

  /** The image is open: so many different layers, so many bytes inflated only to get there. */
  opened(layers: number, inflatedToOpen: number): void {
    this.#total = layers;
    this.#inflatedToOpen = inflatedToOpen;
  }

  add(event: IndexProgress): void {
    if (event.kind === 'layer-known') this.#known.add(event.layer);
    if (event.kind === 'layer-reread') this.#reread += 1;
    if (event.kind !== 'layer-done') return;
    this.#walked.add(event.layer);
    if (event.passes === 2) this.#twice.add(event.layer);
    this.#entries += event.entries;
    this.#blobBytes += event.blobBytes;
    this.#tarBytes += event.tarBytes;
  }

  /** Every layer that this run did not read itself was known, or was read by another process. */
  indexed(): void {
    this.#isIndexed = true;
  }

  /** Runs a step and remembers how long it took. */
  async time<T>(step: Step, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.#times.set(step, (this.#times.get(step) ?? 0) + performance.now() - start);
    }
  }

  /** Bytes, counts, ms. `total` counts from the start of the process. */
  toJson(): object {
    const time = (step: Step): number => round(this.#times.get(step) ?? 0);
    return {
      layers: {
        total: this.#total,
        known: this.#isIndexed ? this.#total - this.#walked.size : this.#known.size,
        fetched: this.#walked.size,
        walked: this.#walked.size,
        walked_twice: this.#twice.size,
        reread: this.#reread,
      },
      bytes: { blob: this.#blobBytes, tar: this.#tarBytes, inflated_to_open: this.#inflatedToOpen },
      entries: this.#entries,
      time_ms: {
        open: time('open'),
        index: time('index'),
        update: time('update'),
        match: time('match'),
        write: time('write'),
        total: round(performance.now()),
      },
    };
  }

  /** @throws UsageError `OUTPUT_FAILED` */
  async writeTo(path: string | undefined, io: CliIo): Promise<void> {
    if (path === undefined) return;
    using target = openOutput(path, io);
    await target.write([`${JSON.stringify(this.toJson(), null, 2)}\n`]);
    target.commit();
  }
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
