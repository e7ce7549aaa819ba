import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UsageError } from '../core/index.ts';
import { fakeEcosystems } from '../testing/fake-ecosystem.ts';
import { manifestOf } from '../testing/fake-ecosystem-index.ts';
import { FakeFeedClient } from '../testing/fake-feed-client.ts';
import { FakeLayerEngine, fakeLayer } from '../testing/fake-layer-engine.ts';
import { fakeAdvisory, fakeFeed, fakeUpdater, fakeUpdaterSet, feedUrl } from '../testing/fake-updater.ts';
import { fakeSchemes } from '../testing/fake-matcher-scheme.ts';
import { openIndexerStore, openLibindex, openLibvuln, openMatcherStore, type DataStoreOptions } from './index.ts';

let directory: string;
let sqlite: { readonly dataStore: 'sqlite'; readonly path: string };
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'claircore-options-'));
  sqlite = { dataStore: 'sqlite', path: join(directory, 'test.db') };
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** As a caller in plain JavaScript may write them. */
type Anything = Readonly<Record<string, unknown>>;
const libindexOf = (options: Anything) => openLibindex(options as never);
const libvulnOf = (options: Anything) => openLibvuln(options as never);
const postgres = { dataStore: 'postgres', connectionString: 'postgres://me:secret@127.0.0.1:1/none' };

async function refusal(opening: Promise<AsyncDisposable>): Promise<UsageError['data']> {
  try {
    await using _ = await opening;
  } catch (error) {
    if (error instanceof UsageError) return { code: error.code, ...error.data };
    throw error;
  }
  return expect.fail('it was opened');
}

const stores: readonly (readonly [option: string, options: Anything, expected: unknown])[] = [
  ['dataStore', { path: 'x' }, ['sqlite', 'postgres']],
  ['dataStore', { dataStore: 'mysql', path: 'x' }, ['sqlite', 'postgres']],
  ['path', { dataStore: 'sqlite' }, 'a text that is not empty'],
  ['path', { dataStore: 'sqlite', path: '' }, 'a text that is not empty'],
  ['indexPath', { dataStore: 'sqlite', path: 'x', indexPath: '' }, 'a text that is not empty'],
  ['scanLock', { dataStore: 'sqlite', path: 'x', scanLock: 'postgres-advisory' }, ['lease']],
  ['scanLockRetry', { dataStore: 'sqlite', path: 'x', scanLockRetry: 0 }, 'an integer from 10 to 600000 ms'],
  ['lease', { dataStore: 'sqlite', path: 'x', lease: '15s' }, 'an integer from 1000 to 600000 ms'],
  ['migrations', { dataStore: 'sqlite', path: 'x', migrations: 'no' }, 'true or false'],
  ['connectionString', { dataStore: 'postgres' }, 'a text that is not empty'],
  ['scanLock', { ...postgres, scanLock: 'redis' }, ['lease', 'postgres-advisory']],
  ['scanLockRetry', { ...postgres, scanLockRetry: 1.5 }, 'an integer from 10 to 600000 ms'],
  ['maxConnections', { ...postgres, maxConnections: 0 }, 'an integer from 1 to 10000'],
  ['migrations', { ...postgres, migrations: 1 }, 'true or false'],
];
const libindexOptions: readonly (readonly [option: string, options: Anything, expected: unknown])[] = [
  ['layerScanConcurrency', { layerScanConcurrency: 0 }, 'an integer from 1 to 1024'],
  ['layerScanConcurrency', { layerScanConcurrency: '4' }, 'an integer from 1 to 1024'],
  ['layerFetch', { layerFetch: 'memory' }, ['stream', 'ondisk', 'inmem', 'tee']],
  ['controllerFactory', { controllerFactory: {} }, 'a function'],
  ['ecosystems', { ecosystems: 'dpkg' }, 'a list'],
  ['matchers', { matchers: {} }, 'a list'],
];
const libvulnOptions: readonly (readonly [option: string, options: Anything, expected: unknown])[] = [
  ['initialUpdate', { initialUpdate: true }, ['wait', 'background', 'none']],
  ['updateInterval', { updateInterval: 59_999 }, 'an integer from 60000 to 2147483647 ms'],
  ['updateInterval', { updateInterval: 2 ** 31 }, 'an integer from 60000 to 2147483647 ms'],
  ['updaterInitConcurrency', { updaterInitConcurrency: 0 }, 'an integer from 1 to 1024'],
  ['retention', { retention: -1 }, 'an integer from 0 to 1000000 operations'],
  ['staleAfter', { staleAfter: Number.NaN }, `an integer from 0 to ${Number.MAX_SAFE_INTEGER} ms`],
  ['run', { run: 'alpine-(' }, 'a regular expression'],
  ['run', { run: 7 }, 'a regular expression'],
  ['matchers', { matchers: 'debian' }, 'a list'],
  ['updaterSets', { updaterSets: {} }, 'a list'],
  ['updaters', { updaters: {} }, 'a list'],
];

