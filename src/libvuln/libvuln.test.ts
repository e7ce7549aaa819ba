import { afterEach, describe, expect, it } from 'vitest';
import type { Enricher, Namespace, UpdaterSet } from '../contracts/index.ts';
import { FeedError, type VulnerabilityReport } from '../core/index.ts';
import { FakeFeedClient } from '../testing/fake-feed-client.ts';
import { scanFake } from '../testing/fake-matcher-bench.ts';
import { fakeIndexReport, type FakePackage } from '../testing/fake-matcher-report.ts';
import { fakeSchemes } from '../testing/fake-matcher-scheme.ts';
import { fakeMatcher } from '../testing/fake-matcher.ts';
import { fakeAdvisory, fakeFeed, fakeUpdater, fakeUpdaterSet, feedUrl } from '../testing/fake-updater.ts';
import { MemoryMatcherStore } from '../testing/memory-matcher-store.ts';
import { Libvuln } from './libvuln.ts';
import type { LibvulnOptions } from './options.ts';

const distro: Namespace = { key: 'distro:1', scheme: 'integer', distribution: { did: 'distro', versionId: '1' } };
const one = { name: 'one', namespaces: [distro.key] };
const oneSet = fakeUpdaterSet('set', [one]);
const feed = fakeFeed([fakeAdvisory('CVE-1', [{ namespace: distro, package: 'src' }])]);
const pkg: FakePackage = { name: 'bin', version: '4', source: 'src 4', places: [{ distribution: 'distro:1' }] };
const report = fakeIndexReport([pkg]);

const opened: Libvuln[] = [];
afterEach(async () => {
  for (const libvuln of opened.splice(0)) await libvuln[Symbol.asyncDispose]();
});

async function open(options: Partial<LibvulnOptions> = {}): Promise<Libvuln> {
  const libvuln = await Libvuln.open({
    store: new MemoryMatcherStore(),
    updaterSets: [oneSet],
    matchers: [fakeMatcher('distro')],
    versionSchemes: fakeSchemes,
    feeds: new FakeFeedClient().set(feedUrl(one), feed),
    ...options,
  });
  opened.push(libvuln);
  return libvuln;
}

/** A set whose updaters run until they are cancelled, or let go. */
function slowSet() {
  const { promise: started, resolve: start } = Promise.withResolvers<void>();
  let cancelled = false;
  const updater = {
    ...fakeUpdater(one),
    fetch: (_: unknown, { signal }: { readonly signal?: AbortSignal | undefined }) =>
      new Promise<never>((_, reject) => {
        start();
        signal?.addEventListener('abort', () => {
          cancelled = true;
          reject(new Error('cancelled'));
        });
      }),
  };
  const set: UpdaterSet = fakeUpdaterSet('slow', [one], () => Promise.resolve([updater]));
  return { set, started, isCancelled: () => cancelled };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error('waited in vain');
}

const names = ({ vulnerabilities }: VulnerabilityReport): readonly string[] => [...vulnerabilities.values()].map(({ name }) => name);

