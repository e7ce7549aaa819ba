import { AbortedError, throwIfAborted } from '../../../core/index.ts';

/** Something opened, for one of those who share it; disposing it twice does no harm. */
export interface Share<T> extends AsyncDisposable {
  readonly value: T;
}

export interface JoinRequest<T> {
  /** What is opened: one key, one opening. */
  readonly key: string;
  /** By which way: who knows another one goes it himself where the first one's fails. */
  readonly source: string;
  readonly open: (signal: AbortSignal) => Promise<T>;
  readonly signal?: AbortSignal | undefined;
}

interface Opening<T> {
  readonly source: string;
  readonly opened: Promise<T>;
  readonly stopping: AbortController;
  /** Settles, never rejects, when it is out of the way. */
  readonly gone: PromiseWithResolvers<void>;
  users: number;
}

/**
 * What is opened once for all who want it at the same time. Who aborts leaves alone; the last one out stops the opening, or closes
 * what was opened, and waits for that.
 */
export class SharedOpenings<T extends AsyncDisposable> {
  readonly #openings = new Map<string, Opening<T>>();
  #isStopped = false;

  /** @throws AbortedError, and whatever opening throws, to all who wait and know no other way */
  async join(request: JoinRequest<T>): Promise<Share<T>> {
    const { key, source, signal } = request;
    for (;;) {
      throwIfAborted(signal);
      if (this.#isStopped) throw new AbortedError();
      const opening = this.#openings.get(key) ?? this.#begin(request);
      if (opening.stopping.signal.aborted) {
        await opening.gone.promise;
        continue;
      }
      try {
        return await this.#board(key, opening, signal);
      } catch (error) {
        if (opening.source === source) throw error;
      }
    }
  }

  /** Stops and closes all, whoever uses it. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(Array.from(this.#openings, ([key, opening]) => this.#end(key, opening)));
  }

  #begin({ key, source, open }: JoinRequest<T>): Opening<T> {
    const stopping = new AbortController();
    const opening: Opening<T> = { source, opened: open(stopping.signal), stopping, gone: Promise.withResolvers(), users: 0 };
    this.#openings.set(key, opening);
    // Who comes after a failure begins anew.
    opening.opened.catch(() => this.#forget(key, opening));
    return opening;
  }

  async #board(key: string, opening: Opening<T>, signal: AbortSignal | undefined): Promise<Share<T>> {
    opening.users += 1;
    const left = Promise.withResolvers<never>();
    const leave = (): void => left.reject(new AbortedError({ cause: signal?.reason }));
    signal?.addEventListener('abort', leave, { once: true });
    try {
      const value = await Promise.race([opening.opened, left.promise]);
      let isOut = false;
      const out = async (): Promise<void> => {
        if (isOut) return;
        isOut = true;
        await this.#leave(key, opening);
      };
      return { value, [Symbol.asyncDispose]: out };
    } catch (error) {
      await this.#leave(key, opening);
      throw error;
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  async #leave(key: string, opening: Opening<T>): Promise<void> {
    opening.users -= 1;
    if (opening.users === 0) await this.#end(key, opening);
  }

  async #end(key: string, opening: Opening<T>): Promise<void> {
    if (!opening.stopping.signal.aborted) {
      opening.stopping.abort(new AbortedError());
      const value = await opening.opened.catch(() => undefined);
      await value?.[Symbol.asyncDispose]();
      this.#forget(key, opening);
    }
    await opening.gone.promise;
  }

  #forget(key: string, opening: Opening<T>): void {
    if (this.#openings.get(key) === opening) this.#openings.delete(key);
    opening.gone.resolve();
  }
}