describe('a bad option is refused by its name, before anything is opened', () => {
  it.each(stores)('data store: %s of %j', async (option, options, expected) => {
    for (const open of [libindexOf, libvulnOf]) {
      expect(await refusal(open(options))).toMatchObject({ code: 'USAGE_OPTION', option, expected });
    }
    expect(existsSync('x')).toBe(false);
  });

  it.each(libindexOptions)('libindex: %s of %j', async (option, options, expected) => {
    expect(await refusal(libindexOf({ ...sqlite, ...options }))).toMatchObject({ code: 'USAGE_OPTION', option, expected });
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each(libvulnOptions)('libvuln: %s of %j', async (option, options, expected) => {
    expect(await refusal(libvulnOf({ ...sqlite, ...options }))).toMatchObject({ code: 'USAGE_OPTION', option, expected });
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each([
    ['layerScanConcurency', libindexOf, 'layerScanConcurrency'],
    ['maxConnections', libindexOf, 'path'],
    ['updateConcurrency', libvulnOf, 'updaterInitConcurrency'],
    ['layerFetch', libvulnOf, 'run'],
  ])('also one that there is not: %s', async (option, open, known) => {
    const data = await refusal(open({ ...sqlite, [option]: 4 }));
    expect(data['option']).toBe(option);
    expect(data['expected']).toContain(known);
  });

  it('a connection string is never shown', async () => {
    const data = await refusal(libindexOf({ ...postgres, connectionString: { password: 'secret' } }));
    expect(JSON.stringify(data)).not.toContain('secret');
    await expect(openIndexerStore({ ...postgres, dataStore: 'postgres', path: 'x' } as DataStoreOptions)).rejects.toMatchObject({
      data: { option: 'path' },
    });
  });
});

describe('a data store of files', () => {
  it('is a pair by default', async () => {
    await using _ = await openIndexerStore(sqlite);
    await using __ = await openMatcherStore(sqlite);
    expect(
      readdirSync(directory)
        .filter((name) => !/-(?:wal|shm)$/.test(name))
        .sort(),
    ).toEqual(['test.db', 'test.db.index']);
  });

  it('may have its index results elsewhere', async () => {
    await using _ = await openIndexerStore({ ...sqlite, indexPath: join(directory, 'results.db') });
    expect(readdirSync(directory).filter((name) => !/-(?:wal|shm)$/.test(name))).toEqual(['results.db']);
  });

  it('is neither made nor changed without migrations', async () => {
    const open = () => openIndexerStore({ ...sqlite, migrations: false });
    await expect(open()).rejects.toMatchObject({ code: 'STORE_OUTDATED' });
    expect(readdirSync(directory)).toEqual([]);
    await (await openIndexerStore(sqlite))[Symbol.asyncDispose]();
    await (await open())[Symbol.asyncDispose]();
  });

  it('waits no longer than told between two tries for a lock', async () => {
    await using first = await openIndexerStore(sqlite);
    await using second = await openIndexerStore({ ...sqlite, scanLockRetry: 10 });
    const tryLock = vi.spyOn(second.locker, 'tryLock');
    const lease = await first.locker.lock('manifest:x');
    const waiting = second.locker.lock('manifest:x');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await lease.release();
    await (await waiting).release();
    // by itself a waiter doubles its pause up to half a second: eight tries at the most
    expect(tryLock.mock.calls.length).toBeGreaterThan(12);
  });
});

describe('openLibindex', () => {
  const image = manifestOf([fakeLayer({ 'db/packages': 'a 1' })]);

  it('has everything by default', async () => {
    await using libindex = await openLibindex(sqlite);
    expect(libindex.state()).toMatch(/^[0-9a-f]{64}$/);
    await expect(libindex.affectedManifests([])).resolves.toMatchObject({ unfinished: [] });
  });

  it('takes an option that is undefined for one that is absent', async () => {
    await using libindex = await libindexOf({
      ...sqlite,
      ecosystems: undefined,
      engine: undefined,
      layerFetch: undefined,
      migrations: undefined,
    });
    await using plain = await openLibindex(sqlite);
    expect(libindex.state()).toBe(plain.state());
  });

  it('takes ecosystems, an engine and a controller', async () => {
    let runs = 0;
    await using libindex = await openLibindex({
      ...sqlite,
      ecosystems: fakeEcosystems(),
      engine: new FakeLayerEngine(),
      controllerFactory: (_, standard) => ({ run: () => ((runs += 1), standard.run()) }),
    });
    const report = await libindex.index(image);
    expect([...report.packages.values()].map(({ name }) => name)).toEqual(['a']);
    expect(runs).toBe(1);
  });

  it('does not take a way to fetch beside a fetcher', async () => {
    const fetcher = { content: () => undefined, open: () => Promise.reject(new Error()), [Symbol.asyncDispose]: () => Promise.resolve() };
    expect(await refusal(openLibindex({ ...sqlite, fetcher, layerFetch: 'inmem' }))).toMatchObject({
      option: 'layerFetch',
      value: 'inmem',
    });
  });
});

describe('openLibvuln', () => {
  const ours = { name: 'own-updater', namespaces: ['acme:1'] };
  const theirs = { name: 'their-updater', namespaces: ['acme:2'] };
  const row = { namespace: { key: 'acme:1', scheme: 'integer' }, package: 'a' };
  const feeds = () =>
    new FakeFeedClient()
      .set(feedUrl(ours), fakeFeed([fakeAdvisory('CVE-1', [row])]))
      .set(feedUrl(theirs), fakeFeed([fakeAdvisory('CVE-2', [{ ...row, namespace: { key: 'acme:2', scheme: 'integer' } }])]));
  const fakes = { matchers: [], versionSchemes: fakeSchemes };
  const namesOf = async (rest: Parameters<typeof openLibvuln>[0] | object): Promise<readonly string[]> => {
    await using libvuln = await openLibvuln({
      ...sqlite,
      ...fakes,
      feeds: feeds(),
      updaterSets: [fakeUpdaterSet('theirs', [theirs])],
      ...rest,
    });
    return (await libvuln.status()).filter(({ lastSuccess }) => lastSuccess !== undefined).map(({ updater }) => updater);
  };

  it('waits for a first update unless told otherwise', async () => {
    expect(await namesOf({})).toEqual(['their-updater']);
  });

  it('gives up waiting when its signal fires, and closes what it had opened', async () => {
    const leaving = new AbortController();
    const stuck = {
      ...fakeUpdater(ours),
      fetch: (_: unknown, { signal }: { readonly signal?: AbortSignal | undefined }) => {
        const left = new Promise<never>((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('left'))));
        leaving.abort();
        return left;
      },
    };
    const closed: string[] = [];
    const client = Object.assign(feeds(), { [Symbol.asyncDispose]: async () => void closed.push('feeds') });
    const opening = openLibvuln({ ...sqlite, ...fakes, feeds: client, updaterSets: [], updaters: [stuck], signal: leaving.signal });
    await expect(opening).rejects.toMatchObject({ code: 'ABORTED' });
    // a client that was given stays the giver's
    expect(closed).toEqual([]);
    // its store is free: nothing holds the file, no lock is left
    await using store = await openMatcherStore(sqlite);
    await using lease = await store.locker.tryLock(`updater:${ours.name}`);
    expect(lease).toBeDefined();
  });

  it('knows its signal no more once it is open', async () => {
    const leaving = new AbortController();
    await using libvuln = await openLibvuln({
      ...sqlite,
      ...fakes,
      feeds: feeds(),
      updaterSets: [],
      updaters: [fakeUpdater(ours)],
      signal: leaving.signal,
    });
    leaving.abort();
    expect(await libvuln.update()).toMatchObject([{ updater: 'own-updater', kind: 'unchanged' }]);
  });

  it('leaves it where told so', async () => {
    expect(await namesOf({ initialUpdate: 'none' })).toEqual([]);
  });

  it("takes updaters and sets of one's own, beside the others or in place of them", async () => {
    expect(await namesOf({ updaters: [fakeUpdater(ours)] })).toEqual(['own-updater', 'their-updater']);
    rmSync(sqlite.path, { force: true });
    expect(
      await namesOf({ ...sqlite, path: join(directory, 'second.db'), updaterSets: [], updaters: [fakeUpdaterSet('mine', [ours])] }),
    ).toEqual(['own-updater']);
  });

  it('refuses two updaters of one name', async () => {
    await expect(
      openLibvuln({ ...sqlite, ...fakes, feeds: feeds(), updaterSets: [], updaters: [fakeUpdater(ours), fakeUpdater(ours)] }),
    ).rejects.toMatchObject({
      code: 'USAGE_PLUGIN',
    });
  });

  it.each<[string | RegExp, readonly string[]]>([
    ['^own-', ['own-updater']],
    ['updater', ['own-updater', 'their-updater']],
    [/^OWN/gi, ['own-updater']],
    ['nobody', []],
  ])('runs those that %s matches', async (run, expected) => {
    expect(await namesOf({ run, updaters: [fakeUpdater(ours)] })).toEqual(expected);
  });
});

describe('the page of options', () => {
  it.each([
    ['sqlite', 'openLibindex', libindexOf, 18],
    ['postgres', 'openLibindex', libindexOf, 18],
    ['sqlite', 'openLibvuln', libvulnOf, 20],
  ] as const)('tells every one: %s, %s', async (dataStore, section, open, least) => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'reference', 'options.md'), 'utf8');
    const told = page.split('\n## ').filter((part) => part.startsWith('The data store') || part.startsWith(`\`${section}\``));
    const names = (await refusal(open({ ...postgres, ...sqlite, dataStore, connectionString: 'x', path: 'x' })))[
      'expected'
    ] as readonly string[];
    expect(names.length).toBeGreaterThanOrEqual(least);
    expect(
      names.filter(
        (name) =>
          !told.some((part) => part.split('\n').some((line) => line.startsWith('| ') && line.split('|')[1]?.includes(`\`${name}\``))),
      ),
    ).toEqual([]);
  });
});
