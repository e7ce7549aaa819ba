import { AbortedError } from '../../core/index.ts';

export interface StopTimes {
  /** ms in which what runs may finish. */
  readonly finish: number;
  /** ms in which what was cancelled then must end. */
  readonly cancel: number;
}

/** How it ended: all was done, the rest was cancelled, or something did not obey. */
export type Stopped = 'finished' | 'cancelled' | 'stuck';

/** What a service does at the moment: requests, and work that goes on without one. */
export class RunningWork {
  readonly #running = new Set<Promise<unknown>>();
  readonly #cancelling = new AbortController();

  /** Fires when the work must end. */
  get signal(): AbortSignal {
    return this.#cancelling.signal;
  }

  get size(): number {
    return this.#running.size;
  }

  /** Counts the work until it has settled. */
  track<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    const forget = (): void => void this.#running.delete(work);
    work.then(forget, forget);
    return work;
  }

  /** Waits for what runs, then cancels it, then waits once more: never longer than the two times. */
  async stop({ finish, cancel }: StopTimes): Promise<Stopped> {
    if (await this.#idleWithin(finish)) return 'finished';
    this.#cancelling.abort(new AbortedError());
    return (await this.#idleWithin(cancel)) ? 'cancelled' : 'stuck';
  }

  async #idleWithin(time: number): Promise<boolean> {
    return await endsWithin(this.#idle(), time);
  }

  async #idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }
}

/** Whether the work has settled before that many ms were over. */
export async function endsWithin(work: Promise<unknown>, time: number): Promise<boolean> {
  const over = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => over.resolve(false), time);
  const settled = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, over.promise]);
  } finally {
    clearTimeout(timer);
  }
}
