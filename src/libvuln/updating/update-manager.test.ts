import { describe, expect, it } from 'vitest';
import type { Advisory, Namespace, UpdaterSet } from '../../contracts/index.ts';
import { FeedError, StoreError } from '../../core/index.ts';
import { silentLogger } from '../../runtime/index.ts';
import { FakeFeedClient } from '../../testing/fake-feed-client.ts';
import { fakeSchemes, integerScheme } from '../../testing/fake-matcher-scheme.ts';
import { fakeAdvisory, fakeFeed, fakeUpdater, fakeUpdaterSet, feedUrl } from '../../testing/fake-updater.ts';
import { MemoryMatcherStore } from '../../testing/memory-matcher-store.ts';
import type { UpdateProgress, UpdateResult } from '../options.ts';
import { UpdateManager, type UpdateManagerOptions } from './update-manager.ts';

const distro: Namespace = { key: 'distro:1', scheme: 'integer', distribution: { did: 'distro', versionId: '1' } };
const start = Date.parse('2024-05-01T00:00:00Z');
const hour = 3_600_000;

function advisory(name: string, fixed = '5', packageName = 'pkg'): Advisory {
  return fakeAdvisory(name, [{ namespace: distro, package: packageName, range: { fixed } }]);
}

/** `count` advisories, CVE-0 and so on. */
function advisories(count: number): Advisory[] {
  return Array.from({ length: count }, (_, index) => advisory(`CVE-${index}`));
}

class Bench {
  readonly client = new FakeFeedClient();
  readonly store: MemoryMatcherStore;
  now = start;
  /** Calls of the store that write. */
  readonly writes: string[] = [];
  failOn: string | undefined;

  constructor() {
    this.store = new MemoryMatcherStore({
      before: (method) => {
        if (['stage', 'commit', 'recordUnchanged', 'recordFailure', 'collectGarbage'].includes(method)) this.writes.push(method);
        if (method === this.failOn) throw new StoreError('STORE_WRITE');
      },
    });
  }

  put(name: string, found: readonly Advisory[] | string): void {
    this.client.set(feedUrl({ name }), typeof found === 'string' ? found : fakeFeed(found));
  }

  manager(sets: readonly UpdaterSet[] = [oneSet], options: Partial<UpdateManagerOptions> = {}): UpdateManager {
    return new UpdateManager({
      store: this.store,
      sets,
      schemes: fakeSchemes,
      client: this.client,
      clock: { now: () => new Date(this.now) },
      logger: silentLogger,
      concurrency: 2,
      retention: 10,
      run: undefined,
      ...options,
    });
  }

  async current(): Promise<readonly string[]> {
    const rows = await this.store.find([{ namespace: distro.key, name: 'pkg', kind: 'source' }]);
    return rows.map(({ name, range }) => `${name} ${range.fixed}`);
  }

  async statusOf(updater: string) {
    return (await this.store.status()).find((status) => status.updater === updater);
  }
}

const one = { name: 'one', namespaces: [distro.key] };
const oneSet = fakeUpdaterSet('set', [one]);

function kinds(results: readonly UpdateResult[]): readonly string[] {
  return results.map(({ updater, kind }) => `${updater} ${kind}`);
}

