import { AbortedError, throwIfAborted } from '../core/index.ts';

/** One of the callers that wait for the same result. */
export interface Passenger<B, E> {
  /** What the caller brought along. */
  readonly brought: B;
  readonly onEvent: (event: E) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The work that callers share, as the work sees it. */
export interface Flight<B, E> {
  /** Fires when the last caller has left, or when all flights are stopped. */
  readonly signal: AbortSignal;
  /** Those who wait now, in the order they came. */
  readonly passengers: ReadonlySet<Passenger<B, E>>;
  emit(event: E): void;
  /** What is done cannot help who comes from now on: such a caller waits for its end, and begins anew. */
  close(): void;
}

/**
 * Concurrent calls with one key share one task. A caller whose signal fires leaves alone: the task goes on for the others,
 * and stops when nobody is left.
 */
export class SharedFlights<T, B, E> {
  readonly #running = new Map<string, RunningFlight<T, B, E>>();
  readonly #task: (flight: Flight<B, E>) => Promise<T>;

  constructor(task: (flight: Flight<B, E>) => Promise<T>) {
    this.#task = task;
  }

  /** @throws AbortedError, and whatever the task throws */
  async join(key: string, passenger: Passenger<B, E>): Promise<T> {
    for (;;) {
      throwIfAborted(passenger.signal);
      const running = this.#running.get(key);
      if (!running) return await this.#begin(key, passenger);
      if (running.isOpen) return await running.board(passenger);
      // It is closed, or is being stopped for want of callers: wait until it is out of the way.
      await running.landed();
    }
  }

  /** Stops all tasks and waits for their end. */
  async stop(): Promise<void> {
    const flights = [...this.#running.values()];
    for (const flight of flights) flight.cancel();
    await Promise.all(flights.map((flight) => flight.landed()));
  }

  async #begin(key: string, passenger: Passenger<B, E>): Promise<T> {
    const flight = new RunningFlight<T, B, E>();
    this.#running.set(key, flight);
    const boarded = flight.board(passenger);
    flight.begin(this.#task(flight).finally(() => this.#running.delete(key)));
    return await boarded;
  }
}

class RunningFlight<T, B, E> implements Flight<B, E> {
  readonly passengers = new Set<Passenger<B, E>>();
  readonly #stopping = new AbortController();
  readonly #result = Promise.withResolvers<T>();
  #last: E | undefined;
  #isClosed = false;

  get isOpen(): boolean {
    return !this.#isClosed && !this.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  begin(work: Promise<T>): void {
    work.then(this.#result.resolve, this.#result.reject);
  }

  close(): void {
    this.#isClosed = true;
  }

  cancel(reason?: unknown): void {
    this.#stopping.abort(reason ?? new AbortedError());
  }

  async landed(): Promise<void> {
    await this.#result.promise.then(
      () => undefined,
      () => undefined,
    );
  }

  emit(event: E): void {
    this.#last = event;
    for (const passenger of this.passengers) passenger.onEvent(event);
  }

  async board(passenger: Passenger<B, E>): Promise<T> {
    this.passengers.add(passenger);
    if (this.#last !== undefined) passenger.onEvent(this.#last);
    const left = Promise.withResolvers<never>();
    const leave = (): void => {
      this.passengers.delete(passenger);
      const { signal } = passenger;
      // The last one waits for the work to stop, so that nothing of it runs on unseen.
      if (this.passengers.size === 0) this.cancel(signal?.reason);
      else left.reject(new AbortedError({ cause: signal?.reason }));
    };
    passenger.signal?.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([this.#result.promise, left.promise]);
    } finally {
      passenger.signal?.removeEventListener('abort', leave);
      this.passengers.delete(passenger);
    }
  }
}
