import { describe, expect, it } from 'vitest';
import { ReaderPool, type Reader } from './reader-pool.ts';

/** Answers when it is told to. */
class FakeReader implements Reader {
  readonly answers: (() => void)[] = [];
  isClosed = false;

  get asked(): number {
    return this.answers.length;
  }

  ask(name: string): Promise<unknown> {
    return new Promise((resolve) => this.answers.push(() => resolve(name)));
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

function pool(most: number): { readonly pool: ReaderPool; readonly readers: readonly FakeReader[] } {
  const readers: FakeReader[] = [];
  const make = (): FakeReader => {
    const reader = new FakeReader();
    readers.push(reader);
    return reader;
  };
  return { pool: new ReaderPool(most, make), readers };
}

const load = (readers: readonly FakeReader[]): readonly number[] => readers.map(({ asked }) => asked);

describe('a pool of readers', () => {
  it('makes another only while all have something to do, and not more than it may', () => {
    const { pool: opened, readers } = pool(3);
    const loads = Array.from({ length: 5 }, () => {
      void opened.ask('find');
      return load(readers);
    });
    expect(loads).toEqual([[1], [1, 1], [1, 1, 1], [2, 1, 1], [2, 2, 1]]);
  });

  it('asks the one that has the least to do', async () => {
    const { pool: opened, readers } = pool(2);
    const asked = ['a', 'b', 'c'].map((name) => opened.ask(name));
    readers[1]?.answers.pop()?.();
    expect(await asked[1]).toBe('b');
    void opened.ask('d');
    expect(load(readers)).toEqual([2, 1]);
  });

  it('closes all of them', async () => {
    const { pool: opened, readers } = pool(2);
    void opened.ask('a');
    void opened.ask('b');
    await opened.close();
    expect(readers.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  });
});
