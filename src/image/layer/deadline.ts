import { AbortedError, LimitError } from '../../core/index.ts';

const longestTimer = 2 ** 31 - 1;

/** Ends work on a layer when the caller aborts or its time is over. */
export class Deadline implements Disposable {
  readonly #limit: number;
  readonly #end: number;
  readonly #outer: AbortSignal | undefined;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #reject: ((error: Error) => void) | undefined;

  /** @param limit ms */
  constructor(limit: number, outer: AbortSignal | undefined) {
    this.#limit = limit;
    this.#end = performance.now() + limit;
    this.#outer = outer;
    this.#timer = setTimeout(() => this.#fire(), Math.min(limit, longestTimer));
    if (outer?.aborted) this.#fire();
    else outer?.addEventListener('abort', this.#fire, { once: true });
  }

  /** For what is called meanwhile. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** @throws AbortedError, LimitError `LIMIT_LAYER_TIME` */
  check(): void {
    if (this.signal.aborted || performance.now() > this.#end) throw this.#error();
  }

  /** The outcome of the promise, unless the end comes first. One at a time. */
  race<T>(promise: Promise<T>): Promise<T> {
    if (this.signal.aborted) {
      promise.catch(() => undefined);
      return Promise.reject(this.#error());
    }
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      promise.then(resolve, reject);
    });
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#fire);
  }

  readonly #fire = (): void => {
    this.#controller.abort();
    this.#reject?.(this.#error());
  };

  #error(): Error {
    if (this.#outer?.aborted) return new AbortedError({ cause: this.#outer.reason });
    return new LimitError('LIMIT_LAYER_TIME', { limit: this.#limit });
  }
}