describe('opening', () => {
  it('waits for the first update where it is told to', async () => {
    const libvuln = await open({ initialUpdate: 'wait' });
    expect(names(await libvuln.scan(report))).toEqual(['CVE-1']);
  });

  it('does not wait for one in the background', async () => {
    const libvuln = await open({ initialUpdate: 'background' });
    await until(async () => (await libvuln.status()).some(({ state }) => state === 'loaded'));
    expect(names(await libvuln.scan(report))).toEqual(['CVE-1']);
  });

  it('updates nothing unless it is asked', async () => {
    const libvuln = await open();
    expect((await libvuln.scan(report)).coverage.complete).toBe(false);
    expect(await libvuln.update()).toMatchObject([{ updater: 'one', kind: 'updated' }]);
    expect((await libvuln.scan(report)).coverage.complete).toBe(true);
  });

  it.each(['wait', 'background', 'none'] as const)('never fails because a feed does (%s)', async (initialUpdate) => {
    const feeds = new FakeFeedClient().fail(feedUrl(one));
    const failing = fakeUpdaterSet('failing', [], () => Promise.reject(new FeedError('FEED_UNREACHABLE')));
    const libvuln = await open({ initialUpdate, feeds, updaterSets: [oneSet, failing] });
    if (initialUpdate !== 'wait') return;
    expect((await libvuln.status()).map(({ updater, state }) => [updater, state])).toEqual([
      ['failing', 'failed'],
      ['one', 'failed'],
    ]);
  });

  it('is offline without a feed client', async () => {
    const store = new MemoryMatcherStore();
    const libvuln = await Libvuln.open({ store, updaterSets: [oneSet], matchers: [], versionSchemes: fakeSchemes });
    opened.push(libvuln);
    expect(await libvuln.update()).toMatchObject([{ kind: 'failed', error: { code: 'FEED_OFFLINE' } }]);
  });

  it.each<[string, Partial<LibvulnOptions>, string]>([
    ['two sets of one id', { updaterSets: [oneSet, oneSet] }, 'USAGE_PLUGIN'],
    ['two matchers of one id', { matchers: [fakeMatcher('distro'), fakeMatcher('distro')] }, 'USAGE_PLUGIN'],
    ['two updaters of one name', { updaterSets: [oneSet, fakeUpdaterSet('b', [one])], initialUpdate: 'wait' }, 'USAGE_PLUGIN'],
    ['an unknown scheme', { matchers: [fakeMatcher('distro', { scheme: 'none' })] }, 'USAGE_PLUGIN'],
    ['a matcher that cannot decide', { matchers: [fakeMatcher('distro', { versionFilter: false })] }, 'USAGE_PLUGIN'],
    ['an interval of nothing', { updateInterval: 0 }, 'USAGE_OPTION'],
    ['no number', { staleAfter: Number.NaN }, 'USAGE_OPTION'],
    ['no updater at a time', { updateConcurrency: 0 }, 'USAGE_OPTION'],
    ['less than no history', { retention: -1 }, 'USAGE_OPTION'],
  ])('refuses %s', async (_, options, code) => {
    await expect(open(options)).rejects.toMatchObject({ code });
  });
});

describe('in the background', () => {
  it('updates again and again, also after a failure', async () => {
    const feeds = new FakeFeedClient().fail(feedUrl(one));
    const libvuln = await open({ initialUpdate: 'wait', updateInterval: 5, feeds });
    feeds.failures.clear();
    feeds.set(feedUrl(one), feed);
    await until(async () => (await libvuln.status()).some(({ state }) => state === 'loaded'));
    const asked = feeds.requests.length;
    await until(() => Promise.resolve(feeds.requests.length > asked));
    expect(names(await libvuln.scan(report))).toEqual(['CVE-1']);
  });

  it('stops when it is closed', async () => {
    const feeds = new FakeFeedClient().set(feedUrl(one), feed);
    const libvuln = await open({ initialUpdate: 'wait', updateInterval: 2, feeds });
    await libvuln[Symbol.asyncDispose]();
    const asked = feeds.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(feeds.requests.length).toBe(asked);
  });
});

