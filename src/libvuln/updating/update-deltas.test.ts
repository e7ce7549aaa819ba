import { describe, expect, it } from 'vitest';
import type { Advisory, FeedChange, FeedScope, Fetched, MatcherStore, Namespace, Updater } from '../../contracts/index.ts';
import { FeedError, LimitError, StoreError } from '../../core/index.ts';
import { operationRef, Sha256, silentLogger } from '../../runtime/index.ts';
import { FakeFeedClient } from '../../testing/fake-feed-client.ts';
import { fakeSchemes, integerScheme } from '../../testing/fake-matcher-scheme.ts';
import { fakeAdvisory, fakeFeed, fakeUpdater, fakeUpdaterSet } from '../../testing/fake-updater.ts';
import { MemoryMatcherStore } from '../../testing/memory-matcher-store.ts';
import type { UpdateResult } from '../options.ts';
import { chainedDigest } from './load-delta.ts';
import { UpdateManager } from './update-manager.ts';

const distro: Namespace = { key: 'distro:1', scheme: 'integer' };
const name = 'one';

/** The package `pkg` below a version, told by a part. */
function advisory(part: string, fixed: string, of = `CVE-${part}`): Advisory {
  return fakeAdvisory(of, [{ namespace: distro, package: 'pkg', range: { fixed } }], { part });
}

const replaced = (part: string, ...advisories: readonly Advisory[]): FeedChange => ({ kind: 'replaced', of: { part }, advisories });
const linesOf = (changes: readonly FeedChange[]): string => changes.map((change) => `${JSON.stringify(change)}\n`).join('');

interface Answer {
  readonly scope: FeedScope;
  readonly body: string;
  readonly fingerprint: string;
  /** Thrown where the body ends. */
  readonly fails?: Error;
}

const whole = (fingerprint: string, ...advisories: readonly Advisory[]): Answer => ({
  scope: 'whole',
  body: fakeFeed(advisories),
  fingerprint,
});
const delta = (fingerprint: string, ...changes: readonly FeedChange[]): Answer => ({ scope: 'delta', body: linesOf(changes), fingerprint });

/** An updater that answers as it is told, and the database it fills. */
class Bench {
  readonly store = new MemoryMatcherStore({ before: (method) => this.before(method) });
  readonly asked: (readonly [fingerprint: string | undefined, accept: string | undefined])[] = [];
  /** What is answered next, once each. */
  readonly answers: Answer[] = [];
  before: (method: string) => void = () => undefined;
  version = 1;
  schemes = fakeSchemes;

