import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeIndexReport } from '../../src/reports/index.ts';
import { FeedServer, LayerBuilder } from '../../src/testing/index.ts';
import { blobLayer } from '../support/blob-layers.ts';
import { currentAdvisories, dumpAdvisories } from '../support/dump.ts';
import { serveFeeds } from '../support/feed-host.ts';
import {
  secdbDocument,
  secdbPath,
  trackerDocument,
  trackerPath,
  writeFeed,
  type SecdbPackages,
  type TrackerPackages,
} from '../support/feed-mirror.ts';
import { indexLayers } from '../support/library.ts';
import type { ReportJson } from '../support/report.ts';
import { run } from '../support/run-in-process.ts';
import { materialiseFeeds, missing, scratchDirectory } from '../support/shared-data.ts';
import { alpineRelease, apkInstalled, debianRelease, dpkgStatus } from '../support/small-image.ts';
import { trackerHost } from '../support/tracker.ts';

/** Twelve source packages with a fix each, so that one less is less than a fifth. */
const names = Array.from({ length: 12 }, (_, at) => `pkg${String(at).padStart(2, '0')}`);
const secdb: SecdbPackages = Object.fromEntries(
  names.map((name, at) => [name, { [`1.${at}-r0`]: [`CVE-2024-1${at}`, `CVE-2024-2${at}`] }]),
);
const tracker: TrackerPackages = Object.fromEntries(
  names.map((name, at) => [name, { [`CVE-2024-1${at}`]: { status: 'resolved', fixed_version: `1.${at}-1`, urgency: 'low' } }]),
);

const secdbUpdater = 'alpine-main-v3.19-updater';
const secdbFile = secdbPath('v3.19', 'main');

/** A feed of the two kinds, and three changes to it: first entry gone, one new in the middle, one changed. */
const feeds = [
  {
    updater: secdbUpdater,
    path: secdbFile,
    before: secdbDocument('v3.19', 'main', secdb),
    after: () => {
      const { pkg00: _gone, pkg05 = {}, ...rest } = secdb;
      const [[, ids] = ['', []]] = Object.entries(pkg05);
      const entries = Object.entries({ ...rest, pkg05: { '1.5-r9': ids }, pkg055: { '2.0-r0': ['CVE-2024-99'] } });
      return secdbDocument('v3.19', 'main', Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))));
    },
    removed: ['pkg00 CVE-2024-10', 'pkg00 CVE-2024-20', 'pkg05 CVE-2024-15', 'pkg05 CVE-2024-25'],
    added: ['pkg05 CVE-2024-15', 'pkg05 CVE-2024-25', 'pkg055 CVE-2024-99'],
  },
  {
    updater: 'debian-updater',
    path: trackerPath,
    before: trackerDocument(tracker),
    after: () => {
      const { pkg00: _gone, ...rest } = tracker;
      return trackerDocument({
        ...rest,
        pkg05: { 'CVE-2024-15': { status: 'resolved', fixed_version: '1.5-2', urgency: 'low' } },
        pkg055: { 'CVE-2024-99': { status: 'open', urgency: 'high' } },
      });
    },
    removed: ['pkg00 CVE-2024-10', 'pkg05 CVE-2024-15'],
    added: ['pkg05 CVE-2024-15', 'pkg055 CVE-2024-99'],
  },
] as const;

interface FeedJson {
  readonly updater: string;
  readonly state: string;
  readonly rows: number;
  readonly error?: { readonly code: string };
}

async function update(db: string, mirror: string, only: string): Promise<{ readonly code: number; readonly stderr: string }> {
  return await run(['update', '--db', db, '--feed-mirror', mirror, '--only', only]);
}

async function feedOf(db: string, updater: string): Promise<FeedJson | undefined> {
  const { stdout } = await run(['feeds', '--db', db, '--format', 'json']);
  return (JSON.parse(stdout) as { readonly feeds: readonly FeedJson[] }).feeds.find((feed) => feed.updater === updater);
}

