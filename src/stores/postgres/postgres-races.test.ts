import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type FreshDatabase } from '../../../test/support/postgres.ts';
import type { IndexerStore } from '../../contracts/index.ts';
import {
  indexReport,
  layerArtifact,
  layerDigest,
  layerResult,
  manifestDigest,
  packageFacts,
  scannerIdentity,
} from '../../testing/store-fixtures.ts';
import { openPostgresIndexerStore } from './index.ts';

let fresh: FreshDatabase;
let stores: readonly IndexerStore[];
const open = (): Promise<IndexerStore> => openPostgresIndexerStore({ connectionString: fresh.connectionString, lockRetry: 30 });
beforeAll(async () => {
  fresh = await freshDatabase();
  stores = await Promise.all([open(), open(), open(), open()]);
});
afterAll(async () => {
  for (const store of stores) await store[Symbol.asyncDispose]();
  await fresh[Symbol.asyncDispose]();
});

const scanners = ['dpkg', 'npm', 'pypi', 'rpm'].map((name) => scannerIdentity(name));
const rotated = <T>(list: readonly T[], by: number): readonly T[] => [...list.slice(by % list.length), ...list.slice(0, by % list.length)];

/** Each store does it under a lock of its own: nothing but the database orders them. */
async function allAtOnce(
  task: (store: IndexerStore, proof: { key: string; fence: number }, index: number) => Promise<void>,
): Promise<void> {
  await Promise.all(
    [...stores, ...stores].map(async (store, index) => {
      await using lease = await store.locker.lock(`race:${index}`);
      await task(store, lease, index);
    }),
  );
}

describe('at once, in other orders', () => {
  it('the same new layers, scanners and packages are stored, each once', async () => {
    const layers = Array.from({ length: 12 }, (_, index) => ({ digest: layerDigest(`race ${index}`) }));
    const packages = Array.from({ length: 200 }, (_, index) => `package-${index} 1`);
    await allAtOnce(async (store, proof, index) => {
      const digest = manifestDigest(`race ${index}`);
      await store.putManifest({ digest, layers: rotated(layers, index) }, proof);
      for (const layer of rotated(layers, index)) {
        const artifacts = rotated(scanners, index).map((scanner) => layerArtifact(scanner, 'status', ['bash 5.2']));
        await store.putLayer(layerResult(layer, artifacts), proof);
        await store.putAsked(layer, [layerArtifact(scannerIdentity('asked'), `path-${index}`, [])], proof);
      }
      await store.indexManifest(indexReport(digest, rotated(packages, index * 7)), proof);
      await store.finishManifest(indexReport(digest, packages), rotated(scanners, index), proof);
    });
    const count = async (table: string): Promise<number> =>
      (await fresh.query<{ n: number }>(`SELECT count(*)::int AS n FROM claircore_indexer.${table}`))[0]?.n ?? -1;
    expect(await count('layer')).toBe(12);
    expect(await count('layer_alias')).toBe(12);
    expect(await count('scanner')).toBe(5);
    expect(await count('artifact')).toBe(12 * 5);
    expect(await count('indexed_package')).toBe(200);
    expect(await count('manifest_package')).toBe(8 * 200);
    const [store] = stores;
    for (const layer of layers) {
      const asked = await store?.askedArtifacts(layer, [scannerIdentity('asked')]);
      expect(asked?.[0]?.read.map((path) => path.asked)).toEqual(Array.from({ length: 8 }, (_, index) => `path-${index}`));
    }
    expect(await store?.manifestsWith([{ name: 'package-7', kind: 'binary' }])).toHaveLength(8);
  });

  it('forms of one layer become one row', async () => {
    const forms = Array.from({ length: 8 }, (_, index) => layerDigest(`form ${index}`));
    const diffId = layerDigest('form as tar');
    await allAtOnce(async (store, proof, index) => {
      const digest = forms[index] ?? diffId;
      const scanner = scannerIdentity(`form-${index}`);
      await store.putAsked({ digest }, [layerArtifact(scanner, 'asked', [])], proof);
      await store.putLayer(layerResult({ digest, diffId }, [layerArtifact(scanner, 'walked', [])]), proof);
    });
    const rows = await fresh.query('SELECT DISTINCT layer_id FROM claircore_indexer.layer_alias WHERE digest = ANY($1)', [
      [...forms, diffId],
    ]);
    expect(rows).toHaveLength(1);
    const all = forms.map((_, index) => scannerIdentity(`form-${index}`));
    for (const digest of forms) {
      expect(await stores[0]?.missingScanners({ digest }, all)).toEqual([]);
      expect(await stores[0]?.askedArtifacts({ digest }, all)).toHaveLength(8);
    }
  });

  it('a layer that one image gives up and another takes up is whole, or is to be read again', async () => {
    const layers = ['x', 'y', 'z'].map((name) => ({ digest: layerDigest(`come and go ${name}`) }));
    const artifact = layerArtifact(scannerIdentity('dpkg'), 'status', []);
    await allAtOnce(async (store, proof, index) => {
      const digest = manifestDigest(`come and go ${index}`);
      for (let round = 0; round < 6; round += 1) {
        await store.putManifest({ digest, layers: rotated(layers, index + round) }, proof);
        for (const layer of layers) await store.putLayer(layerResult(layer, [artifact]), proof);
        // As long as this image has it, nobody takes it away.
        for (const layer of layers) expect(await store.missingScanners(layer, [artifact.scanner])).toEqual([]);
        expect(await store.deleteManifest(digest, proof)).toBe(true);
      }
    });
    const orphans =
      await fresh.query(`SELECT digest FROM claircore_indexer.layer_alias WHERE layer_id NOT IN (SELECT id FROM claircore_indexer.layer)
      UNION ALL SELECT layer_id::text FROM claircore_indexer.artifact WHERE layer_id NOT IN (SELECT id FROM claircore_indexer.layer)
      UNION ALL SELECT layer_id::text FROM claircore_indexer.manifest_layer WHERE layer_id NOT IN (SELECT id FROM claircore_indexer.layer)`);
    expect(orphans).toEqual([]);
    expect(await stores[0]?.missingScanners(layers[0] ?? { digest: layerDigest('') }, [artifact.scanner])).toEqual([artifact.scanner]);
  });
});

it('there was no deadlock: what is stored together is locked in one order', async () => {
  // The server counts when a connection has been idle for a second, or is closed.
  for (const store of stores) await store[Symbol.asyncDispose]();
  stores = await Promise.all([open(), open()]);
  const found = await fresh.query<{ n: number }>('SELECT deadlocks::int AS n FROM pg_stat_database WHERE datname = current_database()');
  expect(found).toEqual([{ n: 0 }]);
});

it('names that are hostile are kept, and found', async () => {
  const [store] = stores;
  if (!store) return;
  await using lease = await store.locker.lock('race:names');
  const digest = manifestDigest('hostile');
  const names = ['a\u0000b', 'x'.repeat(100_000), '\uD800', `'; DROP TABLE layer; --`, '{"}', '\\x00', 'NULL'];
  const packages = names.map((name) => packageFacts(name, `${name}1`, { source: { name: `${name}-src`, version: '', module: '' } }));
  const report = {
    ...indexReport(digest, []),
    packages: new Map(packages.map((facts, index) => [`p${index}` as never, { ...facts, id: `p${index}` as never }])),
  };
  await store.indexManifest(report, lease);
  for (const name of names) {
    expect(await store.manifestsWith([{ name, kind: 'binary' }])).toEqual([digest]);
    expect(await store.manifestsWith([{ name: `${name}-src`, kind: 'source' }])).toEqual([digest]);
  }
});
