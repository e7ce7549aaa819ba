import { beforeEach, describe, expect, it } from 'vitest';
import type { Advisory, AdvisorySelector, FeedChange, Fetched, Updater } from '../contracts/index.ts';
import { AbortedError, FeedError, LimitError } from '../core/index.ts';
import { FakeFeedClient } from './fake-feed-client.ts';
import { oddContents } from './sample-contents.ts';

/** An updater, and a feed of its form. */
export interface UpdaterBench {
  readonly updater: Updater;
  /** Bodies by upstream URL: all that the updater asks for. */
  readonly served: Readonly<Record<string, Uint8Array | string>>;
  /** The document that says whether the feed changed; the only one if absent. */
  readonly changing?: string;
  /** A small feed may have to be read to its end before anything can be told. */
  readonly isToldAtItsEnd?: boolean;
}

/** What every {@link Updater} keeps to. The feed must hold at least one advisory. */
export function updaterSuite(name: string, open: () => UpdaterBench): void {
  describe(`${name} as an updater`, () => {
    const { updater, served, changing = Object.keys(served)[0] ?? '', isToldAtItsEnd = false } = open();
    let client: FakeFeedClient;
    beforeEach(() => {
      client = new FakeFeedClient();
      for (const [url, body] of Object.entries(served)) client.set(url, body);
    });

    const fetched = async (fingerprint?: string): Promise<Extract<Fetched, { kind: 'changed' }>> => {
      const answer = await updater.fetch(fingerprint, { client });
      if (answer.kind !== 'changed') throw new Error('the feed did not change');
      return answer;
    };
    const bodyOf = async (): Promise<Uint8Array> => Buffer.concat(await Array.fromAsync((await fetched()).body));
    const parse = async (body: AsyncIterable<Uint8Array>): Promise<readonly Advisory[]> => await Array.fromAsync(updater.parse(body));

    const parseDelta = async (body: AsyncIterable<Uint8Array>): Promise<readonly FeedChange[]> =>
      await Array.fromAsync(updater.parseDelta?.(body) ?? []);

    it('has a name, a version, and is data', () => {
      expect(updater.name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._:+-]{0,127}$/);
      expect(Number.isSafeInteger(updater.version) && updater.version > 0).toBe(true);
      expect(Object.isFrozen(updater)).toBe(true);
    });

    it('gives the whole feed to who has none, with a fingerprint', async () => {
      expect((await fetched()).fingerprint).not.toBe('');
      expect((await bodyOf()).length).toBeGreaterThan(0);
    });

    it('says that nothing changed, without a body', async () => {
      const { fingerprint } = await fetched();
      expect(await updater.fetch(fingerprint, { client })).toEqual({ kind: 'unchanged' });
    });

    it('gives what changed, with another fingerprint', async () => {
      const { fingerprint } = await fetched();
      client.set(changing, served[changing] ?? '');
      expect((await fetched(fingerprint)).fingerprint).not.toBe(fingerprint);
    });

    it('gives the whole feed to who accepts changes and has nothing that they could stand on', async () => {
      const answer = await updater.fetch(undefined, { client, accept: 'delta' });
      expect(answer.kind === 'changed' && (answer.scope ?? 'whole')).toBe('whole');
    });

    it('tells no more than changes only to who accepts them, and in a body that says so', async () => {
      const { fingerprint } = await fetched();
      client.set(changing, served[changing] ?? '');
      expect((await fetched(fingerprint)).scope ?? 'whole').toBe('whole');
      const answer = await updater.fetch(fingerprint, { client, accept: 'delta' });
      const deltas = answer.kind === 'changed' && answer.scope === 'delta' ? [Buffer.concat(await Array.fromAsync(answer.body))] : [];
      expect(deltas.length > 0 && updater.parseDelta === undefined).toBe(false);
      for (const body of deltas) {
        await expect(parse(inPieces(body, 1000))).rejects.toMatchObject({ code: 'FEED_DELTA' });
        const changes = await parseDelta(inPieces(body, 1000));
        expect(changes).toEqual(await parseDelta(inPieces(body, 7)));
        expect(
          changes.filter((change) => change.kind === 'replaced' && !change.advisories.every((each) => isChosen(each, change.of))),
        ).toEqual([]);
        await expect(parseDelta(inPieces(body.subarray(0, -1), 1000))).rejects.toBeInstanceOf(FeedError);
      }
    });

    it('takes no other body for one that tells changes', async () => {
      const bodies = updater.parseDelta ? [await bodyOf(), ...Array.from(oddContents(), ([, content]) => content)] : [];
      const outcomes = await Promise.allSettled(bodies.map((body) => parseDelta(inPieces(body, 1000))));
      expect(outcomes.filter((outcome) => outcome.status === 'fulfilled' || !(outcome.reason instanceof FeedError))).toEqual([]);
    });

    it.each(['', '{', 'null', '"x"', '[]', '__proto__', 'x'.repeat(10_000)])(
      'gives the whole feed for the fingerprint %j, which it never made',
      async (made) => {
        expect(await updater.fetch(made, { client })).toMatchObject({ kind: 'changed' });
      },
    );

    it('fails where the feed is not there, and where nobody answers', async () => {
      await expect(updater.fetch(undefined, { client: new FakeFeedClient() })).rejects.toBeInstanceOf(FeedError);
      for (const url of Object.keys(served)) client.fail(url);
      await expect(updater.fetch(undefined, { client })).rejects.toBeInstanceOf(FeedError);
    });

    it('stops when its caller leaves', async () => {
      const signal = AbortSignal.abort();
      await expect(updater.fetch(undefined, { client, signal })).rejects.toBeInstanceOf(AbortedError);
      const body = await bodyOf();
      await expect(Array.fromAsync(updater.parse(inPieces(body, 10), { signal }))).rejects.toBeInstanceOf(AbortedError);
    });

    it('tells advisories about namespaces that it serves, each once', async () => {
      const advisories = await parse((await fetched()).body);
      expect(advisories.length).toBeGreaterThan(0);
      const identities = advisories.map(({ part, name: of }) => `${part}\0${of}`);
      expect(new Set(identities).size).toBe(identities.length);
      expect(advisories.filter((advisory) => advisory.name === '' || advisory.url === '')).toEqual([]);
      const rows = advisories.flatMap((advisory) => advisory.rows);
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.filter(({ namespace }) => !updater.serves(namespace.key))).toEqual([]);
      expect(rows.filter((row) => row.package.name === '' || row.namespace.scheme === '')).toEqual([]);
      expect(updater.serves('namespace of nobody')).toBe(false);
    });

    it.each([1, 7, 100_000])('reads the same from pieces of %i bytes', async (size) => {
      const body = await bodyOf();
      expect(await parse(inPieces(body, size))).toEqual(await parse(inPieces(body, 1000)));
    });

    it('gives advisories while it reads, as far as they can be told before its end', async () => {
      const body = await bodyOf();
      let read = 0;
      const counted = async function* (): AsyncGenerator<Uint8Array> {
        for await (const piece of inPieces(body, 16)) {
          read += piece.length;
          yield piece;
        }
      };
      for await (const _ of updater.parse(counted())) break;
      expect(read).toBeGreaterThan(0);
      if (!isToldAtItsEnd) expect(read).toBeLessThan(body.length);
    });

    it.each([0, 0.1, 0.5, 0.9, 1])('refuses a feed that ends too early (%d of it)', async (share) => {
      const body = await bodyOf();
      const end = lastByte(body);
      const cut = body.subarray(0, share === 1 ? end : Math.floor(end * share));
      await expect(parse(inPieces(cut, 1000))).rejects.toBeInstanceOf(FeedError);
    });

    it('fails with nothing but coded errors, whatever it reads', async () => {
      for (const [what, content] of oddContents()) {
        const [result] = await Promise.allSettled([parse(inPieces(content, 1000))]);
        const isCoded = result?.status !== 'rejected' || result.reason instanceof FeedError || result.reason instanceof LimitError;
        expect([what, isCoded ? '' : String(result.reason)]).toEqual([what, '']);
      }
    });

    it('hands on what goes wrong while the body is read', async () => {
      const gone = new FeedError('FEED_UNREACHABLE', { url: 'https://feeds.example/' });
      const body = await bodyOf();
      const breaking = async function* (): AsyncGenerator<Uint8Array> {
        yield body.subarray(0, Math.floor(body.length / 2));
        throw gone;
      };
      await expect(parse(breaking())).rejects.toBe(gone);
    });
  });
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size);
}

function isChosen({ part, name }: Advisory, of: AdvisorySelector): boolean {
  return 'part' in of ? of.part === part : of.name === name;
}

/** Where the last byte is that is no white space. */
function lastByte(body: Uint8Array): number {
  let end = body.length - 1;
  while (end > 0 && (body[end] ?? 0) <= 0x20) end -= 1;
  return end;
}
