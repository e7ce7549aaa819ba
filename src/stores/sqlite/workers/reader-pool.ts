import type { WorkerThread } from './worker-thread.ts';

export type Reader = Pick<WorkerThread, 'ask' | 'asked' | 'close'>;

/** Threads that read, made when all there are have something to do. */
export class ReaderPool {
  readonly #most: number;
  readonly #make: () => Reader;
  readonly #threads: Reader[] = [];

  constructor(most: number, make: () => Reader) {
    this.#most = most;
    this.#make = make;
  }

  async ask(name: string, args: readonly unknown[] = []): Promise<unknown> {
    return await this.#idlest().ask(name, args);
  }

  /** Who asks from now on is told that it is closed. */
  async close(): Promise<void> {
    if (this.#threads.length === 0) this.#threads.push(this.#make());
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  #idlest(): Reader {
    const [first, ...others] = this.#threads;
    if (!first) return this.#add();
    const idlest = others.reduce((idlest, thread) => (thread.asked < idlest.asked ? thread : idlest), first);
    return idlest.asked === 0 || this.#threads.length >= this.#most ? idlest : this.#add();
  }

  #add(): Reader {
    const thread = this.#make();
    this.#threads.push(thread);
    return thread;
  }
}
