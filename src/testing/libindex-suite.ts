import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { indexStates, type IndexReport, type Layer, type Manifest, type ManifestDigest, type Vulnerability } from '../core/index.ts';
import type { IndexProgress } from '../libindex/index.ts';
import type { FakeLayer } from './fake-layer-engine.ts';
import type { LibindexLike } from './fake-libindex.ts';
import type { HeldRequests } from './gates.ts';

/** A Libindex, and images that it can be asked about. */
export interface LibindexBench extends AsyncDisposable {
  readonly libindex: LibindexLike;
  /** An image with a package of each of these names. */
  image(packages: readonly string[]): Manifest;
  /** One that cannot be indexed: something is wrong with the image itself. */
  brokenImage(): Manifest;
  /** Work on the image waits from now on until it is released. */
  hold(image: Manifest): HeldRequests;
  /** How often work on the image was begun. */
  runs(image: Manifest): number;
  /** One that affects every image with the package. */
  vulnerability(packageName: string): Vulnerability;
  /** A layer for `openLayer`. */
  layer(entries: FakeLayer): Layer;
}

const unknown = `sha256:${'0'.repeat(64)}` as ManifestDigest;

/** What every Libindex keeps to. */
export function libindexSuite(name: string, open: () => Promise<LibindexBench>): void {
  describe(`${name} as a Libindex`, () => {
    let bench: LibindexBench;
    beforeEach(async () => {
      bench = await open();
    });
    afterEach(() => bench[Symbol.asyncDispose]());

    it('finds what is installed, and remembers it', async () => {
      const image = bench.image(['a', 'b']);
      const report = await bench.libindex.index(image);
      expect(report).toMatchObject({ manifestHash: image.digest, state: 'IndexFinished', success: true, err: '' });
      expect(namesOf(report)).toEqual(['a', 'b']);
      expect(await bench.libindex.indexReport(image.digest)).toEqual(report);
      expect(await bench.libindex.index(image)).toEqual(report);
      expect(bench.runs(image)).toBe(1);
    });

    it('gives every package a place', async () => {
      const { packages, environments } = await bench.libindex.index(bench.image(['a', 'b']));
      expect([...packages.keys()].filter((id) => (environments.get(id) ?? []).length === 0)).toEqual([]);
      expect([...environments.keys()].filter((id) => !packages.has(id))).toEqual([]);
    });

    it('tells its states in order, and of a known image only the last', async () => {
      const image = bench.image(['a']);
      expect(await statesOf(image)).toEqual(indexStates.slice(0, -1));
      expect(await statesOf(image)).toEqual(['IndexFinished']);
    });

    it('shows how far it is', async () => {
      const image = bench.image(['a']);
      const held = bench.hold(image);
      const indexing = bench.libindex.index(image);
      await held.arrived;
      const state = (await bench.libindex.indexReport(image.digest))?.state;
      held.release();
      await indexing;
      expect(state).toBe('ScanLayers');
    });

    it('goes on when a progress callback throws', async () => {
      const onProgress = (): void => {
        throw new Error('a defect of the caller');
      };
      expect(await bench.libindex.index(bench.image(['a']), { onProgress })).toMatchObject({ success: true });
    });

    it('reports what is wrong with an image, and does not throw it', async () => {
      const image = bench.brokenImage();
      const report = await bench.libindex.index(image);
      expect(report).toMatchObject({ manifestHash: image.digest, state: 'IndexError', success: false });
      expect(report.err).not.toBe('');
      expect(report.errCode).toBeDefined();
      expect(await bench.libindex.indexReport(image.digest)).toEqual(report);
      expect(await statesOf(image)).toContain('IndexError');
    });

    it('shares the work on one image', async () => {
      const image = bench.image(['a']);
      const held = bench.hold(image);
      const indexing = [1, 2, 3].map(() => bench.libindex.index(image));
      await held.arrived;
      held.release();
      const [first, ...others] = await Promise.all(indexing);
      expect(others).toEqual([first, first]);
      expect(bench.runs(image)).toBe(1);
    });

    it('a caller that leaves does not stop the others, the last one does', async () => {
      const image = bench.image(['a']);
      const held = bench.hold(image);
      const [leaver, stayer] = [new AbortController(), new AbortController()];
      const left = bench.libindex.index(image, { signal: leaver.signal });
      const stayed = bench.libindex.index(image, { signal: stayer.signal });
      await held.arrived;
      leaver.abort();
      await expect(left).rejects.toMatchObject({ code: 'ABORTED' });
      stayer.abort();
      await expect(stayed).rejects.toMatchObject({ code: 'ABORTED' });
      held.release();
      expect(await bench.libindex.index(image)).toMatchObject({ state: 'IndexFinished' });
      expect(bench.runs(image)).toBe(2);
    });

    it('does nothing for a signal that has fired', async () => {
      const image = bench.image(['a']);
      await expect(bench.libindex.index(image, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
      expect(await bench.libindex.indexReport(image.digest)).toBeUndefined();
    });

    it.each(['', 'sha256:', 'x'.repeat(1000)])('refuses %j as a digest', async (text) => {
      const digest = text as ManifestDigest;
      const { libindex } = bench;
      await expect(libindex.index({ digest, layers: [] })).rejects.toMatchObject({ code: 'USAGE_OPTION' });
      await expect(libindex.deleteManifests([digest])).rejects.toMatchObject({ code: 'USAGE_OPTION' });
    });

    it('has no report of an image that nobody asked about', async () => {
      expect(await bench.libindex.indexReport(unknown)).toBeUndefined();
    });

    it('has a state that stays the same', async () => {
      const before = bench.libindex.state();
      await bench.libindex.index(bench.image(['a']));
      expect(before).toMatch(/^[0-9a-f]{32,}$/);
      expect(bench.libindex.state()).toBe(before);
    });

    it('tells which images a vulnerability affects', async () => {
      const images = [bench.image(['a']), bench.image(['b']), bench.image(['a', 'b'])];
      for (const image of images) await bench.libindex.index(image);
      const vulnerability = bench.vulnerability('a');
      const affected = await bench.libindex.affectedManifests([vulnerability]);
      const expected = [images[0], images[2]].flatMap((image) => image?.digest ?? []).sort();
      expect([...affected.vulnerableManifests]).toEqual(expected.map((digest) => [digest, [vulnerability.id]]));
      expect([...affected.vulnerabilities.keys()]).toEqual([vulnerability.id]);
      expect((await bench.libindex.affectedManifests([])).vulnerableManifests.size).toBe(0);
    });

    it('forgets images', async () => {
      const image = bench.image(['a']);
      await bench.libindex.index(image);
      expect(await bench.libindex.deleteManifests([unknown, image.digest, image.digest])).toEqual({ deleted: [image.digest], locked: [] });
      expect(await bench.libindex.indexReport(image.digest)).toBeUndefined();
      expect(await bench.libindex.deleteManifests([image.digest])).toEqual({ deleted: [], locked: [] });
    });

    it('does not forget an image that is being indexed', async () => {
      const image = bench.image(['a']);
      const held = bench.hold(image);
      const indexing = bench.libindex.index(image);
      await held.arrived;
      const deleted = await bench.libindex.deleteManifests([image.digest]);
      held.release();
      expect(await indexing).toMatchObject({ success: true });
      expect(deleted).toEqual({ deleted: [], locked: [image.digest] });
    });

    it('opens a layer', async () => {
      await using layer = await bench.libindex.openLayer(bench.layer({ 'etc/os-release': 'ID=test' }));
      const content = (await layer.files(['etc/os-release'])).get('/etc/os-release');
      expect(content && new TextDecoder().decode(content)).toBe('ID=test');
    });

    it('stops what runs when it is closed, and does nothing more', async () => {
      const image = bench.image(['a']);
      const held = bench.hold(image);
      const indexing = Promise.allSettled([bench.libindex.index(image)]);
      await held.arrived;
      await bench.libindex[Symbol.asyncDispose]();
      expect(await indexing).toMatchObject([{ status: 'rejected', reason: { code: 'ABORTED' } }]);
      held.release();
      await bench.libindex[Symbol.asyncDispose]();
      await expect(bench.libindex.index(image)).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
      await expect(bench.libindex.indexReport(image.digest)).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
      await expect(bench.libindex.affectedManifests([])).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
      await expect(bench.libindex.deleteManifests([])).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
    });

    async function statesOf(image: Manifest): Promise<readonly string[]> {
      const states: string[] = [];
      const onProgress = (event: IndexProgress): void => {
        if (event.kind === 'state') states.push(event.state);
      };
      await bench.libindex.index(image, { onProgress });
      return states;
    }
  });
}

function namesOf({ packages }: IndexReport): readonly string[] {
  return [...packages.values()].map(({ name }) => name).sort();
}