describe('one updater', () => {
  it('loads a feed with the keys of its ranges', async () => {
    const bench = new Bench();
    bench.put('one', [advisory('CVE-1', '5'), advisory('CVE-2', '3')]);
    const [result] = await bench.manager().update();
    expect(result).toMatchObject({
      updater: 'one',
      kind: 'updated',
      outcome: { operation: 1, advisories: { added: 2, removed: 0, unchanged: 0 } },
      diagnostics: [],
    });
    const key = integerScheme.key(4);
    expect((await bench.store.find([{ namespace: distro.key, name: 'pkg', kind: 'source', key }])).map(({ name }) => name)).toEqual([
      'CVE-1',
    ]);
    expect(await bench.statusOf('one')).toMatchObject({
      lastSuccess: '2024-05-01T00:00:00.000Z',
      advisories: 2,
      rows: 2,
      updaterVersion: 1,
    });
  });

  it('reads nothing when the validators say that nothing changed', async () => {
    const bench = new Bench();
    bench.put('one', advisories(3));
    await bench.manager().update();
    bench.writes.length = 0;
    bench.now += hour;
    expect(kinds(await bench.manager().update())).toEqual(['one unchanged']);
    expect(bench.writes).toEqual(['recordUnchanged']);
    expect(await bench.statusOf('one')).toMatchObject({ lastSuccess: '2024-05-01T01:00:00.000Z' });
    expect(await bench.store.operations()).toHaveLength(1);
  });

  it('writes nothing but the status when the body is the same behind new validators', async () => {
    const bench = new Bench();
    bench.put('one', advisories(3));
    await bench.manager().update();
    const before = await bench.statusOf('one');
    bench.put('one', advisories(3));
    bench.writes.length = 0;
    expect(kinds(await bench.manager().update())).toEqual(['one unchanged']);
    expect(bench.writes).toEqual(['stage', 'recordUnchanged']);
    const after = await bench.statusOf('one');
    expect(after?.bodyDigest).toBe(before?.bodyDigest);
    expect(after?.fingerprint).not.toBe(before?.fingerprint);
    bench.writes.length = 0;
    await bench.manager().update();
    expect(bench.writes).toEqual(['recordUnchanged']);
  });

  it('opens and closes exactly what changed', async () => {
    const bench = new Bench();
    bench.put('one', [advisory('CVE-1'), advisory('CVE-2'), advisory('CVE-3')]);
    await bench.manager().update();
    bench.put('one', [advisory('CVE-1'), advisory('CVE-3', '7'), advisory('CVE-4')]);
    const [result] = await bench.manager().update();
    expect(result).toMatchObject({ kind: 'updated', outcome: { operation: 2, advisories: { added: 2, removed: 2, unchanged: 1 } } });
    const { added, removed } = await bench.store.diff(1, 2);
    expect([added.map(({ name }) => name), removed.map(({ name }) => name)]).toEqual([
      ['CVE-3', 'CVE-4'],
      ['CVE-2', 'CVE-3'],
    ]);
    expect(await bench.current()).toEqual(['CVE-1 5', 'CVE-3 7', 'CVE-4 5']);
  });

  it('takes rows in another order, or twice, for the same advisory', async () => {
    const bench = new Bench();
    const rows = [
      { namespace: distro, package: 'a', pointer: '/a' },
      { namespace: distro, package: 'b', pointer: '/b' },
    ];
    bench.put('one', [fakeAdvisory('CVE-1', rows)]);
    await bench.manager().update();
    bench.put('one', [fakeAdvisory('CVE-1', [...rows, ...rows].toReversed())]);
    const [result] = await bench.manager().update();
    expect(result).toMatchObject({ kind: 'updated', outcome: { advisories: { added: 0, removed: 0, unchanged: 1 } } });
    expect(result).not.toHaveProperty('outcome.operation');
  });

  it.each([
    ['alias', { aliases: ['X-1'] }],
    ['description', { description: 'other' }],
    ['link', { links: ['https://other.example'] }],
    ['date', { issued: '2024-01-01' }],
    ['severity', { severity: 'high' }],
    ['normalised severity', { normalizedSeverity: 'High' as const }],
  ])('sees that the %s changed', async (_, rest) => {
    const bench = new Bench();
    const rows = [{ namespace: distro, package: 'a' }];
    bench.put('one', [fakeAdvisory('CVE-1', rows)]);
    await bench.manager().update();
    bench.put('one', [fakeAdvisory('CVE-1', rows, rest)]);
    expect(await bench.manager().update()).toMatchObject([{ outcome: { advisories: { added: 1, removed: 1 } } }]);
  });

  it.each([
    ['address', { url: 'https://other.example' }, {}],
    ['pointer of a row', {}, { pointer: '/b' }],
  ])('closes nothing when only the %s changed', async (_, rest, change) => {
    const bench = new Bench();
    const row = { namespace: distro, package: 'a', range: { fixed: '1' }, pointer: '/a' };
    bench.put('one', [fakeAdvisory('CVE-1', [row])]);
    await bench.manager().update();
    bench.put('one', [fakeAdvisory('CVE-1', [{ ...row, ...change }], rest)]);
    expect(await bench.manager().update()).toMatchObject([{ outcome: { advisories: { added: 0, removed: 0, unchanged: 1 } } }]);
  });

  it.each([
    ['status', { status: 'not_affected' as const }],
    ['fix state', { fixState: 'deferred' as const }],
    ['kind', { kind: 'binary' as const }],
    ['range', { range: { fixed: '2' } }],
    ['end of the range', { range: { lastAffected: '1' } }],
    ['architecture', { arch: 'arm64', archOperation: 'equals' as const }],
  ])('sees that the %s of a row changed', async (_, change) => {
    const bench = new Bench();
    const row = { namespace: distro, package: 'a', range: { fixed: '1' }, pointer: '/a' };
    bench.put('one', [fakeAdvisory('CVE-1', [row])]);
    await bench.manager().update();
    bench.put('one', [fakeAdvisory('CVE-1', [{ ...row, ...change }])]);
    expect(await bench.manager().update()).toMatchObject([{ outcome: { advisories: { added: 1, removed: 1 } } }]);
  });

  it('keeps both of two advisories that have one name and say different things, and one of two that say the same', async () => {
    const bench = new Bench();
    bench.put('one', [advisory('CVE-1', '5'), advisory('CVE-1', '7'), advisory('CVE-1', '5')]);
    await bench.manager().update();
    expect(await bench.current()).toEqual(['CVE-1 5', 'CVE-1 7']);
    expect(await bench.statusOf('one')).toMatchObject({ advisories: 2, rows: 2 });
  });

  it('asks for the whole feed again when the updater, or the keys of its scheme, changed', async () => {
    const bench = new Bench();
    bench.put('one', advisories(2));
    await bench.manager().update();
    const second = fakeUpdaterSet('set', [{ ...one, version: 2 }]);
    expect(await bench.manager([second]).update()).toMatchObject([{ kind: 'updated', outcome: { advisories: { unchanged: 2 } } }]);
    expect(kinds(await bench.manager([second]).update())).toEqual(['one unchanged']);
    const schemes = new Map([['integer', { ...integerScheme, keyVersion: 2 }]]);
    expect(await bench.manager([second], { schemes }).update()).toMatchObject([
      { kind: 'updated', outcome: { advisories: { added: 2, removed: 2 } } },
    ]);
    expect(kinds(await bench.manager([second], { schemes }).update())).toEqual(['one unchanged']);
  });

  it('stores an end that is no version with the widest range', async () => {
    const bench = new Bench();
    bench.put('one', [advisory('CVE-1', 'nonsense')]);
    await bench.manager().update();
    const rows = await bench.store.find([{ namespace: distro.key, name: 'pkg', kind: 'source', key: integerScheme.key(1) }]);
    expect(rows).toMatchObject([{ exact: false, range: { fixed: 'nonsense' } }]);
  });

  it('fails where a namespace has a scheme that nobody knows', async () => {
    const bench = new Bench();
    bench.put('one', [fakeAdvisory('CVE-1', [{ namespace: { key: 'x', scheme: 'none' }, package: 'a' }])]);
    expect(await bench.manager().update()).toMatchObject([{ kind: 'failed', error: { code: 'USAGE_PLUGIN' } }]);
  });

  it('stages in batches, however large the feed', async () => {
    const bench = new Bench();
    bench.put('one', advisories(5000));
    await bench.manager().update();
    expect(bench.writes.filter((write) => write === 'stage').length).toBeGreaterThanOrEqual(5);
    expect(await bench.statusOf('one')).toMatchObject({ advisories: 5000 });
  });

  it('tells how far it is', async () => {
    const bench = new Bench();
    bench.put('one', advisories(3000));
    const events: UpdateProgress[] = [];
    await bench.manager().update({ onProgress: (event) => events.push(event) });
    const size = fakeFeed(advisories(3000)).length;
    expect(events.slice(0, 2)).toEqual([
      { kind: 'discovered', updaters: ['one'] },
      { kind: 'started', updater: 'one' },
    ]);
    expect(events.at(-2)).toMatchObject({ kind: 'progress', total: size, advisories: 3000 });
    expect(events.at(-1)).toMatchObject({ kind: 'finished', result: { kind: 'updated' } });
    const bytes = events.flatMap((event) => (event.kind === 'progress' ? [event.bytes] : []));
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    expect(bytes.length).toBeLessThan(20);
  });
});

