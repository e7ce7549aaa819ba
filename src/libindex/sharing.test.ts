import { describe, expect, it } from 'vitest';
import type { WalkRequest } from '../contracts/index.ts';
import { InputError, type IndexReport, type Layer, type LayerContent } from '../core/index.ts';
import { openFakeIndex, manifestOf, placesOf, type FakeIndex } from '../testing/fake-ecosystem-index.ts';
import { FakeLayerEngine, fakeLayer } from '../testing/fake-layer-engine.ts';
import { MemoryIndexerStore } from '../testing/memory-indexer-store.ts';

const base = fakeLayer({ 'db/packages': 'a 1' });
const top = fakeLayer({ 'app/c.pkg': 'c 1' });
const image = [base, top];
const places = ['a 1 @ db/packages in 0', 'c 1 @ app/c.pkg in 1'];
const manifestKey = `manifest:${manifestOf(image).digest}`;

/** A place where a walk stops until it is let go. */
class Gate {
  readonly #reached = Promise.withResolvers<WalkRequest>();
  readonly #open = Promise.withResolvers<void>();
  readonly #digest: string;

  constructor(layer: Layer) {
    this.#digest = layer.digest;
  }

  get reached(): Promise<WalkRequest> {
    return this.#reached.promise;
  }

  open(): void {
    this.#open.resolve();
  }