const loaded = { code: 0, stdout: expect.any(String) as string, stderr: '' };

describe.each(feeds)('the feed of $updater', ({ updater, path, before, after, removed, added }) => {
  it('writes nothing when it is loaded again unchanged', async () => {
    using scratch = scratchDirectory();
    const db = join(scratch.path, 'c.db');
    writeFeed(join(scratch.path, 'mirror'), path, before);
    await using host = await serveFeeds(join(scratch.path, 'mirror'));
    await using plain = await FeedServer.start();
    plain.serve(`/${path}`, before);

    expect(await update(db, host.url, updater)).toMatchObject(loaded);
    const first = dumpAdvisories(db);
    expect(first.get('advisory')?.length).toBeGreaterThan(0);
    // By entity tag; by the bytes, where the server has no validators; from a directory.
    for (const mirror of [host.url, plain.url, join(scratch.path, 'mirror'), host.url]) {
      expect(await update(db, mirror, updater)).toMatchObject(loaded);
      expect(dumpAdvisories(db)).toEqual(first);
    }
    expect(host.requests.some((request) => request.endsWith('304'))).toBe(true);
  });

  it('closes and opens just what was removed, added and changed, and leaves every other id', async () => {
    using scratch = scratchDirectory();
    const db = join(scratch.path, 'c.db');
    const mirror = join(scratch.path, 'mirror');
    writeFeed(mirror, path, before);
    expect(await update(db, mirror, updater)).toMatchObject(loaded);
    const ids = currentAdvisories(db, updater);

    writeFeed(mirror, path, after());
    expect(await update(db, mirror, updater)).toMatchObject(loaded);
    const newIds = currentAdvisories(db, updater);
    expect(
      [...ids]
        .filter(([key, id]) => newIds.get(key) !== id)
        .map(([key]) => key)
        .sort(),
    ).toEqual([...removed].sort());
    expect(
      [...newIds]
        .filter(([key, id]) => ids.get(key) !== id)
        .map(([key]) => key)
        .sort(),
    ).toEqual([...added].sort());

    // And back again: what had been closed is opened anew, nothing else moves.
    writeFeed(mirror, path, before);
    expect(await update(db, mirror, updater)).toMatchObject(loaded);
    const lastIds = currentAdvisories(db, updater);
    expect([...lastIds.keys()].sort()).toEqual([...ids.keys()].sort());
    expect(
      [...lastIds]
        .filter(([key, id]) => newIds.get(key) !== id)
        .map(([key]) => key)
        .sort(),
    ).toEqual([...removed].sort());
  });

  it('points to the record of the document that was loaded last', async () => {
    using scratch = scratchDirectory();
    const db = join(scratch.path, 'c.db');
    const mirror = join(scratch.path, 'mirror');
    const index = join(scratch.path, 'index.json');
    const installed = names.map((name) => ({ name, version: '0.1' }));
    const isAlpine = updater === secdbUpdater;
    const layer = new LayerBuilder()
      .file('etc/os-release', isAlpine ? alpineRelease : debianRelease)
      .file(isAlpine ? 'lib/apk/db/installed' : 'var/lib/dpkg/status', isAlpine ? apkInstalled(installed) : dpkgStatus(installed))
      .build();
    writeFileSync(index, [...encodeIndexReport(await indexLayers([blobLayer(layer)]))].join(''));
    for (const document of [before, after()]) {
      writeFeed(mirror, path, document);
      expect(await update(db, mirror, updater)).toMatchObject(loaded);
      const report = JSON.parse((await run(['match', index, '--format', 'json', '--db', db, '--offline'])).stdout) as ReportJson;
      const affected = report.verdicts.filter(({ status }) => status === 'affected');
      expect(affected.length).toBeGreaterThanOrEqual(10);
      for (const { name, evidence } of affected) {
        const { pointer } = evidence['record'] as { readonly pointer: string };
        expect([pointer, JSON.stringify(resolvePointer(JSON.parse(document), pointer)), pointer.includes(name)]).toSatisfy(
          ([, found, isInPointer]) => isInPointer === true || String(found).includes(name),
        );
      }
    }
  });

  it('changes nothing when it is cut, at any of 20 places, and says so', async () => {
    using scratch = scratchDirectory();
    const db = join(scratch.path, 'c.db');
    await using server = await FeedServer.start();
    server.serve(`/${path}`, { body: before, etag: '"whole"' });
    expect(await update(db, server.url, updater)).toMatchObject(loaded);
    const first = dumpAdvisories(db);
    const { rows } = (await feedOf(db, updater)) ?? {};
    const whole = after();
    for (let place = 0; place < 20; place += 1) {
      const bytes = Math.floor(((whole.length - 1) * place) / 19);
      // In turns a shorter body that claims to be whole, and a connection that ends too early.
      if (place % 2 === 0) server.serve(`/${path}`, { body: whole.slice(0, bytes), etag: `"cut ${place}"` });
      else {
        server.serve(`/${path}`, { body: whole, etag: `"cut ${place}"` });
        server.always(`/${path}`, { kind: 'truncate', bytes });
      }
      const { code, stderr } = await update(db, server.url, updater);
      server.always(`/${path}`, undefined);
      expect([place, code, stderr === '']).toEqual([place, 5, false]);
      expect(dumpAdvisories(db)).toEqual(first);
      const feed = await feedOf(db, updater);
      expect(feed).toMatchObject({ rows, error: { code: expect.stringMatching(/^FEED_/) as string } });
    }
    const table = await run(['feeds', '--db', db]);
    expect(table.stdout).toMatch(/FEED_(TRUNCATED|MALFORMED|UNREACHABLE)/);
    server.serve(`/${path}`, { body: whole, etag: '"new"' });
    expect(await update(db, server.url, updater)).toMatchObject(loaded);
    expect((await feedOf(db, updater))?.error).toBeUndefined();
    expect(dumpAdvisories(db)).not.toEqual(first);
  });
});