describe('what goes wrong', () => {
  it('leaves the last good data for a feed that is cut anywhere', async () => {
    const bench = new Bench();
    bench.put('one', advisories(50));
    await bench.manager().update();
    const good = await bench.current();
    const whole = fakeFeed([...advisories(40), advisory('CVE-new', '9')]);
    for (let cut = 0; cut < 20; cut += 1) {
      bench.put('one', whole.slice(0, Math.floor(((whole.length - 7) * cut) / 19)));
      bench.now += hour;
      const [result] = await bench.manager().update();
      expect(result).toMatchObject({ kind: 'failed', error: { kind: 'feed' } });
      expect(await bench.current()).toEqual(good);
      const status = await bench.statusOf('one');
      expect(status?.lastError?.code).toMatch(/^FEED_(?:TRUNCATED|MALFORMED)$/);
      expect(status).toMatchObject({
        lastSuccess: '2024-05-01T00:00:00.000Z',
        lastAttempt: new Date(bench.now).toISOString(),
        advisories: 50,
      });
    }
    bench.put('one', whole);
    expect(kinds(await bench.manager().update())).toEqual(['one updated']);
    expect(await bench.statusOf('one')).not.toHaveProperty('lastError');
  });

  it('uses the fingerprint of the last good load after a failure', async () => {
    const bench = new Bench();
    bench.put('one', advisories(2));
    await bench.manager().update();
    bench.client.fail(feedUrl(one));
    await bench.manager().update();
    bench.client.failures.clear();
    expect(kinds(await bench.manager().update())).toEqual(['one unchanged']);
  });

  it.each(['beginUpdate', 'stage', 'commit'])('reports a store that fails in %s', async (method) => {
    const bench = new Bench();
    bench.put('one', advisories(2));
    bench.failOn = method;
    expect(await bench.manager().update()).toMatchObject([{ kind: 'failed', error: { code: 'STORE_WRITE' } }]);
    bench.failOn = undefined;
    expect(await bench.statusOf('one')).toMatchObject({ lastError: { code: 'STORE_WRITE' }, advisories: 0 });
    expect(bench.store.locker.keys).toEqual([]);
  });

  it('reports the failure even where it cannot be recorded', async () => {
    const bench = new Bench();
    bench.client.fail(feedUrl(one));
    bench.failOn = 'recordFailure';
    expect(await bench.manager().update()).toMatchObject([{ kind: 'failed', error: { code: 'FEED_UNREACHABLE' } }]);
  });

  it('counts what a defect of an updater throws as its failure', async () => {
    const bench = new Bench();
    const broken = {
      ...fakeUpdater(one),
      parse: () => {
        throw new TypeError('defect');
      },
    };
    bench.put('one', advisories(1));
    const set = fakeUpdaterSet('set', [one], () => Promise.resolve([broken]));
    expect(kinds(await bench.manager([set]).update())).toEqual(['one failed']);
    expect(await bench.statusOf('one')).toMatchObject({ lastError: { code: 'INTERNAL', message: 'defect' } });
  });

  it('does not call it a failure that the network is switched off', async () => {
    const bench = new Bench();
    bench.put('one', advisories(1));
    await bench.manager().update();
    bench.client.fail(feedUrl(one), new FeedError('FEED_OFFLINE'));
    expect(kinds(await bench.manager().update())).toEqual(['one failed']);
    expect(await bench.statusOf('one')).not.toHaveProperty('lastError');
  });

  it('commits nothing once the lock is lost, and leaves the status to its new holder', async () => {
    const bench = new Bench();
    bench.put('one', advisories(3));
    const inner = fakeUpdater(one);
    const sleepy = {
      ...inner,
      async *parse(...args: Parameters<typeof inner.parse>) {
        yield* inner.parse(...args);
        bench.store.locker.takeAway('updater:one');
      },
    };
    const set = fakeUpdaterSet('set', [one], () => Promise.resolve([sleepy]));
    expect(await bench.manager([set]).update()).toMatchObject([{ kind: 'failed', error: { code: 'LOCK_LOST' } }]);
    expect(await bench.store.status()).toEqual([]);
  });

  it.each([
    [100, 81, 0],
    [100, 80, 0],
    [100, 79, 1],
    [1, 0, 1],
    [0, 5, 0],
  ])('warns when of %i rows %i are left: %i', async (before, after, warnings) => {
    const bench = new Bench();
    bench.put('one', advisories(before));
    await bench.manager().update();
    bench.put('one', [...advisories(after), fakeAdvisory('CVE-rowless', [])]);
    const [result] = await bench.manager().update();
    const diagnostics = result?.kind === 'updated' ? result.diagnostics : undefined;
    expect(diagnostics?.map(({ code, data }) => [code, data])).toEqual(
      warnings === 0 ? [] : [['FEED_SHRUNK', { updater: 'one', before, after }]],
    );
    expect(await bench.current()).toHaveLength(after);
  });

  it('keeps the diagnostics of a parser, within reason', async () => {
    const bench = new Bench();
    bench.put('one', advisories(1));
    const noisy = {
      ...fakeUpdater(one),
      async *parse(...[body, options]: Parameters<ReturnType<typeof fakeUpdater>['parse']>) {
        for (let count = 0; count < 500; count += 1)
          options?.onDiagnostic?.({ code: 'FEED_RECORD_SKIPPED', level: 'warning', data: { count } });
        yield* fakeUpdater(one).parse(body, options);
      },
    };
    const [result] = await bench.manager([fakeUpdaterSet('set', [one], () => Promise.resolve([noisy]))]).update();
    expect(result?.kind === 'updated' && result.diagnostics.length).toBe(100);
  });

  it('hashes what the parser leaves unread, and fails where that is cut', async () => {
    const bench = new Bench();
    bench.put('one', `${fakeFeed(advisories(1))}${' '.repeat(5000)}`);
    await bench.manager().update();
    bench.put('one', `${fakeFeed(advisories(1))}${' '.repeat(5001)}`);
    expect(kinds(await bench.manager().update())).toEqual(['one updated']);
  });
});

