import { AbortedError, throwIfAborted } from '../core/index.ts';

/** Requests that wait. */
export interface HeldRequests {
  /** Settles when the first one is there. */
  readonly arrived: Promise<void>;
  /** Lets them and all that follow pass. */
  release(): void;
}

interface Gate {
  readonly arrived: PromiseWithResolvers<void>;
  readonly opened: PromiseWithResolvers<void>;
}

/** Places where whoever comes waits until they are opened. */
export class Gates {
  readonly #closed = new Map<string, Gate>();

  close(place: string): HeldRequests {
    const gate: Gate = { arrived: Promise.withResolvers(), opened: Promise.withResolvers() };
    this.#closed.set(place, gate);
    const release = (): void => {
      if (this.#closed.get(place) === gate) this.#closed.delete(place);
      gate.opened.resolve();
    };
    return { arrived: gate.arrived.promise, release };
  }

  /** @throws AbortedError when the signal fires before the place is opened */
  async pass(place: string, signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    const gate = this.#closed.get(place);
    if (!gate) return;
    gate.arrived.resolve();
    const left = Promise.withResolvers<never>();
    const leave = (): void => left.reject(new AbortedError({ cause: signal?.reason }));
    signal?.addEventListener('abort', leave, { once: true });
    await Promise.race([gate.opened.promise, left.promise]).finally(() => signal?.removeEventListener('abort', leave));
  }

  openAll(): void {
    for (const gate of this.#closed.values()) gate.opened.resolve();
    this.#closed.clear();
  }
}
