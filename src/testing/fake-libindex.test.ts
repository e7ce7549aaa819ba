import { describe, expect, it } from 'vitest';
import { StoreError, type Manifest, type VulnerabilityId } from '../core/index.ts';
import { FakeLayerFetcher } from './fake-layer-fetcher.ts';
import { fakeLayer } from './fake-layer-engine.ts';
import { manifestOf } from './fake-ecosystem-index.ts';
import { FakeLibindex } from './fake-libindex.ts';
import { fakeIndexReport } from './fake-matcher-report.ts';
import { fakeVulnerability } from './fake-vulnerability.ts';
import { libindexSuite } from './libindex-suite.ts';

const manifest = manifestOf([fakeLayer({ a: '' })]);

libindexSuite('FakeLibindex', async () => {
  const fetcher = new FakeLayerFetcher();
  const libindex = new FakeLibindex({ fetcher });
  return {
    libindex,
    image(packages): Manifest {
      const image = manifestOf([fakeLayer({ 'db/packages': packages.join('\n') })]);
      const report = fakeIndexReport(packages.map((name) => ({ name, version: '1' })));
      const affectedBy: VulnerabilityId[] = packages.map((name) => fakeVulnerability(name).id);
      libindex.script(image.digest, { report, affectedBy });
      return image;
    },
    brokenImage() {
      const error = { state: 'IndexError', success: false, err: 'it is broken', errCode: 'TAR_CORRUPT' } as const;
      libindex.script(manifest.digest, { report: { ...fakeIndexReport([]), ...error } });
      return manifest;
    },
    hold: ({ digest }) => libindex.hold(digest),
    runs: ({ digest }) => libindex.runs(digest),
    vulnerability: fakeVulnerability,
    layer: (entries) => fetcher.serve(entries),
    async [Symbol.asyncDispose]() {
      await libindex[Symbol.asyncDispose]();
      await fetcher[Symbol.asyncDispose]();
    },
  };
});

describe('FakeLibindex', () => {
  it('says of an image that nothing was scripted of that nothing is installed in it', async () => {
    expect(await new FakeLibindex().index(manifest)).toMatchObject({ state: 'IndexFinished', packages: new Map() });
  });

  it('rejects with the error that was scripted, until something else is', async () => {
    const libindex = new FakeLibindex().script(manifest.digest, { error: new StoreError('STORE_BUSY') });
    await expect(libindex.index(manifest)).rejects.toMatchObject({ code: 'STORE_BUSY' });
    libindex.script(manifest.digest, {});
    expect(await libindex.index(manifest)).toMatchObject({ success: true });
  });

  it('tells the events that were scripted', async () => {
    const event = { kind: 'layer-known', layer: fakeLayer({}).digest } as const;
    const libindex = new FakeLibindex().script(manifest.digest, { events: [event] });
    const kinds: string[] = [];
    await libindex.index(manifest, { onProgress: ({ kind }) => void kinds.push(kind) });
    expect(kinds.filter((kind) => kind !== 'state')).toEqual(['layer-known']);
  });
});
