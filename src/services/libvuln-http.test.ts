import { describe, expect, it } from 'vitest';
import { AbortedError, StoreError, type IndexReport } from '../core/index.ts';
import { Libvuln } from '../libvuln/index.ts';
import { sampleReport } from '../reports/sample-report.fixture.ts';
import { fakeIndexReport, type FakePackage } from '../testing/fake-matcher-report.ts';
import { fakeSchemes } from '../testing/fake-matcher-scheme.ts';
import { fakeMatcher } from '../testing/fake-matcher.ts';
import { FakeFeedClient } from '../testing/fake-feed-client.ts';
import { fakeAdvisory, fakeFeed, fakeUpdaterSet, feedUrl } from '../testing/fake-updater.ts';
import { MemoryMatcherStore } from '../testing/memory-matcher-store.ts';
import { post, started } from './daemon.fixture.ts';
import { createLibvulnHttp, type LibvulnHttpOptions } from './libvuln-http.ts';
import { encodeSeedIndexReport } from './seed/index.ts';

type Json = Record<string, unknown>;
const feed = { name: 'feed', namespaces: ['distro:1'] };
const distro = { key: 'distro:1', scheme: 'integer', distribution: { did: 'distro', versionId: '1' } };
const inDistro = [{ distribution: 'distro:1' }];
const encode = (report: IndexReport): string => [...encodeSeedIndexReport(report)].join('');

/** Knows one advisory: `src` of `distro:1` below 5. */
async function openFakeLibvuln(): Promise<Libvuln> {
  const feeds = new FakeFeedClient().set(
    feedUrl(feed),
    fakeFeed([fakeAdvisory('CVE-1', [{ namespace: distro, package: 'src', range: { fixed: '5' } }])]),
  );
  const matchers = [fakeMatcher('distro')];
  const updaterSets = [fakeUpdaterSet('fakes', [feed])];
  return await Libvuln.open({
    store: new MemoryMatcherStore(),
    updaterSets,
    matchers,
    versionSchemes: fakeSchemes,
    feeds,
    initialUpdate: 'wait',
  });
}

async function open(options: Partial<LibvulnHttpOptions> = {}) {
  const libvuln = options.libvuln ?? (await openFakeLibvuln());
  const daemon = await started(createLibvulnHttp({ shutdownTimeout: 2_000, ...options, libvuln }));
  return {
    ...daemon,
    scan: async (body: unknown): Promise<{ status: number; json: Json; response: Response }> => {
      const response = await post(`${daemon.url}/scan`, body);
      return { status: response.status, json: (await response.json()) as Json, response };
    },
  };
}

const reportOf = (packages: readonly FakePackage[]): IndexReport => fakeIndexReport(packages);

