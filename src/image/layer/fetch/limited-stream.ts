import type { Semaphore } from '../../../runtime/index.ts';

/** A stream that holds a place from its first piece until it ends or is left. @throws AbortedError when the signal fires before there is a place */
export async function* limitedStream<T>(
  places: Semaphore,
  signal: AbortSignal | undefined,
  open: () => AsyncIterable<T>,
): AsyncGenerator<T> {
  const entered = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const task = (): Promise<void> => {
    entered.resolve();
    return left.promise;
  };
  places.run(task, { signal }).catch(entered.reject);
  await entered.promise;
  try {
    yield* open();
  } finally {
    left.resolve();
  }
}
