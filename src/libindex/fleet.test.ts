import { describe, expect, it } from 'vitest';
import {
  AbortedError,
  type IndexReport,
  type Manifest,
  type ManifestDigest,
  type Vulnerability,
  type VulnerabilityId,
} from '../core/index.ts';
import { manifestOf } from '../testing/fake-ecosystem-index.ts';
import { fakeEcosystems } from '../testing/fake-ecosystem.ts';
import { FakeLayerEngine, fakeLayer } from '../testing/fake-layer-engine.ts';
import { fakeSchemes } from '../testing/fake-matcher-scheme.ts';
import { fakeMatcher } from '../testing/fake-matcher.ts';
import { MemoryIndexerStore } from '../testing/memory-indexer-store.ts';
import { Libindex, type IndexProgress, type LibindexOptions } from './index.ts';

const base = fakeLayer({ 'etc/os-release': 'known 1', 'db/packages': 'a 1\nb odd' });
const other = fakeLayer({ 'etc/os-release': 'known 1', 'db/packages': 'a 3' });
const [image, newer] = [manifestOf([base]), manifestOf([other])];

/** A row on `known 1`, as a report names it. */
function vulnerability(
  id: string,
  name: string,
  fixed: string | undefined,
  severity: Vulnerability['normalizedSeverity'] = 'Low',
): Vulnerability {
  const distribution = { did: 'known', versionId: '1', name: '', version: '', versionCodeName: '', arch: '', cpe: '', prettyName: '' };
  return {
    id: id as VulnerabilityId,
    updater: 'u',
    name: `CVE-${id}`,
    aliases: [],
    description: '',
    links: [],
    issued: '',
    severity: '',
    normalizedSeverity: severity,
    package: { name, kind: 'source', module: '', arch: '', archOperation: '' },
    distribution,
    range: fixed === undefined ? {} : { fixed },
    fixState: 'unknown',
  };
}

async function open(store: MemoryIndexerStore, rest: Partial<LibindexOptions> = {}): Promise<Libindex> {
  const matchers = [fakeMatcher('known')];
  return await Libindex.open({
    store,
    engine: new FakeLayerEngine(),
    ecosystems: fakeEcosystems(),
    matchers,
    versionSchemes: fakeSchemes,
    ...rest,
  });
}

describe('affected manifests', () => {
  it('are listed by digest, the most severe vulnerability first; what cannot be compared stands apart', async () => {
    await using libindex = await open(new MemoryIndexerStore());
    await libindex.index(image);
    await libindex.index(newer);
    const given = [
      vulnerability('1', 'a', '2'),
      vulnerability('2', 'a', undefined, 'Critical'),
      vulnerability('3', 'b', '9', 'High'),
      vulnerability('4', 'c', undefined),
      vulnerability('0', 'a', '4'),
    ];
    const found = await libindex.affectedManifests(given);
    const digests = [image.digest, newer.digest].sort();
    expect([...found.vulnerableManifests.keys()]).toEqual(digests);
    expect(found.vulnerableManifests.get(image.digest)).toEqual(['2', '0', '1']);
    expect(found.vulnerableManifests.get(newer.digest)).toEqual(['2', '0']);
    expect([...found.undetermined]).toEqual([[image.digest, ['3']]]);
    expect([...found.vulnerabilities.keys()]).toEqual(['0', '1', '2', '3']);
    expect(found.unfinished).toEqual([]);
  });

  it('that are being indexed again are named, not passed over', async () => {
    const store = new MemoryIndexerStore();
    await using libindex = await open(store);
    const report = await libindex.index(image);
    await using lease = await store.locker.lock(`manifest:${image.digest}`);
    await store.putIndexReport({ ...report, state: 'Coalesce', success: false }, lease);
    const found = await libindex.affectedManifests([vulnerability('1', 'a', '2')]);
    expect(found).toMatchObject({ unfinished: [image.digest], vulnerableManifests: new Map(), vulnerabilities: new Map() });
  });

  it('ask nothing of the store where nothing is asked', async () => {
    const before = (method: string): void => expect(method).not.toBe('manifestsWith');
    await using libindex = await open(new MemoryIndexerStore({ before }));
    expect((await libindex.affectedManifests([])).vulnerableManifests.size).toBe(0);
  });

  it('need matchers, and the schemes of those', async () => {
    await using libindex = await Libindex.open({ store: new MemoryIndexerStore(), engine: new FakeLayerEngine(), ecosystems: [] });
    await expect(libindex.affectedManifests([])).rejects.toMatchObject({ code: 'USAGE_OPTION', data: { option: 'matchers' } });
    await expect(open(new MemoryIndexerStore(), { versionSchemes: new Map() })).rejects.toMatchObject({
      code: 'USAGE_PLUGIN',
      data: { matcher: 'known-matcher', scheme: 'integer' },
    });
  });

  it('end when the caller leaves, and when the Libindex is closed', async () => {
    const store = new MemoryIndexerStore();
    const libindex = await open(store);
    await libindex.index(image);
    const signal = AbortSignal.abort();
    await expect(libindex.affectedManifests([vulnerability('1', 'a', '2')], { signal })).rejects.toBeInstanceOf(AbortedError);
    const running = libindex.affectedManifests([vulnerability('1', 'a', '2')]);
    await Promise.all([expect(running).rejects.toBeInstanceOf(AbortedError), libindex[Symbol.asyncDispose]()]);
    await expect(libindex.affectedManifests([])).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
  });
});