  readonly before = async (request: WalkRequest): Promise<void> => {
    if (request.layer.digest !== this.#digest) return;
    this.#reached.resolve(request);
    await this.#open.promise;
  };
}

function count(reports: readonly IndexReport[]): readonly string[] {
  return reports.map((report) => report.state);
}

describe('calls for one image in one process', () => {
  it('share the work', async () => {
    const engine = new FakeLayerEngine();
    await using bench = await openFakeIndex({ engine });
    const reports = await Promise.all([bench.index(image), bench.index(image), bench.index(image)]);
    expect(reports.map((report) => placesOf(report, image))).toEqual([places, places, places]);
    expect(engine.walks.length).toBe(2);
  });

  it('a caller that leaves does not stop the others', async () => {
    const gate = new Gate(top);
    const engine = new FakeLayerEngine({ before: gate.before });
    await using bench = await openFakeIndex({ engine });
    const leaver = new AbortController();
    const left = bench.index(image, { signal: leaver.signal });
    const stays = bench.index(image);
    const request = await gate.reached;
    leaver.abort(new Error('enough'));
    await expect(left).rejects.toMatchObject({ code: 'ABORTED' });
    expect(request.signal?.aborted).toBe(false);
    gate.open();
    expect(placesOf(await stays, image)).toEqual(places);
    expect(engine.walksOf(top)).toBe(1);
  });

  it('the last one that leaves stops the work, and waits until it has stopped', async () => {
    const gate = new Gate(top);
    const engine = new FakeLayerEngine({ before: gate.before });
    await using bench = await openFakeIndex({ engine, layerScanConcurrency: 1 });
    const controllers = [new AbortController(), new AbortController()];
    const calls = controllers.map(({ signal }) => bench.index(image, { signal }));
    const settled = Promise.allSettled(calls);
    const request = await gate.reached;
    for (const controller of controllers) controller.abort();
    expect(request.signal?.aborted).toBe(true);
    gate.open();
    const results = await settled;
    expect(results.map((result) => result.status === 'rejected' && (result.reason as { code: string }).code)).toEqual([
      'ABORTED',
      'ABORTED',
    ]);
    expect(bench.store.locker.keys).toEqual([]);
    expect(placesOf(await bench.index(image), image)).toEqual(places);
    expect(engine.walksOf(base)).toBe(1);
  });

  it('a call that comes while the work is being stopped begins anew', async () => {
    const gate = new Gate(top);
    await using bench = await openFakeIndex({ engine: new FakeLayerEngine({ before: gate.before }) });
    const leaver = new AbortController();
    const left = bench.index(image, { signal: leaver.signal });
    await gate.reached;
    leaver.abort();
    const late = bench.index(image);
    gate.open();
    await expect(left).rejects.toMatchObject({ code: 'ABORTED' });
    expect(placesOf(await late, image)).toEqual(places);
  });

  it('a signal that has fired before starts nothing', async () => {
    const engine = new FakeLayerEngine();
    await using bench = await openFakeIndex({ engine });
    await expect(bench.index(image, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(engine.walks).toEqual([]);
  });

  it('what a caller closes when it leaves is read from another one', async () => {
    const reached = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const content: LayerContent = {
      kind: 'blob',
      open: async () => {
        reached.resolve();
        await closed.promise;
        throw new InputError('IMAGE_UNREADABLE');
      },
    };
    await using bench = await openFakeIndex();
    const leaver = new AbortController();
    const left = bench.index([base, { ...top, content }], { signal: leaver.signal });
    const stays = bench.index(image);
    await reached.promise;
    leaver.abort();
    await expect(left).rejects.toMatchObject({ code: 'ABORTED' });
    closed.resolve();
    expect(placesOf(await stays, image)).toEqual(places);
  });

  it('a caller with content does not share the failure of one without', async () => {
    await using bench = await openFakeIndex();
    const poor = bench.index([base, { digest: top.digest }]);
    const rich = bench.index(image);
    expect(count(await Promise.all([poor, rich]))).toEqual(['IndexError', 'IndexFinished']);
  });

  it('a caller that has seen the failure has another try, though the failed one has not ended', async () => {
    let walks = 0;
    const before = (): void => {
      walks += 1;
      if (walks === 1) throw new InputError('TAR_CORRUPT', {});
    };
    await using bench = await openFakeIndex({ engine: new FakeLayerEngine({ before }) });
    let again: Promise<IndexReport> | undefined;
    const failed = await bench.index([base], {
      onProgress: (event) => {
        if (event.kind === 'state' && event.state === 'IndexError') again = bench.index([base]);
      },
    });
    expect([failed.state, (await again)?.state]).toEqual(['IndexError', 'IndexFinished']);
  });

  it('closing stops the work', async () => {
    const gate = new Gate(top);
    const bench = await openFakeIndex({ engine: new FakeLayerEngine({ before: gate.before }) });
    const call = Promise.allSettled([bench.index(image)]);
    await gate.reached;
    const closing = bench[Symbol.asyncDispose]();
    gate.open();
    await closing;
    expect(await call).toMatchObject([{ status: 'rejected', reason: { code: 'ABORTED' } }]);
    expect(bench.store.locker.keys).toEqual([]);
  });
});

describe('several processes on one store', () => {
  async function open(store: MemoryIndexerStore, engine: FakeLayerEngine): Promise<FakeIndex> {
    return await openFakeIndex({ store, engine });
  }

  it('walk each layer of one image once in sum', async () => {
    const store = new MemoryIndexerStore();
    const engine = new FakeLayerEngine({ before: () => new Promise((resolve) => setTimeout(resolve, 5)) });
    const processes = await Promise.all([open(store, engine), open(store, engine)]);
    const reports = await Promise.all(processes.map((one) => one.index(image)));
    expect(reports[0]).toEqual(reports[1]);
    expect(image.map((layer) => engine.walksOf(layer))).toEqual([1, 1]);
  });

  it('walk the layers that different images share once in sum, and say that they wait', async () => {
    const store = new MemoryIndexerStore();
    const gate = new Gate(base);
    const engine = new FakeLayerEngine({ before: gate.before });
    const [one, other] = await Promise.all([open(store, engine), open(store, engine)]);
    const first = one.index([base]);
    await gate.reached;
    const waiting = Promise.withResolvers<void>();
    const second = other.index(image, { onProgress: (event) => event.kind === 'layer-waiting' && waiting.resolve() });
    await waiting.promise;
    gate.open();
    expect(count(await Promise.all([first, second]))).toEqual(['IndexFinished', 'IndexFinished']);
    expect(engine.walksOf(base)).toBe(1);
    expect(other.events).toContainEqual({ kind: 'layer-known', layer: base.digest });
  });

  it('index one image one after the other, and say that they wait', async () => {
    const store = new MemoryIndexerStore();
    const gate = new Gate(base);
    const engine = new FakeLayerEngine({ before: gate.before });
    const [one, other] = await Promise.all([open(store, engine), open(store, engine)]);
    const first = one.index(image);
    await gate.reached;
    const waiting = Promise.withResolvers<void>();
    const second = other.index(image, { onProgress: (event) => event.kind === 'manifest-waiting' && waiting.resolve() });
    await waiting.promise;
    gate.open();
    expect(await second).toEqual(await first);
    const { digest } = manifestOf(image);
    expect(one.events.map(({ kind }) => kind)).not.toContain('manifest-waiting');
    expect(other.events).toEqual([
      { kind: 'manifest-waiting', manifest: digest },
      { kind: 'state', manifest: digest, state: 'CheckManifest' },
      { kind: 'state', manifest: digest, state: 'IndexFinished' },
    ]);
  });

  it('another one completes what a process that hangs had begun, once its locks have run out', async () => {
    const store = new MemoryIndexerStore();
    const gate = new Gate(top);
    const hanging = await openFakeIndex({ store, engine: new FakeLayerEngine({ before: gate.before }), layerScanConcurrency: 1 });
    const engine = new FakeLayerEngine();
    const next = await open(store, engine);
    const call = hanging.index(image);
    await gate.reached;
    expect(store.locker.keys).toEqual([`layer:${top.digest}`, manifestKey]);
    for (const key of store.locker.keys) store.locker.takeAway(key);
    expect(placesOf(await next.index(image), image)).toEqual(places);
    expect(image.map((layer) => engine.walksOf(layer))).toEqual([0, 1]);
    gate.open();
    // Its writes are void; its second try finds the image done.
    expect(placesOf(await call, image)).toEqual(places);
  });
});

describe('a lock that is lost', () => {
  /** Takes locks away from whoever walks the layer, so many times. */
  function thief(store: MemoryIndexerStore, key: string, times: number): FakeLayerEngine {
    let left = times;
    return new FakeLayerEngine({
      before: ({ layer }) => {
        if (layer.digest !== top.digest || left === 0) return;
        left -= 1;
        store.locker.takeAway(key);
      },
    });
  }

  it.each([manifestKey, `layer:${top.digest}`])('%s: once: the work begins again and keeps what is stored', async (key) => {
    const store = new MemoryIndexerStore();
    const engine = thief(store, key, 1);
    await using bench = await openFakeIndex({ store, engine, layerScanConcurrency: 1 });
    expect(placesOf(await bench.index(image), image)).toEqual(places);
    expect(image.map((layer) => engine.walksOf(layer))).toEqual([1, 2]);
  });

  it.each([manifestKey, `layer:${top.digest}`])('%s: twice: the call rejects with LOCK_LOST', async (key) => {
    const store = new MemoryIndexerStore();
    await using bench = await openFakeIndex({ store, engine: thief(store, key, 2) });
    await expect(bench.index(image)).rejects.toMatchObject({ code: 'LOCK_LOST', kind: 'store' });
    expect(store.locker.keys).toEqual([]);
    expect(await bench.index(image)).toMatchObject({ success: true });
  });

  it('a result is not stored under a lock that somebody else holds by now', async () => {
    const locker = new MemoryIndexerStore().locker;
    const taken = new Set<string>();
    const before = (method: string): void => {
      if (method !== 'finishManifest' || taken.has(method)) return;
      taken.add(method);
      locker.takeAway(manifestKey);
    };
    const store = new MemoryIndexerStore({ locker, before });
    await using bench = await openFakeIndex({ store });
    expect(await bench.index(image)).toMatchObject({ success: true });
    expect(bench.events.filter((event) => event.kind === 'state' && event.state === 'CheckManifest').length).toBe(2);
  });
});