describe('POST /scan', () => {
  it('takes what GET /index_report gives, and answers with numbers of that report', async () => {
    await using daemon = await open();
    const body = encode(reportOf([{ name: 'bin', version: '4', source: 'src 4', places: inDistro }]));
    const { status, json, response } = await daemon.scan(body);
    expect(status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const [posted] = Object.keys((JSON.parse(body) as { packages: Json }).packages);
    const [[id, vulnerability] = ['', {}]] = Object.entries(json['vulnerabilities'] as Record<string, Json>);
    expect(vulnerability).toMatchObject({ id: Number(id), name: 'CVE-1', updater: 'feed', fixed_in_version: '5' });
    expect(json['details']).toEqual({
      [id]: [
        expect.objectContaining({
          affected_package: expect.objectContaining({ id: Number(posted), name: 'bin', version: '4' }) as object,
          fixed_in_version: '5',
        }),
      ],
    });
    expect(json['verdicts']).toMatchObject([
      { package_id: Number(posted), vulnerability_id: Number(id), status: 'affected', evidence: { comparison: '4 < 5' } },
    ]);
    expect(json['coverage']).toMatchObject({ complete: true });
  });

  it('keeps every place of a package', async () => {
    await using daemon = await open();
    const report = reportOf([{ name: 'bin', version: '4', source: 'src 4', places: inDistro }]);
    const environments = new Map([...report.environments].map(([id, [place]]) => [id, place ? [place, { ...place, packageDb: 'z' }] : []]));
    const { json } = await daemon.scan(encode({ ...report, environments }));
    const [details] = Object.values(json['details'] as Record<string, readonly { affected_package: Json }[]>);
    expect(details?.map((entry) => entry.affected_package['package_db'])).toEqual(['var/lib/db', 'z']);
  });

  it('of a distribution that nobody knows finds nothing, and says that it could not look', async () => {
    await using daemon = await open();
    const byHand = {
      manifest_hash: `sha256:${'a'.repeat(64)}`,
      state: 'IndexFinished',
      packages: { 1: { id: 1, name: 'x', version: '1', kind: 'binary', source: null, package_db: 'db', repository_hint: '' } },
      distributions: { 1: { id: 1, did: 'plan9', name: 'Plan 9', version_id: '4' } },
      repository: {},
      distribution_by_package: { 1: 1 },
      repository_by_package: {},
      package_introduced: { 1: `sha256:${'b'.repeat(64)}` },
      success: true,
      err: '',
    };
    const { status, json } = await daemon.scan(byHand);
    expect(status).toBe(200);
    expect(json).toMatchObject({ vulnerabilities: {}, details: {}, coverage: { complete: false } });
    expect(json['verdicts']).toMatchObject([{ package_id: 1, vulnerability_id: null, status: 'unknown' }]);
  });

  it('of a report that is not finished is 400', async () => {
    await using daemon = await open();
    const { status, json } = await daemon.scan(encode({ ...reportOf([]), state: 'ScanLayers', success: false }));
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 'bad-request', message: 'the index report is not finished', additional: { state: 'ScanLayers' } });
  });

  it('that fails is a scan-error', async () => {
    const libvuln = { scan: () => Promise.reject(new StoreError('STORE_CORRUPT', { path: '/secret' })), status: () => Promise.resolve([]) };
    await using daemon = await open({ libvuln });
    const { status, json } = await daemon.scan(encode(reportOf([])));
    expect({ status, json }).toEqual({
      status: 500,
      json: { code: 'scan-error', message: 'the database is damaged', additional: { code: 'STORE_CORRUPT' } },
    });
  });

  it('that fails by a defect tells nothing of it', async () => {
    const libvuln = { scan: () => Promise.reject(new TypeError('secret of the code')), status: () => Promise.resolve([]) };
    await using daemon = await open({ libvuln });
    const { status, json } = await daemon.scan(encode(reportOf([])));
    expect({ status, code: json['code'], text: JSON.stringify(json) }).toEqual({
      status: 500,
      code: 'internal-error',
      text: expect.not.stringMatching(/secret|\.ts|at /) as string,
    });
  });

  it('ends when the client leaves', async () => {
    const stopped = Promise.withResolvers<unknown>();
    const reached = Promise.withResolvers<void>();
    const libvuln: LibvulnHttpOptions['libvuln'] = {
      scan: (_report, options) => {
        const signal = options?.signal;
        reached.resolve();
        return new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            stopped.resolve(signal.aborted);
            reject(new AbortedError());
          });
        });
      },
      status: () => Promise.resolve([]),
    };
    await using daemon = await open({ libvuln });
    const leaver = new AbortController();
    const left = post(`${daemon.url}/scan`, encode(reportOf([])), { signal: leaver.signal }).catch(() => 'left');
    await reached.promise;
    leaver.abort();
    expect(await left).toBe('left');
    expect(await stopped.promise).toBe(true);
  });

  it('beyond the most requests at one time is refused for now, and the health is told all the same', async () => {
    const reached = Promise.withResolvers<void>();
    const free = Promise.withResolvers<void>();
    const report = sampleReport({ packages: [] });
    const libvuln = {
      scan: async () => {
        reached.resolve();
        await free.promise;
        return report;
      },
      status: () => Promise.resolve([]),
    };
    await using daemon = await open({ libvuln, maxRequests: 1 });
    const first = daemon.scan(encode(reportOf([])));
    await reached.promise;
    const second = await daemon.scan(encode(reportOf([])));
    expect(second).toMatchObject({ status: 503, json: { code: 'unavailable' } });
    expect(second.response.headers.get('retry-after')).toBe('1');
    expect((await fetch(`${daemon.url}/healthz`)).status).toBe(200);
    free.resolve();
    expect((await first).status).toBe(200);
    expect((await daemon.scan(encode(reportOf([])))).status).toBe(200);
  });

  it('writes a large report in pieces', async () => {
    const packages = Array.from({ length: 2_000 }, (_, index) => ({ name: `package-${index}` }));
    const report = sampleReport({ packages, findings: [{ name: 'CVE-1', packages: packages.map(({ name }) => name) }] });
    await using daemon = await open({ libvuln: { scan: () => Promise.resolve(report), status: () => Promise.resolve([]) } });
    const { json } = await daemon.scan(encode(reportOf([])));
    expect(Object.keys(json['vulnerabilities'] as Json).length).toBe(report.vulnerabilities.size);
  });
});

describe('GET /healthz', () => {
  it('asks the store', async () => {
    const answers = [() => Promise.resolve([]), () => Promise.reject(new StoreError('STORE_BUSY'))];
    const libvuln = {
      scan: () => Promise.reject(new Error('not asked')),
      status: () => (answers.shift() ?? (() => Promise.resolve([])))(),
    };
    await using daemon = await open({ libvuln });
    expect((await fetch(`${daemon.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${daemon.url}/healthz`)).status).toBe(503);
  });
});
