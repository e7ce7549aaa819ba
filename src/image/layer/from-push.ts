/** What a producer pushes, as an iterable; the producer waits until it was taken. Left early, it fails in its next push. */
export async function* fromPush<T>(produce: (push: (value: T) => Promise<void>) => Promise<void>): AsyncGenerator<T> {
  let wake = Promise.withResolvers<void>();
  let taken = Promise.withResolvers<void>();
  let slot: { readonly value: T } | undefined;
  let state: 'running' | 'done' | 'left' = 'running';
  let failure: { readonly error: unknown } | undefined;

  const push = async (value: T): Promise<void> => {
    if (state === 'left') throw new Error('nobody reads any more');
    slot = { value };
    taken = Promise.withResolvers();
    wake.resolve();
    await taken.promise;
  };
  const finish = (error?: { readonly error: unknown }): void => {
    failure = error;
    if (state === 'running') state = 'done';
    wake.resolve();
  };
  const producing = produce(push).then(
    () => finish(),
    (error: unknown) => finish({ error }),
  );
  const isRunning = (): boolean => state === 'running' || slot !== undefined;
  try {
    while (isRunning()) {
      if (!slot) await wake.promise;
      wake = Promise.withResolvers();
      const next: { readonly value: T } | undefined = slot;
      slot = undefined;
      if (!next) continue;
      yield next.value;
      taken.resolve();
    }
  } finally {
    state = 'left';
    taken.reject(new Error('nobody reads any more'));
    taken.promise.catch(() => undefined);
    await producing;
  }
  if (failure) throw failure.error;
}