describe('a feed that is shorter but well-formed', () => {
  it.each([
    [9, true],
    [10, false],
  ])('with %i of 12 entries left loads; a warning is given: %s', async (left, isWarned) => {
    using scratch = scratchDirectory();
    const db = join(scratch.path, 'c.db');
    const mirror = join(scratch.path, 'mirror');
    writeFeed(mirror, secdbFile, secdbDocument('v3.19', 'main', secdb));
    expect(await update(db, mirror, secdbUpdater)).toMatchObject(loaded);
    const shorter = Object.fromEntries(Object.entries(secdb).slice(0, left));
    writeFeed(mirror, secdbFile, secdbDocument('v3.19', 'main', shorter));
    const { code, stderr } = await update(db, mirror, secdbUpdater);
    expect([code, stderr.includes('FEED_SHRUNK')]).toEqual([0, isWarned]);
    expect(currentAdvisories(db, secdbUpdater).size).toBe(2 * left);
  });
});

/** RFC 6901. */
function resolvePointer(document: unknown, pointer: string): unknown {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.reduce((value, step) => (value as Record<string, unknown> | undefined)?.[step], document);
}

const skip = process.env['CLAIRCORE_FULL'] === undefined ? 'only in full runs' : missing('data/materialise.py');

describe.skipIf(skip !== undefined)(`the real feeds${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => {
  it.each([
    [secdbUpdater, secdbFile, changeSecdb],
    ['debian-updater', trackerPath, changeTracker],
  ] as const)('%s: unchanged, changed in three places, cut', { timeout: 600_000 }, async (updater, path, change) => {
    using scratch = scratchDirectory();
    const db = join(scratch.path, 'c.db');
    const mirror = join(scratch.path, 'mirror');
    materialiseFeeds(mirror, 'secdb.alpinelinux.org', trackerHost);
    const file = join(mirror, path);
    expect(existsSync(file)).toBe(true);
    expect((await update(db, mirror, updater)).code).toBe(0);
    const first = dumpAdvisories(db);
    const ids = currentAdvisories(db, updater);
    utimesSync(file, new Date(), new Date(statSync(file).mtimeMs + 60_000));
    expect((await update(db, mirror, updater)).code).toBe(0);
    expect(dumpAdvisories(db)).toEqual(first);

    const original = readFileSync(file, 'utf8');
    for (let place = 0; place < 20; place += 1) {
      writeFeed(mirror, path, original.slice(0, Math.floor(((original.length - 3) * place) / 19)));
      expect([place, (await update(db, mirror, updater)).code]).toEqual([place, 5]);
      expect(currentAdvisories(db, updater)).toEqual(ids);
    }
    expect(dumpAdvisories(db)).toEqual(first);

    const { body, removed, added } = change(original);
    writeFeed(mirror, path, body);
    expect((await update(db, mirror, updater)).code).toBe(0);
    const newIds = currentAdvisories(db, updater);
    expect(
      [...ids]
        .filter(([key, id]) => newIds.get(key) !== id)
        .map(([key]) => key)
        .sort(),
    ).toEqual([...removed].sort());
    expect(
      [...newIds]
        .filter(([key, id]) => ids.get(key) !== id)
        .map(([key]) => key)
        .sort(),
    ).toEqual([...added].sort());
  });
});

interface Changed {
  readonly body: string;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

interface SecdbJson {
  packages: { pkg: { name: string; secfixes: Record<string, string[]> } }[];
}

/** Takes the first single-CVE package away, changes the fix of the next, adds one. */
function changeSecdb(original: string): Changed {
  const document = JSON.parse(original) as SecdbJson;
  const single = document.packages.filter(({ pkg }) => {
    const ids = Object.values(pkg.secfixes).flat();
    return ids.length === 1 && /^CVE-\d+-\d+$/.test(ids[0] ?? '') && !Object.keys(pkg.secfixes).includes('0');
  });
  const [first, second] = single;
  if (!first || !second) throw new Error('the feed has no package with one CVE');
  const keyOf = ({ pkg }: SecdbJson['packages'][number]): string => `${pkg.name} ${Object.values(pkg.secfixes).flat()[0]}`;
  const secondKey = keyOf(second);
  second.pkg.secfixes = { '99999-r0': Object.values(second.pkg.secfixes).flat() };
  document.packages = document.packages.filter((entry) => entry !== first);
  document.packages.unshift({ pkg: { name: 'a-new-package', secfixes: { '1-r0': ['CVE-2030-1'] } } });
  return { body: JSON.stringify(document), removed: [keyOf(first), secondKey], added: [secondKey, 'a-new-package CVE-2030-1'] };
}

type TrackerJson = Record<string, Record<string, { description?: string; releases: Record<string, { status: string }> }>>;

function changeTracker(original: string): Changed {
  const document = JSON.parse(original) as TrackerJson;
  const rows = Object.entries(document).flatMap(([source, records]) => Object.keys(records).map((name) => [source, name] as const));
  const [first, , second] = rows;
  const record = document[second?.[0] ?? '']?.[second?.[1] ?? ''];
  if (!first || !second || !record) throw new Error('the feed is empty');
  const { [first[1]]: _gone, ...rest } = document[first[0]] ?? {};
  document[first[0]] = rest;
  record.description = 'changed by a test';
  document['a-new-package'] = { 'CVE-2030-1': { releases: { bookworm: { status: 'open' } } } };
  return {
    body: JSON.stringify(document),
    removed: [first.join(' '), second.join(' ')],
    added: [second.join(' '), 'a-new-package CVE-2030-1'],
  };
}