describe('several', () => {
  const many = Array.from({ length: 6 }, (_, index) => ({ name: `u${index}`, namespaces: [`n${index}`] }));

  it('run, so many at a time', async () => {
    const bench = new Bench();
    let running = 0;
    let most = 0;
    const slow = many.map((options) => ({
      ...fakeUpdater(options),
      async fetch() {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        return { kind: 'unchanged' as const };
      },
    }));
    const set = fakeUpdaterSet('set', many, () => Promise.resolve(slow.toReversed()));
    const results = await bench.manager([set], { concurrency: 3 }).update();
    expect(most).toBe(3);
    expect(kinds(results)).toEqual(many.map(({ name }) => `${name} unchanged`));
  });

  it('go on when one fails, or a whole set', async () => {
    const bench = new Bench();
    for (const { name } of many) bench.put(name, []);
    bench.client.fail(feedUrl({ name: 'u1' }));
    const broken = fakeUpdaterSet('broken', [{ name: 'v', namespaces: ['v1'] }], () => Promise.reject(new FeedError('FEED_UNREACHABLE')));
    const results = await bench.manager([broken, fakeUpdaterSet('set', many.slice(0, 3))]).update();
    expect(kinds(results)).toEqual(['broken failed', 'u0 updated', 'u1 failed', 'u2 updated']);
    expect(await bench.statusOf('broken')).toMatchObject({ lastError: { code: 'FEED_UNREACHABLE' } });
  });

  it('are failed by name where a set fails that was asked for namespaces', async () => {
    const bench = new Bench();
    const broken = fakeUpdaterSet('broken', many, () => Promise.reject(new FeedError('FEED_UNREACHABLE')));
    expect(kinds(await bench.manager([broken]).update({ namespaces: ['n1', 'n4', 'other'] }))).toEqual(['u1 failed', 'u4 failed']);
    expect(await bench.statusOf('u4')).toMatchObject({ lastError: { code: 'FEED_UNREACHABLE' } });
  });

  it('forget that their set could not be asked once it could', async () => {
    const bench = new Bench();
    let failing = true;
    const set = fakeUpdaterSet('set', [], () => (failing ? Promise.reject(new FeedError('FEED_UNREACHABLE')) : Promise.resolve([])));
    await bench.manager([set]).update();
    expect(await bench.statusOf('set')).toHaveProperty('lastError');
    failing = false;
    await bench.manager([set]).update();
    expect(await bench.statusOf('set')).not.toHaveProperty('lastError');
  });

  it('may not have one name', async () => {
    const bench = new Bench();
    const sets = [fakeUpdaterSet('a', [one]), fakeUpdaterSet('b', [one])];
    await expect(bench.manager(sets).update()).rejects.toMatchObject({ code: 'USAGE_PLUGIN', data: { updater: 'one' } });
    expect(bench.client.requests).toEqual([]);
  });

  it('are chosen by namespace, by what runs at all and by what was asked for', async () => {
    const bench = new Bench();
    for (const { name } of many) bench.put(name, []);
    const manager = bench.manager([fakeUpdaterSet('set', many)], { run: /u[1-4]/g });
    expect(kinds(await manager.update())).toEqual(['u1 updated', 'u2 updated', 'u3 updated', 'u4 updated']);
    expect(kinds(await manager.update({ only: /[45]$/ }))).toEqual(['u4 unchanged']);
    expect(kinds(await manager.update({ namespaces: ['n0', 'n2', 'n3'] }))).toEqual(['u2 unchanged', 'u3 unchanged']);
    expect(kinds(await manager.update({ namespaces: ['nobody'] }))).toEqual([]);
  });

  it('do not ask a set that does not serve the namespaces', async () => {
    const bench = new Bench();
    const set = fakeUpdaterSet('set', many, () => Promise.reject(new Error('asked')));
    expect(await bench.manager([set]).update({ namespaces: ['other'] })).toEqual([]);
  });

  it('leave the one alone that another process runs', async () => {
    const bench = new Bench();
    bench.put('one', advisories(1));
    const lease = await bench.store.locker.lock('updater:one');
    expect(kinds(await bench.manager().update())).toEqual(['one busy']);
    expect(bench.writes).toEqual([]);
    await lease.release();
    expect(kinds(await bench.manager().update())).toEqual(['one updated']);
  });
});