describe('closing', () => {
  it.each(['background', 'none'] as const)('cancels what runs and waits for it (%s)', async (initialUpdate) => {
    const { set, started, isCancelled } = slowSet();
    const libvuln = await open({ updaterSets: [set], initialUpdate });
    const update = initialUpdate === 'none' ? libvuln.update() : undefined;
    const failure = update?.then(
      () => undefined,
      (error: unknown) => error,
    );
    await started;
    await libvuln[Symbol.asyncDispose]();
    expect(isCancelled()).toBe(true);
    if (failure) expect(await failure).toMatchObject({ code: 'ABORTED' });
  });

  it('closes the store, once', async () => {
    const store = new MemoryMatcherStore();
    const libvuln = await open({ store });
    await Promise.all([libvuln[Symbol.asyncDispose](), libvuln[Symbol.asyncDispose]()]);
    await expect(store.status()).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
  });

  it('leaves nothing to be done with it', async () => {
    const libvuln = await open();
    await libvuln[Symbol.asyncDispose]();
    for (const call of [
      () => libvuln.scan(report),
      () => libvuln.update(),
      () => libvuln.status(),
      () => libvuln.operations(),
      () => libvuln.diff(0, 1),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
    }
  });
});

describe('asking', () => {
  it('names the namespaces that an image needs', async () => {
    const libvuln = await open({ matchers: [fakeMatcher('distro'), fakeMatcher('second')] });
    const places = [{ distribution: 'second:9' }, { distribution: 'distro:2' }, { distribution: 'distro:2' }];
    const image = fakeIndexReport([
      pkg,
      { name: 'a', version: '1', places },
      { name: 'b', version: '1', places: [{ distribution: 'unheard:1' }] },
    ]);
    expect(libvuln.requiredNamespaces(image)).toEqual(['distro:1', 'distro:2', 'second:9']);
    expect(libvuln.requiredNamespaces(fakeIndexReport([]))).toEqual([]);
  });

  it.each(['CheckManifest', 'ScanLayers', 'IndexManifest', 'IndexError'] as const)('refuses a report that ended in %s', async (state) => {
    const libvuln = await open();
    await expect(libvuln.scan({ ...report, state })).rejects.toMatchObject({ code: 'USAGE_REPORT_UNFINISHED', data: { state } });
  });

  it('stops when it is told to', async () => {
    const libvuln = await open();
    await expect(libvuln.scan(report, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('shows the history', async () => {
    const feeds = new FakeFeedClient().set(feedUrl(one), feed);
    const libvuln = await open({ initialUpdate: 'wait', feeds });
    feeds.set(feedUrl(one), fakeFeed([fakeAdvisory('CVE-2', [{ namespace: distro, package: 'src' }])]));
    await libvuln.update();
    expect((await libvuln.operations('one')).map(({ id, added, removed }) => [id, added, removed])).toEqual([
      [1, 1, 0],
      [2, 1, 1],
    ]);
    const { added, removed } = await libvuln.diff(1, 2);
    expect([added.map(({ name }) => name), removed.map(({ name }) => name)]).toEqual([['CVE-2'], ['CVE-1']]);
  });

  it('shows the feeds, with those that an image expects', async () => {
    const libvuln = await open({
      updaterSets: [fakeUpdaterSet('set', [one, { name: 'two', namespaces: ['distro:2'] }])],
      initialUpdate: 'none',
    });
    expect(await libvuln.status()).toEqual([]);
    await libvuln.update({ only: /one/ });
    expect(
      (await libvuln.status({ namespaces: ['distro:2'] })).map(({ updater, state, advisories }) => [updater, state, advisories]),
    ).toEqual([
      ['one', 'loaded', 1],
      ['two', 'missing', 0],
    ]);
  });

  it('does not show a set that could be asked again', async () => {
    let failing = true;
    const set = fakeUpdaterSet('set', [one], () =>
      failing ? Promise.reject(new FeedError('FEED_UNREACHABLE')) : Promise.resolve([fakeUpdater(one)]),
    );
    const libvuln = await open({ updaterSets: [set] });
    await libvuln.update();
    expect((await libvuln.status()).map(({ updater, state }) => [updater, state])).toEqual([['set', 'failed']]);
    expect((await libvuln.scan(report)).coverage).toMatchObject({
      feeds: [{ updater: 'one', state: 'failed' }],
      gaps: [{ reason: 'feed-failed' }],
    });
    failing = false;
    await libvuln.update();
    expect((await libvuln.status()).map(({ updater, state }) => [updater, state])).toEqual([['one', 'loaded']]);
  });
});

describe('enrichers', () => {
  const scores: Enricher = { id: 'b', type: 'score', enrich: (found) => Promise.resolve(new Map(found.map(({ id }) => [id, [9.8]]))) };
  const broken: Enricher = { id: 'a', type: 'broken', enrich: () => Promise.reject(new Error('no')) };
  const empty: Enricher = { id: 'c', type: 'empty', enrich: () => Promise.resolve(new Map()) };

  it('add what they know; one that fails adds nothing', async () => {
    const advisories = [fakeAdvisory('CVE-1', [{ namespace: distro, package: 'src' }])];
    const found = await scanFake({
      feeds: [{ ...one, advisories }],
      matchers: [fakeMatcher('distro')],
      packages: [pkg],
      libvuln: { enrichers: [scores, broken, empty] },
    });
    const [id = ''] = found.vulnerabilities.keys();
    expect([...found.enrichments]).toEqual([['score', [{ [id]: [9.8] }]]]);
  });
});
