import { AbortedError, throwIfAborted } from '../core/index.ts';

/** The chunks of a source that may be silent for ever, e.g. a terminal: ends when the signal fires, not only when a chunk comes. @throws AbortedError */
export async function* abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  throwIfAborted(signal);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  // Nobody may be waiting when it fires.
  aborted.catch(() => undefined);
  const abort = (): void => reject(new AbortedError({ cause: signal.reason }));
  signal.addEventListener('abort', abort, { once: true });
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted]);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
