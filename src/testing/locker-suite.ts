import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Locker } from '../contracts/index.ts';
import { AbortedError } from '../core/index.ts';

export interface OpenedLockers extends AsyncDisposable {
  readonly locker: Locker;
  /** The same locks as another process sees them; the same object where there is but one process. */
  readonly other: Locker;
}

/** What every {@link Locker} keeps to. `open` gives lockers on which no lock was ever taken. */
export function lockerSuite(name: string, open: () => Promise<OpenedLockers>): void {
  describe(`${name} as a locker`, () => {
    let opened: OpenedLockers;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened[Symbol.asyncDispose]());

    it('gives a lock to one holder at a time', async () => {
      const lease = await opened.locker.lock('layer:a');
      expect(await opened.other.tryLock('layer:a')).toBeUndefined();
      expect(lease.signal.aborted).toBe(false);
    });

    it('is not re-entrant', async () => {
      await opened.locker.lock('layer:a');
      expect(await opened.locker.tryLock('layer:a')).toBeUndefined();
    });

    it('keeps keys apart', async () => {
      const [a, b] = await Promise.all([opened.locker.lock('layer:a'), opened.other.lock('layer:b')]);
      expect([a.key, b.key]).toEqual(['layer:a', 'layer:b']);
    });

    it('gives a released lock to the next, with a higher fence', async () => {
      const first = await opened.locker.lock('layer:a');
      await first.release();
      const second = await opened.other.lock('layer:a');
      await second.release();
      const third = await opened.locker.lock('layer:a');
      expect(second.fence).toBeGreaterThan(first.fence);
      expect(third.fence).toBeGreaterThan(second.fence);
    });

    it('releases on dispose, and releasing again does nothing to the next holder', async () => {
      const first = await opened.locker.lock('layer:a');
      await first[Symbol.asyncDispose]();
      const second = await opened.other.tryLock('layer:a');
      await first.release();
      await first[Symbol.asyncDispose]();
      expect(second).toBeDefined();
      expect(await opened.locker.tryLock('layer:a')).toBeUndefined();
    });

    it('lets a waiter in when the holder is done', async () => {
      const lease = await opened.locker.lock('layer:a');
      const order: string[] = [];
      const waiting = opened.other.lock('layer:a').then((next) => {
        order.push('entered');
        return next;
      });
      await new Promise((resolve) => void setTimeout(resolve, 20));
      order.push('released');
      await lease.release();
      expect((await waiting).fence).toBeGreaterThan(lease.fence);
      expect(order).toEqual(['released', 'entered']);
    });

    it('lets many through one by one', async () => {
      let inside = 0;
      let most = 0;
      const enter = async (index: number): Promise<number> => {
        await using lease = await (index % 2 === 0 ? opened.locker : opened.other).lock('updater:x');
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => void setTimeout(resolve, 1));
        inside -= 1;
        return lease.fence;
      };
      const fences = await Promise.all([0, 1, 2, 3].map(enter));
      expect(most).toBe(1);
      expect(new Set(fences).size).toBe(4);
    });

    it('stops waiting when its signal fires, and leaves the lock alone', async () => {
      const lease = await opened.locker.lock('layer:a');
      const abort = new AbortController();
      const waiting = opened.other.lock('layer:a', { signal: abort.signal });
      setTimeout(() => abort.abort(), 10);
      await expect(waiting).rejects.toBeInstanceOf(AbortedError);
      await lease.release();
      expect(await opened.other.tryLock('layer:a')).toBeDefined();
    });

    it('takes no lock when the signal has fired before', async () => {
      const signal = AbortSignal.abort();
      await expect(opened.locker.lock('layer:a', { signal })).rejects.toBeInstanceOf(AbortedError);
      await expect(opened.locker.tryLock('layer:a', { signal })).rejects.toBeInstanceOf(AbortedError);
      expect(await opened.other.tryLock('layer:a')).toBeDefined();
    });
  });
}
