import type { Logger } from '../../runtime/index.ts';

export interface UpdateScheduleOptions {
  /** ms from the end of one run to the start of the next, give or take a tenth so that many hosts do not ask as one. */
  readonly interval: number;
  /** One run; it ends early when the signal fires. */
  readonly run: (signal: AbortSignal) => Promise<unknown>;
  readonly logger: Logger;
  readonly random?: () => number;
}

/** The longest time that a timer can be set to. */
const maxTimer = 2 ** 31 - 1;

/** Runs something again and again until it is disposed; disposing ends what runs. */
export class UpdateSchedule implements AsyncDisposable {
  readonly #options: UpdateScheduleOptions;
  readonly #stop = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: UpdateScheduleOptions) {
    this.#options = options;
  }

  /** Runs now; resolves when this first run has ended. @throws what the run throws, the schedule going on */
  async start(): Promise<void> {
    const first = this.#options.run(this.#stop.signal);
    this.#running = first.then(
      () => this.#next(),
      () => this.#next(),
    );
    await first;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  #next(): void {
    if (this.#stop.signal.aborted) return;
    const { interval, random = Math.random } = this.#options;
    this.#timer = setTimeout(() => this.#again(), Math.min(maxTimer, interval * (0.9 + random() * 0.2)));
    // A program that has nothing else to do may end.
    this.#timer.unref();
  }

  #again(): void {
    this.#running = this.#options.run(this.#stop.signal).then(
      () => this.#next(),
      (error: unknown) => {
        if (!this.#stop.signal.aborted) this.#options.logger.log('error', 'the update in the background failed', { error });
        this.#next();
      },
    );
  }
}