describe('a maximum age', () => {
  it('leaves alone what was confirmed more recently, without asking anybody', async () => {
    const bench = new Bench();
    bench.put('one', advisories(1));
    await bench.manager().update();
    const asked = fakeUpdaterSet('set', [one], () => Promise.reject(new Error('asked')));
    bench.now += hour - 1;
    expect(kinds(await bench.manager([asked]).update({ namespaces: [distro.key], maxAge: hour }))).toEqual(['one fresh']);
    expect(kinds(await bench.manager().update({ maxAge: hour }))).toEqual(['one fresh']);
    expect(bench.client.requests).toHaveLength(1);
    bench.now += 1;
    expect(kinds(await bench.manager().update({ namespaces: [distro.key], maxAge: hour }))).toEqual(['one unchanged']);
    expect(kinds(await bench.manager().update())).toEqual(['one unchanged']);
  });

  it('does not hold what another version of the updater loaded, or what was loaded with other keys', async () => {
    const bench = new Bench();
    bench.put('one', advisories(2));
    await bench.manager().update();
    const asked = { namespaces: [distro.key], maxAge: hour };
    const newer = fakeUpdaterSet('set', [{ ...one, version: 2 }]);
    expect(kinds(await bench.manager([newer]).update(asked))).toEqual(['one updated']);
    expect(await bench.statusOf('one')).toMatchObject({ updaterVersion: 2 });
    expect(kinds(await bench.manager([newer]).update(asked))).toEqual(['one fresh']);
    const schemes = new Map([['integer', { ...integerScheme, keyVersion: 2 }]]);
    expect(kinds(await bench.manager([newer], { schemes }).update(asked))).toEqual(['one updated']);
    expect(kinds(await bench.manager([newer], { schemes }).update(asked))).toEqual(['one fresh']);
    expect(kinds(await bench.manager([newer], { schemes }).update({ maxAge: hour }))).toEqual(['one fresh']);
    expect(bench.client.requests).toHaveLength(3);
  });

  it('is not fresh, however young, when it came from somewhere else', async () => {
    const bench = new Bench();
    bench.put('one', [fakeAdvisory('CVE-1', [{ namespace: distro, package: 'pkg', range: { fixed: '1' } }])]);
    const from = (origin: string | undefined) => {
      const client = Object.assign(new FakeFeedClient(), origin === undefined ? {} : { origin });
      client.set(
        feedUrl({ name: 'one' }),
        fakeFeed([fakeAdvisory(`CVE-${origin?.length ?? 0}`, [{ namespace: distro, package: 'pkg', range: { fixed: '1' } }])]),
      );
      return bench.manager([oneSet], { client });
    };
    const asked = { namespaces: [distro.key], maxAge: 3_600_000 };
    expect(await from('/demo').update(asked)).toMatchObject([{ kind: 'updated' }]);
    expect(await from('/demo').update(asked)).toMatchObject([{ kind: 'fresh' }]);
    expect(await from('').update(asked)).toMatchObject([{ kind: 'updated' }]);
    expect(await bench.current()).toEqual(['CVE-0 1']);
    expect(await from(undefined).update(asked)).toMatchObject([{ kind: 'fresh' }]);
  });

  it('asks a set that does not tell the versions of its updaters', async () => {
    const bench = new Bench();
    bench.put('one', advisories(1));
    await bench.manager().update();
    const newer = fakeUpdaterSet('set', [{ ...one, version: 2 }]);
    const silent: UpdaterSet = {
      id: newer.id,
      serves: (namespace) => newer.serves(namespace),
      expected: (namespace) => newer.expected(namespace),
      discover: (options) => newer.discover(options),
    };
    expect(kinds(await bench.manager([silent]).update({ namespaces: [distro.key], maxAge: hour }))).toEqual(['one updated']);
  });

  it('does not count a failure as a confirmation, nor a date in the future', async () => {
    const bench = new Bench();
    bench.put('one', advisories(1));
    await bench.manager().update();
    bench.now += 2 * hour;
    bench.client.fail(feedUrl(one));
    await bench.manager().update({ maxAge: hour });
    bench.client.failures.clear();
    expect(kinds(await bench.manager().update({ maxAge: hour }))).toEqual(['one unchanged']);
    bench.now = start;
    expect(kinds(await bench.manager().update({ maxAge: hour }))).toEqual(['one unchanged']);
  });
});