describe('deletion of manifests', () => {
  it('leaves those whose lock is held, and names them', async () => {
    const store = new MemoryIndexerStore();
    await using libindex = await open(store);
    await libindex.index(image);
    await libindex.index(newer);
    const unknown = manifestOf([base, other]).digest;
    const lease = await store.locker.lock(`manifest:${newer.digest}`);
    expect(await libindex.deleteManifests([unknown, newer.digest, image.digest, image.digest])).toEqual({
      deleted: [image.digest],
      locked: [newer.digest],
    });
    expect(await libindex.indexReport(image.digest)).toBeUndefined();
    expect(await libindex.indexReport(newer.digest)).toMatchObject({ state: 'IndexFinished' });
    await lease.release();
    expect(await libindex.deleteManifests([newer.digest])).toEqual({ deleted: [newer.digest], locked: [] });
    expect(store.locker.keys).toEqual([]);
  });

  it('leaves an image that this Libindex is indexing', async () => {
    const store = new MemoryIndexerStore();
    const engine = new FakeLayerEngine({
      before: async () => expect(await libindex.deleteManifests([image.digest])).toEqual({ deleted: [], locked: [image.digest] }),
    });
    await using libindex = await open(store, { engine });
    expect(await libindex.index(image)).toMatchObject({ success: true });
  });

  it('reads a layer again that no other image had', async () => {
    const engine = new FakeLayerEngine();
    await using libindex = await open(new MemoryIndexerStore(), { engine });
    const both: Manifest = manifestOf([base, other]);
    await libindex.index(image);
    await libindex.index(both);
    await libindex.deleteManifests([both.digest]);
    await libindex.index(both);
    expect([base, other].map((layer) => engine.walksOf(layer))).toEqual([1, 2]);
  });

  it('deletes nothing where one digest is none', async () => {
    await using libindex = await open(new MemoryIndexerStore());
    await libindex.index(image);
    await expect(libindex.deleteManifests([image.digest, 'latest' as ManifestDigest])).rejects.toMatchObject({
      code: 'USAGE_OPTION',
      data: { option: 'digests', value: 'latest' },
    });
    expect(await libindex.indexReport(image.digest)).toBeDefined();
  });
});

describe("a controller of one's own", () => {
  it('may go around the standard one', async () => {
    const told: string[] = [];
    await using libindex = await open(new MemoryIndexerStore(), {
      controllerFactory: ({ manifest, signal }, standard) => ({
        run: async () => {
          told.push(`begin ${manifest.digest} ${signal.aborted}`);
          const report = await standard.run();
          told.push(`end ${report.state}`);
          return report;
        },
      }),
    });
    expect(await libindex.index(image)).toMatchObject({ state: 'IndexFinished' });
    expect(told).toEqual([`begin ${image.digest} false`, 'end IndexFinished']);
  });

  it('may stand in its place, built once for callers that ask together', async () => {
    let built = 0;
    const report: IndexReport = {
      manifestHash: image.digest,
      state: 'IndexError',
      success: false,
      err: 'not on a Sunday',
      packages: new Map(),
      distributions: new Map(),
      repositories: new Map(),
      environments: new Map(),
      diagnostics: [],
    };
    await using libindex = await open(new MemoryIndexerStore(), {
      controllerFactory: ({ progress, manifest }) => {
        built += 1;
        const run = (): Promise<IndexReport> => {
          progress({ kind: 'state', manifest: manifest.digest, state: 'IndexError' });
          return Promise.resolve(report);
        };
        return { run };
      },
    });
    const events: IndexProgress[] = [];
    const onProgress = (event: IndexProgress): void => void events.push(event);
    expect(await Promise.all([libindex.index(image, { onProgress }), libindex.index(image)])).toEqual([report, report]);
    expect(built).toBe(1);
    expect(events).toEqual([{ kind: 'state', manifest: image.digest, state: 'IndexError' }]);
  });
});

describe('resources', () => {
  it('are disposed after the store, also when opening fails', async () => {
    const order: string[] = [];
    const resource = { [Symbol.asyncDispose]: async () => void order.push('resource') };
    class Store extends MemoryIndexerStore {
      override async [Symbol.asyncDispose](): Promise<void> {
        order.push('store');
        await super[Symbol.asyncDispose]();
      }
    }
    const libindex = await open(new Store(), { resources: [resource] });
    await libindex[Symbol.asyncDispose]();
    await expect(open(new Store(), { resources: [resource], layerScanConcurrency: 0 })).rejects.toMatchObject({ code: 'USAGE_OPTION' });
    expect(order).toEqual(['store', 'resource', 'store', 'resource']);
  });
});
