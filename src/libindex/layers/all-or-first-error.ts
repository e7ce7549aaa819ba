import { AbortedError } from '../../core/index.ts';

/**
 * Runs a task for each item. When one fails, the signal of the others fires; once all have settled,
 * the error of the first item in order that failed by itself is thrown.
 */
export async function allOrFirstError<I, O>(
  items: readonly I[],
  signal: AbortSignal,
  task: (item: I, signal: AbortSignal) => Promise<O>,
): Promise<readonly O[]> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const settled = await Promise.allSettled(
    items.map(async (item) => {
      try {
        return await task(item, either);
      } catch (error) {
        stop.abort(error);
        throw error;
      }
    }),
  );
  const errors = settled.filter((result) => result.status === 'rejected').map((result): unknown => result.reason);
  if (errors.length > 0) throw errors.find((error) => !(error instanceof AbortedError)) ?? errors[0];
  return settled.filter((result) => result.status === 'fulfilled').map((result) => result.value);
}