describe('cancelling', () => {
  it('ends what runs, records no failure and releases the locks', async () => {
    const bench = new Bench();
    bench.put('one', advisories(10));
    const controller = new AbortController();
    const stopped = {
      ...fakeUpdater(one),
      parse: (...args: Parameters<ReturnType<typeof fakeUpdater>['parse']>) => {
        controller.abort();
        return fakeUpdater(one).parse(...args);
      },
    };
    const set = fakeUpdaterSet('set', [one], () => Promise.resolve([stopped]));
    await expect(bench.manager([set]).update({ signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' });
    expect([bench.writes, bench.store.locker.keys, await bench.store.status()]).toEqual([[], [], []]);
    await expect(bench.manager().update({ signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('retention', () => {
  it('deletes what is too old after an update that changed something', async () => {
    const bench = new Bench();
    const manager = bench.manager(undefined, { retention: 2 });
    for (let round = 0; round < 5; round += 1) {
      bench.put('one', [advisory('CVE-1', String(round + 1))]);
      await manager.update();
    }
    expect(bench.writes.filter((write) => write === 'collectGarbage')).toHaveLength(5);
    expect((await bench.store.diff(3, 5)).removed).toHaveLength(1);
    expect((await bench.store.diff(1, 5)).removed).toHaveLength(0);
    await manager.update();
    expect(bench.writes.filter((write) => write === 'collectGarbage')).toHaveLength(5);
  });

  it('does not fail the update', async () => {
    const bench = new Bench();
    bench.put('one', advisories(1));
    bench.failOn = 'collectGarbage';
    expect(kinds(await bench.manager().update())).toEqual(['one updated']);
  });
});
