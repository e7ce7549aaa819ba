import { describe, expect, it } from 'vitest';
import { SharedOpenings } from './shared-openings.ts';

/** Something that opens when it is told, and says how it fared. */
class Thing implements AsyncDisposable {
  readonly opened = Promise.withResolvers<void>();
  readonly closing = Promise.withResolvers<void>();
  isClosed = false;
  signal: AbortSignal | undefined;

  readonly open = async (signal: AbortSignal): Promise<Thing> => {
    this.signal = signal;
    await this.opened.promise;
    return this;
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closing.promise;
    this.isClosed = true;
  }
}

const way = { key: 'k', source: 's' };

describe('shared openings', () => {
  it('who comes while it is being stopped waits until it is out of the way', async () => {
    const openings = new SharedOpenings<Thing>();
    const [first, second] = [new Thing(), new Thing()];
    second.opened.resolve();
    second.closing.resolve();
    const leaver = new AbortController();
    const left = openings.join({ ...way, open: first.open, signal: leaver.signal });
    const settled = Promise.allSettled([left]);
    leaver.abort();
    while (first.signal?.aborted !== true) await Promise.resolve();
    const next = openings.join({ ...way, open: second.open });
    await new Promise((resolve) => void setTimeout(resolve, 5));
    expect(second.signal).toBeUndefined();
    first.opened.reject(new Error('stopped'));
    expect((await settled)[0]?.status).toBe('rejected');
    expect((await next).value).toBe(second);
  });

  it('closes what was opened although nobody wanted it any more', async () => {
    const openings = new SharedOpenings<Thing>();
    const thing = new Thing();
    thing.closing.resolve();
    const leaver = new AbortController();
    const left = Promise.allSettled([openings.join({ ...way, open: thing.open, signal: leaver.signal })]);
    leaver.abort();
    await Promise.resolve();
    thing.opened.resolve();
    await left;
    expect(thing.isClosed).toBe(true);
  });

  it('the last one out waits until it is closed', async () => {
    const openings = new SharedOpenings<Thing>();
    const thing = new Thing();
    thing.opened.resolve();
    const [a, b] = await Promise.all([openings.join({ ...way, open: thing.open }), openings.join({ ...way, open: thing.open })]);
    await a[Symbol.asyncDispose]();
    const out = b[Symbol.asyncDispose]();
    await Promise.resolve();
    expect(thing.isClosed).toBe(false);
    thing.closing.resolve();
    await out;
    expect(thing.isClosed).toBe(true);
  });

  it('one failure is the failure of all who know no other way, and is not tried again for each', async () => {
    const openings = new SharedOpenings<Thing>();
    let tries = 0;
    const open = async (): Promise<Thing> => {
      tries += 1;
      await Promise.resolve();
      throw new Error('gone');
    };
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => openings.join({ ...way, open })));
    expect(results.every((result) => result.status === 'rejected')).toBe(true);
    expect(tries).toBe(1);
  });

  it('begins nothing once it is stopped', async () => {
    const openings = new SharedOpenings<Thing>();
    await openings.stop();
    await expect(openings.join({ ...way, open: new Thing().open })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
