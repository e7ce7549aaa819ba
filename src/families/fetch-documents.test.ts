import { describe, expect, it } from 'vitest';
import type { FeedClient, FeedResponse } from '../contracts/index.ts';
import { FeedError } from '../core/index.ts';
import { collect, FakeFeedClient } from '../testing/index.ts';
import { isNews, listedUntil } from './change-list.ts';
import { readBundle, readDelta, wholeFeed, writeBundle, writeDelta, type BundlePart } from './feed-bundle.ts';
import { fetchDocuments } from './fetch-documents.ts';

const wanted = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `d${index}`, url: `https://feeds.example/${index}` }));
const limits = { documentBytes: 100 };

/** Answers late documents first, and counts how many it is asked for at a time. */
class SlowClient implements FeedClient {
  most = 0;
  asked = 0;
  aborted = 0;
  #underWay = 0;

  async get(url: string, { signal }: Parameters<FeedClient['get']>[1] = {}): Promise<FeedResponse> {
    this.asked += 1;
    this.#underWay += 1;
    this.most = Math.max(this.most, this.#underWay);
    const number = Number(url.split('/').at(-1));
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 5 + ((number * 7) % 11));
      signal?.addEventListener('abort', () => {
        this.aborted += 1;
        resolve();
      });
    });
    this.#underWay -= 1;
    if (number % 5 === 3) return { kind: 'not-found' };
    return { kind: 'body', body: ReadableStream.from([Uint8Array.of(number)]), validators: {} };
  }

  exists(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

describe('many documents', () => {
  it('come in the order in which they are wanted, a few at a time', async () => {
    const client = new SlowClient();
    const documents = await collect(fetchDocuments(wanted(20), { client }, { ...limits, together: 4 }));
    expect(documents.map(({ name, bytes }) => [name, bytes?.[0]])).toEqual(
      wanted(20).map(({ name }, index) => [name, index % 5 === 3 ? undefined : index]),
    );
    expect([client.most, client.asked]).toEqual([4, 20]);
  });

  it('that nobody waits for any more are given up', async () => {
    const client = new SlowClient();
    for await (const _ of fetchDocuments(wanted(50), { client }, { ...limits, together: 3 })) break;
    expect(client.asked).toBe(3);
    expect(client.aborted).toBeGreaterThan(0);
  });

  it('fail together, with what the first of them failed with', async () => {
    const client = new FakeFeedClient();
    for (const { url } of wanted(9)) client.set(url, 'x');
    client.fail('https://feeds.example/4').fail('https://feeds.example/2', new FeedError('FEED_STATUS'));
    await expect(collect(fetchDocuments(wanted(9), { client }, limits))).rejects.toMatchObject({ code: 'FEED_STATUS' });
    client.failures.clear();
    client.set('https://feeds.example/7', 'x'.repeat(101));
    await expect(collect(fetchDocuments(wanted(9), { client }, limits))).rejects.toMatchObject({ code: 'LIMIT_READ' });
    const aborted = fetchDocuments(wanted(9), { client, signal: AbortSignal.abort() }, limits);
    await expect(collect(aborted)).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await collect(fetchDocuments([], { client }, limits))).toEqual([]);
  });
});

async function* parts(): AsyncGenerator<BundlePart> {
  yield { name: 'a', body: ReadableStream.from([Uint8Array.of(1), Uint8Array.of(2, 3)]) };
  yield { name: 'gone', body: undefined };
}

const read = async (documents: AsyncIterable<BundlePart>): Promise<unknown> =>
  Array.fromAsync(documents, async ({ name, body }) => [name, body && (await collect(body)).flatMap((chunk) => [...chunk])]);

describe('a body that tells what changed', () => {
  it('gives back its documents, and those that are gone', async () => {
    expect(await read(readDelta(writeDelta(parts())))).toEqual([
      ['a', [1, 2, 3]],
      ['gone', undefined],
    ]);
  });

  it('is neither a bundle nor a feed, and neither of them is one', async () => {
    await expect(read(readBundle(writeDelta(parts()), 'x'))).rejects.toMatchObject({ code: 'FEED_DELTA' });
    await expect(collect(wholeFeed(writeDelta(parts())))).rejects.toMatchObject({ code: 'FEED_DELTA' });
    await expect(read(readDelta(writeBundle(parts())))).rejects.toMatchObject({ code: 'FEED_MALFORMED' });
    for (const text of ['', '\0', '\0claircore-delta-', 'PK', 'x'.repeat(100)]) {
      const bytes = new TextEncoder().encode(text);
      await expect(read(readDelta(ReadableStream.from([bytes])))).rejects.toMatchObject({ code: 'FEED_MALFORMED' });
      expect(Buffer.concat(await collect(wholeFeed(ReadableStream.from([bytes]))))).toEqual(Buffer.from(bytes));
    }
  });
});

describe('the time up to which a list tells', () => {
  const at = (time: string): { readonly at: number } => ({ at: Date.parse(time) });
  it.each<[readonly string[], string | undefined, string | undefined]>([
    [[], undefined, undefined],
    [[], 'Wed, 01 Jan 2025 00:00:00 GMT', undefined],
    [['2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z', '2023-01-01T00:00:00Z'], undefined, '2025-01-01T00:00:00Z'],
    [['2024-01-01T00:00:00Z', '2099-01-01T00:00:00Z'], 'Wed, 01 Jan 2025 00:00:00 GMT', '2025-01-01T00:00:00Z'],
    [['2024-01-01T00:00:00Z'], 'Wed, 01 Jan 2025 00:00:00 GMT', '2024-01-01T00:00:00Z'],
    [['2024-01-01T00:00:00Z'], 'some day', '2024-01-01T00:00:00Z'],
  ])('of %j, made %s, is %s', (times, lastModified, expected) => {
    expect(listedUntil(times.map(at), { lastModified })).toBe(expected === undefined ? undefined : Date.parse(expected));
  });

  it('has what changed two hours before it as news', () => {
    const until = Date.parse('2025-01-01T12:00:00Z');
    const isNewsAt = (time: string): boolean => isNews(at(`2025-01-01T${time}Z`), until);
    expect(['09:59:59', '10:00:00', '12:00:00', '13:00:00'].map(isNewsAt)).toEqual([false, true, true, true]);
  });
});