  async update(store: MatcherStore = this.store): Promise<UpdateResult | undefined> {
    const set = fakeUpdaterSet('set', [{ name, namespaces: [distro.key] }], () => Promise.resolve([this.#updater()]));
    const manager = new UpdateManager({
      store,
      sets: [set],
      schemes: this.schemes,
      client: new FakeFeedClient(),
      clock: { now: () => new Date('2024-05-01T00:00:00Z') },
      logger: silentLogger,
      concurrency: 2,
      retention: 10,
      run: undefined,
    });
    return (await manager.update())[0];
  }

  /** Loads these in turn; each must be loaded. */
  async load(...answers: readonly Answer[]): Promise<void> {
    for (const answer of answers) {
      this.answers.push(answer);
      const result = await this.update();
      if (result?.kind !== 'updated') throw new Error('the answer was not loaded', { cause: result });
    }
  }

  async fixes(): Promise<readonly string[]> {
    const rows = await this.store.find([{ namespace: distro.key, name: 'pkg', kind: 'source' }]);
    return rows.map(({ part, range }) => `${part} ${range.fixed}`);
  }

  async status() {
    return (await this.store.status())[0];
  }

  #updater(): Updater {
    return Object.freeze<Updater>({
      ...fakeUpdater({ name, version: this.version, namespaces: [distro.key] }),
      fetch: async (fingerprint, { accept }): Promise<Fetched> => {
        this.asked.push([fingerprint, accept]);
        const answer = this.answers.shift();
        return answer ? { kind: 'changed', ...answer, body: bodyOf(answer) } : { kind: 'unchanged' };
      },
      async *parseDelta(body) {
        const text = Buffer.concat(await Array.fromAsync(body)).toString();
        for (const line of text.split('\n')) if (line !== '') yield JSON.parse(line) as FeedChange;
      },
    });
  }
}

async function* bodyOf({ body, fails }: Answer): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(body);
  if (fails) throw fails;
}

describe('an update that tells no more than what changed', () => {
  it('is asked for where there is something that it can stand on, and nowhere else', async () => {
    const bench = new Bench();
    await bench.load(whole('1', advisory('a', '1')));
    await bench.update();
    bench.version = 2;
    await bench.update();
    expect(bench.asked).toEqual([
      [undefined, 'whole'],
      ['1', 'delta'],
      [undefined, 'whole'],
    ]);
  });

  it('is not asked for where the keys of a scheme are others now', async () => {
    const bench = new Bench();
    await bench.load(whole('1', advisory('a', '1')), delta('2', replaced('b')));
    bench.schemes = new Map([['integer', { ...integerScheme, keyVersion: 9 }]]);
    await bench.update();
    // Also where the delta itself had no row in that scheme.
    expect(bench.asked.at(-1)).toEqual([undefined, 'whole']);
  });

  it('is not asked for where the store takes whole feeds alone', async () => {
    const bench = new Bench();
    await bench.load(whole('1', advisory('a', '1')));
    const { store } = bench;
    const simple: MatcherStore = Object.assign(Object.create(store) as MatcherStore, { beginDelta: undefined, locker: store.locker });
    Object.assign(
      simple,
      Object.fromEntries((['status', 'recordUnchanged'] as const).map((method) => [method, store[method].bind(store)])),
    );
    await bench.update(simple);
    expect(bench.asked.at(-1)).toEqual(['1', 'whole']);
  });

  it('replaces the parts that it tells of', async () => {
    const bench = new Bench();
    await bench.load(whole('1', advisory('a', '1'), advisory('b', '1'), advisory('c', '1'), advisory('d', '1')));
    await bench.load(
      delta('2', replaced('a', advisory('a', '2')), replaced('b'), replaced('e', advisory('e', '1'), advisory('e', '2', 'CVE-x'))),
    );
    expect(await bench.fixes()).toEqual(['a 2', 'c 1', 'd 1', 'e 1', 'e 2']);
    await bench.load(
      delta('3', { kind: 'present', parts: ['a', 'c'] }, { kind: 'present', parts: ['e'] }, replaced('c', advisory('c', '5'))),
    );
    expect(await bench.fixes()).toEqual(['a 2', 'c 5', 'e 1', 'e 2']);
    await bench.load(delta('4', { kind: 'replaced', of: { name: 'CVE-x' }, advisories: [] }));
    expect(await bench.fixes()).toEqual(['a 2', 'c 5', 'e 1']);
    await bench.update();
    expect(bench.asked.map(([fingerprint]) => fingerprint)).toEqual([undefined, '1', '2', '3', '4']);
  });

  it('is named by all the bodies that the set came of, and by those alone', async () => {
    const bench = new Bench();
    const [first, second] = [whole('1', advisory('a', '1')), delta('2', replaced('b', advisory('b', '1')))];
    await bench.load(first, second);
    const digestOf = ({ body }: Answer): string => new Sha256().update(body).digest();
    const digest = chainedDigest(digestOf(first), digestOf(second));
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await bench.status()).toMatchObject({ bodyDigest: digest, operation: operationRef(name, digest) });
    // What changes nothing is no part of it, and does not keep an equal whole from being known.
    await bench.load(delta('3', replaced('b', advisory('b', '1')), replaced('gone')));
    expect(await bench.status()).toMatchObject({ bodyDigest: digest });
    expect(await bench.store.operations()).toHaveLength(2);
    const other = new Bench();
    await other.load(first, second);
    expect(await other.store.find([{ namespace: distro.key, name: 'pkg', kind: 'source' }])).toEqual(
      await bench.store.find([{ namespace: distro.key, name: 'pkg', kind: 'source' }]),
    );
  });

  it('warns where it leaves much less', async () => {
    const bench = new Bench();
    await bench.load(whole('1', advisory('a', '1'), advisory('b', '1')));
    bench.answers.push(delta('2', replaced('a')));
    expect(await bench.update()).toMatchObject({ diagnostics: [{ code: 'FEED_SHRUNK', data: { before: 2, after: 1 } }] });
  });

  it.each<[string, Error]>([
    ['ends early', new FeedError('FEED_TRUNCATED')],
    ['names a document that is refused', new FeedError('FEED_STATUS', { status: 403 })],
    ['is too large', new LimitError('LIMIT_READ')],
  ])('that %s is answered by fetching the whole', async (_what, fails) => {
    const bench = new Bench();
    await bench.load(whole('1', advisory('a', '1')));
    bench.answers.push({ ...delta('2', replaced('a')), fails }, whole('3', advisory('a', '7')));
    expect(await bench.update()).toMatchObject({ kind: 'updated' });
    expect(bench.asked.slice(1)).toEqual([
      ['1', 'delta'],
      [undefined, undefined],
    ]);
    expect(await bench.fixes()).toEqual(['a 7']);
  });

  it('whose base is lost is answered by fetching the whole', async () => {
    const bench = new Bench();
    await bench.load(whole('1', advisory('a', '1')));
    bench.answers.push(delta('2', replaced('b', advisory('b', '1'))), whole('3', advisory('a', '7')));
    let isLost = true;
    bench.before = (method) => {
      if (method !== 'beginDelta' || !isLost) return;
      isLost = false;
      throw new StoreError('UPDATE_BASE_LOST');
    };
    expect(await bench.update()).toMatchObject({ kind: 'updated' });
    expect(await bench.fixes()).toEqual(['a 7']);
    expect(await bench.status()).not.toHaveProperty('lastError');
  });

  it('is not believed over a database that was put back', async () => {
    const bench = new Bench();
    await bench.load(whole('1', advisory('a', '1')));
    bench.answers.push(delta('2', replaced('b', advisory('b', '1'))), whole('3', advisory('c', '1')));
    // Between the question and the commit, as an operator may do it.
    bench.before = (method) => {
      if (method !== 'mention') return;
      bench.before = () => undefined;
      void bench.store.recordUnchanged(name, '', 'another');
    };
    expect(await bench.update()).toMatchObject({ kind: 'updated' });
    expect(await bench.fixes()).toEqual(['c 1']);
  });

  it.each<[string, Error | string]>([
    ['nobody answers', new FeedError('FEED_UNREACHABLE')],
    ['the store is at fault', 'stage'],
    ['the store fails to commit', 'commit'],
  ])('fails where %s, and the last good data stays', async (_what, fault) => {
    const bench = new Bench();
    await bench.load(whole('1', advisory('a', '1')));
    const before = await bench.status();
    bench.answers.push({ ...delta('2', replaced('a')), ...(typeof fault !== 'string' && { fails: fault }) });
    bench.before = (method) => {
      if (method === fault) throw new StoreError('STORE_WRITE');
    };
    expect(await bench.update()).toMatchObject({ kind: 'failed' });
    bench.before = () => undefined;
    expect(await bench.fixes()).toEqual(['a 1']);
    expect(await bench.status()).toMatchObject({ fingerprint: before?.fingerprint, bodyDigest: before?.bodyDigest });
    await bench.load(delta('2', replaced('a')));
    expect(await bench.fixes()).toEqual([]);
  });

  it('may not add what it does not speak of', async () => {
    const bench = new Bench();
    await bench.load(whole('1', advisory('a', '1')));
    bench.answers.push(delta('2', replaced('b', advisory('c', '1'))));
    expect(await bench.update()).toMatchObject({ kind: 'failed', error: { code: 'USAGE_PLUGIN', data: { part: 'c' } } });
    expect(await bench.fixes()).toEqual(['a 1']);
  });

  it('is a defect where it was not asked for', async () => {
    const bench = new Bench();
    bench.answers.push(delta('2', replaced('b', advisory('b', '1'))));
    expect(await bench.update()).toMatchObject({ kind: 'failed', error: { code: 'USAGE_PLUGIN' } });
  });

  it('of many parts is told in batches', async () => {
    const bench = new Bench();
    await bench.load(whole('1'));
    const calls: string[] = [];
    bench.before = (method) => calls.push(method);
    await bench.load(delta('2', ...Array.from({ length: 1200 }, (_, index) => replaced(`p${index}`, advisory(`p${index}`, '1')))));
    expect((await bench.fixes()).length).toBe(1200);
    expect(calls.filter((method) => method === 'mention').length).toBeLessThan(6);
    expect(calls.filter((method) => method === 'stage').length).toBeGreaterThan(3);
  });
});
