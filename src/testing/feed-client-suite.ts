import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedClient, FeedResponse } from '../contracts/index.ts';
import { FeedError } from '../core/index.ts';

/** A feed client, and what stands behind it. */
export interface FeedClientBench extends AsyncDisposable {
  readonly client: FeedClient;
  /** Puts a body at that upstream URL, with new validators. */
  serve(url: string, body: string): void;
  /** Makes that URL fail for good, as a server does that is broken. */
  fail(url: string): void;
}

const url = 'https://feeds.example/a/b.json';
const large = 'x'.repeat(200_000);

/** What every {@link FeedClient} of the network keeps to. */
export function feedClientSuite(name: string, open: () => Promise<FeedClientBench>): void {
  describe(`${name} as a feed client`, () => {
    let bench: FeedClientBench;
    beforeEach(async () => {
      bench = await open();
    });
    afterEach(() => bench[Symbol.asyncDispose]());

    const got = async (validators = {}): Promise<Extract<FeedResponse, { kind: 'body' }>> => {
      const answer = await bench.client.get(url, { validators });
      if (answer.kind !== 'body') throw new Error(`the answer is ${answer.kind}`);
      return answer;
    };

    it.each(['', '{}', large])('gives the whole body', async (body) => {
      bench.serve(url, body);
      const answer = await got();
      expect(Buffer.concat(await Array.fromAsync(answer.body)).toString()).toBe(body);
      expect([undefined, body.length]).toContain(answer.size);
    });

    it('says that nothing changed to who has the body, and gives it to who has another', async () => {
      bench.serve(url, '1');
      const { body, validators } = await got();
      await Array.fromAsync(body);
      expect(await bench.client.get(url, { validators })).toEqual({ kind: 'not-modified' });
      bench.serve(url, '2');
      expect(Buffer.concat(await Array.fromAsync((await got(validators)).body)).toString()).toBe('2');
    });

    it('says where nothing is', async () => {
      expect(await bench.client.get(url)).toEqual({ kind: 'not-found' });
      expect(await bench.client.exists(url)).toBe(false);
      bench.serve(url, '1');
      expect(await bench.client.exists(url)).toBe(true);
      expect(await bench.client.exists(`${url}/more`)).toBe(false);
    });

    it('no answer is not "no"', async () => {
      bench.fail(url);
      await expect(bench.client.get(url)).rejects.toBeInstanceOf(FeedError);
      await expect(bench.client.exists(url)).rejects.toBeInstanceOf(FeedError);
    });

    it('stops when its caller leaves', async () => {
      bench.serve(url, large);
      const signal = AbortSignal.abort();
      await expect(bench.client.get(url, { signal })).rejects.toMatchObject({ code: 'ABORTED' });
      await expect(bench.client.exists(url, { signal })).rejects.toMatchObject({ code: 'ABORTED' });
    });

    it('lets a reader leave early', async () => {
      bench.serve(url, large);
      for await (const piece of (await got()).body) {
        expect(piece.length).toBeGreaterThan(0);
        break;
      }
      expect(Buffer.concat(await Array.fromAsync((await got()).body)).length).toBe(large.length);
    });
  });
}
