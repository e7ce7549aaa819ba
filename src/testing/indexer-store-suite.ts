import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IndexerStore, Lease } from '../contracts/index.ts';
import { diagnostic } from '../core/index.ts';
import {
  indexReport,
  layerArtifact,
  layerDigest,
  layerResult,
  manifestDigest,
  packageFacts,
  releasedLease,
  scannerIdentity,
} from './store-fixtures.ts';

const dpkg = scannerIdentity('dpkg');
const npm = scannerIdentity('npm');
const gzip = layerDigest('base as gzip');
const zstd = layerDigest('base as zstd');
const diffId = layerDigest('base as tar');
const image = manifestDigest('image');

/** What every {@link IndexerStore} keeps to. `open` gives an empty store. */
export function indexerStoreSuite(name: string, open: () => Promise<IndexerStore>): void {
  describe(`${name} as an indexer store`, () => {
    let store: IndexerStore;
    let proof: Lease;
    beforeEach(async () => {
      store = await open();
      proof = await store.locker.lock('layer:base');
    });
    afterEach(() => store[Symbol.asyncDispose]());

    describe('layers', () => {
      it('knows nothing of a layer that nobody stored', async () => {
        expect(await store.missingScanners({ digest: gzip }, [npm, dpkg])).toEqual([npm, dpkg]);
        expect(await store.layerWalk({ digest: gzip })).toBeUndefined();
        expect(await store.layerArtifacts({ digest: gzip }, [npm])).toEqual([]);
        expect(await store.askedArtifacts({ digest: gzip }, [npm])).toEqual([]);
      });

      it('gives back what a walk gave', async () => {
        const artifact = layerArtifact(dpkg, 'var/lib/dpkg/status', ['bash 5.2', 'openssl 3.0']);
        const diagnostics = [diagnostic('TAR_TRAILER_MISSING', { layer: gzip })];
        const map = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);
        await store.putLayer(layerResult({ digest: gzip, diffId }, [artifact], { map, diagnostics }), proof);
        expect(await store.layerArtifacts({ digest: gzip, diffId }, [dpkg])).toEqual([artifact]);
        const walk = await store.layerWalk({ digest: gzip, diffId });
        expect(walk?.diagnostics).toEqual(diagnostics);
        expect([...(walk?.map ?? [])]).toEqual([...map]);
      });

      it('remembers a scanner that found nothing', async () => {
        const nothing = { scanner: npm, findings: {}, read: [] };
        await store.putLayer(layerResult({ digest: gzip }, [nothing]), proof);
        expect(await store.missingScanners({ digest: gzip }, [npm])).toEqual([]);
        expect(await store.layerArtifacts({ digest: gzip }, [npm])).toEqual([nothing]);
      });

      it('takes a scanner of another version, kind or name for another scanner', async () => {
        await store.putLayer(layerResult({ digest: gzip }, [layerArtifact(dpkg, 'status', [])]), proof);
        const others = [scannerIdentity('dpkg', 2), { ...dpkg, kind: 'distribution' as const }, npm];
        expect(await store.missingScanners({ digest: gzip }, [...others, dpkg])).toEqual(others);
        expect(await store.layerArtifacts({ digest: gzip }, others)).toEqual([]);
      });

      it('answers in the order of the scanners asked for', async () => {
        const artifacts = [layerArtifact(dpkg, 'status', ['a 1']), layerArtifact(npm, 'package.json', ['b 1'])];
        await store.putLayer(layerResult({ digest: gzip }, artifacts), proof);
        expect((await store.layerArtifacts({ digest: gzip }, [npm, dpkg])).map((artifact) => artifact.scanner)).toEqual([npm, dpkg]);
      });

      it('finds a layer by either digest as soon as both are known', async () => {
        const artifact = layerArtifact(dpkg, 'status', ['bash 5.2']);
        await store.putLayer(layerResult({ digest: gzip }, [artifact], { diffId }), proof);
        expect(await store.layerArtifacts({ digest: diffId }, [dpkg])).toEqual([artifact]);
        expect(await store.layerArtifacts({ digest: zstd, diffId }, [dpkg])).toEqual([artifact]);
        expect(await store.missingScanners({ digest: zstd }, [dpkg])).toEqual([dpkg]);
      });

      it('makes one layer of two when they turn out to be the same', async () => {
        const asked = layerArtifact(npm, 'app/package.json', ['left-pad 1']);
        await store.putLayer(layerResult({ digest: gzip }, [layerArtifact(dpkg, 'status', ['bash 5.2'])], { diffId: gzip }), proof);
        await store.putAsked({ digest: gzip }, [asked], proof);
        const { map: _, ...noMap } = layerResult({ digest: zstd, diffId }, [layerArtifact(npm, 'package.json', ['b 1'])]);
        await store.putLayer(noMap, proof);
        expect(await store.layerWalk({ digest: zstd })).toBeUndefined();
        // Now it is seen that the gzip and the zstd blob hold one tar.
        await store.putLayer(layerResult({ digest: gzip, diffId }, []), proof);
        for (const digest of [gzip, zstd, diffId]) {
          expect(await store.missingScanners({ digest }, [dpkg, npm])).toEqual([]);
          expect(await store.askedArtifacts({ digest }, [npm])).toEqual([asked]);
          expect((await store.layerWalk({ digest }))?.map.length).toBe(3);
        }
      });

      it('replaces what the same scanners said, and leaves the others', async () => {
        await store.putLayer(
          layerResult({ digest: gzip }, [layerArtifact(dpkg, 's', ['a 1', 'b 1']), layerArtifact(npm, 'p', ['c 1'])]),
          proof,
        );
        const again = layerArtifact(dpkg, 's', ['a 2']);
        await store.putLayer(layerResult({ digest: gzip }, [again]), proof);
        expect(await store.layerArtifacts({ digest: gzip }, [dpkg, npm])).toEqual([again, layerArtifact(npm, 'p', ['c 1'])]);
      });

      it('keeps the map of the first walk, and the diagnostics of all', async () => {
        const [first, second] = [diagnostic('TAR_TRAILER_MISSING'), diagnostic('LINK_CYCLE', { path: 'a' })];
        await store.putLayer(layerResult({ digest: gzip }, [], { diagnostics: [first] }), proof);
        const { map: _, ...noMap } = layerResult({ digest: gzip }, [], { diagnostics: [first, second] });
        await store.putLayer(noMap, proof);
        const walk = await store.layerWalk({ digest: gzip });
        expect(walk?.map.length).toBe(3);
        expect(walk?.diagnostics).toEqual([first, second]);
      });
    });

    describe('asked paths', () => {
      it('are apart from what the walk gave', async () => {
        await store.putAsked({ digest: gzip }, [layerArtifact(dpkg, 'opt/status', ['a 1'])], proof);
        expect(await store.missingScanners({ digest: gzip }, [dpkg])).toEqual([dpkg]);
        expect(await store.layerArtifacts({ digest: gzip }, [dpkg])).toEqual([]);
        expect(await store.layerWalk({ digest: gzip })).toBeUndefined();
      });

      it('are merged into one artifact a scanner, sorted by asked path', async () => {
        const found = layerArtifact(npm, 'b/package.json', ['b 1']);
        await store.putAsked({ digest: gzip }, [found], proof);
        const nothing = { scanner: npm, findings: {}, read: [{ asked: 'a/package.json', real: 'x/package.json' }] };
        await store.putAsked({ digest: gzip }, [nothing], proof);
        expect(await store.askedArtifacts({ digest: gzip }, [dpkg, npm])).toEqual([
          { ...found, read: [{ asked: 'a/package.json', real: 'x/package.json' }, ...found.read] },
        ]);
      });

      it('take the later answer for a path asked again', async () => {
        await store.putAsked({ digest: gzip }, [layerArtifact(npm, 'a', ['a 1']), layerArtifact(dpkg, 'a', ['x 1'])], proof);
        await store.putAsked({ digest: gzip }, [layerArtifact(npm, 'b', ['b 1'])], proof);
        await store.putAsked({ digest: gzip }, [layerArtifact(npm, 'a', ['a 2'])], proof);
        const [artifact] = await store.askedArtifacts({ digest: gzip }, [npm]);
        expect(artifact?.findings.packages?.map(({ facts, path }) => [path, facts.name, facts.version])).toEqual([
          ['b', 'b', '1'],
          ['a', 'a', '2'],
        ]);
        expect(artifact?.read.map(({ asked }) => asked)).toEqual(['a', 'b']);
        expect((await store.askedArtifacts({ digest: gzip }, [dpkg]))[0]?.findings.packages).toHaveLength(1);
      });
    });

    describe('manifests', () => {
      const finished = indexReport(image, ['bash 5.2', 'openssl 3.0']);

      it('have no report at first', async () => {
        expect(await store.indexReport(image)).toBeUndefined();
        expect(await store.isManifestScanned(image, [])).toBe(false);
      });

      it('give back the last report in any state, exactly', async () => {
        await store.putManifest({ digest: image, layers: [{ digest: gzip, diffId }, { digest: zstd }] }, proof);
        const failed = { ...indexReport(image, [], { state: 'IndexError', success: false, err: 'it failed', errCode: 'TAR_CORRUPT' }) };
        for (const report of [indexReport(image, [], { state: 'ScanLayers', success: false }), failed, finished]) {
          await store.putIndexReport(report, proof);
          expect(await store.indexReport(image)).toEqual(report);
        }
        const stored = await store.indexReport(image);
        expect([...(stored?.packages.keys() ?? [])]).toEqual([...finished.packages.keys()]);
        expect(await store.indexReport(manifestDigest('another'))).toBeUndefined();
      });

      it('keep what is odd in a report', async () => {
        const facts = packageFacts('__proto__', '1\u0000\uFEFF"\\', { cpe: '🙂', module: 'a:b' });
        const odd = indexReport(image, ['constructor toString', `${'x'.repeat(5000)} 1`], {
          diagnostics: [
            diagnostic('FILE_UNPARSABLE', { path: '', data: JSON.parse('{"__proto__":"x","n":-1.5}') as Record<string, string> }),
          ],
        });
        const id = 'an id that is no hash' as never;
        const report = { ...odd, packages: new Map([...odd.packages, [id, { ...facts, id }]]) };
        await store.putIndexReport(report, proof);
        expect(await store.indexReport(image)).toEqual(report);
      });

      it('are scanned when just these scanners made the finished report', async () => {
        await store.finishManifest(finished, [dpkg, npm], proof);
        expect(await store.indexReport(image)).toEqual(finished);
        expect(await store.isManifestScanned(image, [dpkg])).toBe(false);
        expect(await store.isManifestScanned(image, [npm, dpkg])).toBe(true);
        expect(await store.isManifestScanned(image, [npm, dpkg, dpkg])).toBe(true);
        expect(await store.isManifestScanned(image, [npm, dpkg, scannerIdentity('apk')])).toBe(false);
        expect(await store.isManifestScanned(image, [scannerIdentity('npm', 2)])).toBe(false);
      });

      it('are not scanned any more when another report took the place of the finished one', async () => {
        await store.finishManifest(finished, [dpkg], proof);
        await store.putIndexReport(indexReport(image, [], { state: 'FetchLayers', success: false }), proof);
        expect(await store.isManifestScanned(image, [dpkg])).toBe(false);
        await store.finishManifest(finished, [npm], proof);
        expect(await store.isManifestScanned(image, [npm])).toBe(true);
        expect(await store.isManifestScanned(image, [dpkg])).toBe(false);
      });

      it('can be stored and indexed again', async () => {
        for (const layers of [[{ digest: gzip }], [{ digest: zstd }, { digest: gzip }]]) {
          await store.putManifest({ digest: image, layers }, proof);
          await store.indexManifest(finished, proof);
        }
        await store.indexManifest(indexReport(image, []), proof);
        expect(await store.indexReport(image)).toBeUndefined();
      });
    });

    describe('manifests by what they hold', () => {
      const [one, two] = [manifestDigest('one'), manifestDigest('two')];
      const sorted = [one, two].sort();
      const binary = (name: string) => ({ name, kind: 'binary' as const });
      const source = (name: string) => ({ name, kind: 'source' as const });
      beforeEach(async () => {
        await store.indexManifest(indexReport(one, ['bash 5.2', 'zlib 1.3']), proof);
        await store.indexManifest(indexReport(two, ['bash 5.3', 'dash 0.5']), proof);
      });

      it('are found by the name of a package, and by that of its source', async () => {
        expect(await store.manifestsWith([binary('bash')])).toEqual(sorted);
        expect(await store.manifestsWith([binary('zlib')])).toEqual([one]);
        expect(await store.manifestsWith([source('dash-src')])).toEqual([two]);
        expect(await store.manifestsWith([source('dash-src'), binary('zlib'), binary('bash')])).toEqual(sorted);
      });

      it('are not found by a name of the other kind, a part of one, or none', async () => {
        for (const asked of [binary('bash-src'), source('bash'), binary('bas'), binary(''), source(''), binary("b'; --")]) {
          expect(await store.manifestsWith([asked])).toEqual([]);
        }
        expect(await store.manifestsWith([])).toEqual([]);
      });

      it('are found by what the last report holds', async () => {
        await store.indexManifest(indexReport(one, ['zlib 1.4']), proof);
        expect(await store.manifestsWith([binary('bash')])).toEqual([two]);
      });
    });

    describe('a manifest that is deleted', () => {
      const other = manifestDigest('other');
      const shared = layerDigest('shared');
      const artifact = layerArtifact(dpkg, 'status', ['bash 5.2']);
      beforeEach(async () => {
        for (const [digest, layers] of [
          [image, [{ digest: shared }, { digest: gzip, diffId }, { digest: shared }]],
          [other, [{ digest: shared }]],
        ] as const) {
          await store.putManifest({ digest, layers }, proof);
          await store.indexManifest(indexReport(digest, ['bash 5.2']), proof);
          await store.finishManifest(indexReport(digest, ['bash 5.2']), [dpkg], proof);
        }
        await store.putLayer(layerResult({ digest: gzip, diffId }, [artifact]), proof);
        await store.putLayer(layerResult({ digest: shared }, [artifact]), proof);
        await store.putAsked({ digest: gzip, diffId }, [artifact], proof);
      });

      it('is not known any more, nor are the layers that no other has', async () => {
        expect(await store.deleteManifest(image, proof)).toBe(true);
        expect(await store.indexReport(image)).toBeUndefined();
        expect(await store.isManifestScanned(image, [dpkg])).toBe(false);
        expect(await store.manifestsWith([{ name: 'bash', kind: 'binary' }])).toEqual([other]);
        for (const digest of [gzip, diffId]) {
          expect(await store.missingScanners({ digest }, [dpkg])).toEqual([dpkg]);
          expect(await store.askedArtifacts({ digest }, [dpkg])).toEqual([]);
          expect(await store.layerWalk({ digest })).toBeUndefined();
        }
      });

      it('leaves the others and their layers', async () => {
        await store.deleteManifest(image, proof);
        expect(await store.isManifestScanned(other, [dpkg])).toBe(true);
        expect(await store.layerArtifacts({ digest: shared }, [dpkg])).toEqual([artifact]);
        await store.deleteManifest(other, proof);
        expect(await store.missingScanners({ digest: shared }, [dpkg])).toEqual([dpkg]);
      });

      it('cannot be deleted twice', async () => {
        expect(await store.deleteManifest(manifestDigest('unknown'), proof)).toBe(false);
        expect(await store.deleteManifest(other, proof)).toBe(true);
        expect(await store.deleteManifest(other, proof)).toBe(false);
      });

      it('can come back', async () => {
        await store.deleteManifest(image, proof);
        await store.putManifest({ digest: image, layers: [{ digest: gzip, diffId }] }, proof);
        await store.putLayer(layerResult({ digest: gzip, diffId }, [artifact]), proof);
        expect(await store.layerArtifacts({ digest: gzip }, [dpkg])).toEqual([artifact]);
      });
    });

    it('takes nothing under a lock that was lost', async () => {
      const lost = await releasedLease(store, 'layer:lost');
      const forged = { key: proof.key, fence: proof.fence + 1 };
      const result = layerResult({ digest: gzip }, [layerArtifact(dpkg, 'status', ['a 1'])]);
      for (const bad of [lost, forged, { key: 'layer:never', fence: 1 }]) {
        const calls = [
          store.putLayer(result, bad),
          store.putAsked({ digest: gzip }, result.artifacts, bad),
          store.putManifest({ digest: image, layers: [] }, bad),
          store.putIndexReport(indexReport(image, []), bad),
          store.indexManifest(indexReport(image, []), bad),
          store.finishManifest(indexReport(image, []), [dpkg], bad),
          store.deleteManifest(image, bad),
        ];
        for (const outcome of await Promise.allSettled(calls)) {
          expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'LOCK_LOST' } });
        }
      }
      expect(await store.missingScanners({ digest: gzip }, [dpkg])).toEqual([dpkg]);
      expect(await store.askedArtifacts({ digest: gzip }, [dpkg])).toEqual([]);
      expect(await store.indexReport(image)).toBeUndefined();
    });

    it('closes twice, and is of no use then', async () => {
      await store[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await expect(store.indexReport(image)).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
      await expect(store.putIndexReport(indexReport(image, []), proof)).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
    });
  });
}
