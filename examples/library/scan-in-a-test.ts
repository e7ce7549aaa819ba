// claircore/testing: build an image in a test, give it a feed that you wrote, and look at the report. No network, no container engine.
// Run in a checkout: npx node examples/library/scan-in-a-test.ts
import assert from 'node:assert/strict';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLayerEngine, defaultEcosystems, defaultMatchers, openImage, selectUpdaterSets, versionSchemes } from 'claircore';
import { Libindex } from 'claircore/libindex';
import { Libvuln } from 'claircore/libvuln';
import { dockerArchive, FakeFeedClient, LayerBuilder, MemoryIndexerStore, MemoryMatcherStore, writeArchive } from 'claircore/testing';

const base = new LayerBuilder()
  .file('etc/os-release', 'ID=alpine\nVERSION_ID=3.19.1\n')
  .file('lib/apk/db/installed', 'P:libssl3\nV:3.1.4-r5\nA:x86_64\no:openssl\n\n')
  .build();
const upgrade = new LayerBuilder().file('lib/apk/db/installed', 'P:libssl3\nV:3.1.4-r6\nA:x86_64\no:openssl\n\n').build();

// Addresses are always upstream's, whatever answers.
const secdb = { distroversion: 'v3.19', packages: [{ pkg: { name: 'openssl', secfixes: { '3.1.4-r6': ['CVE-2024-2511'] } } }] };
const feeds = new FakeFeedClient()
  .set('https://secdb.alpinelinux.org/v3.19/main.json', JSON.stringify({ ...secdb, reponame: 'main' }))
  .set('https://secdb.alpinelinux.org/v3.19/community.json', JSON.stringify({ ...secdb, reponame: 'community', packages: [] }));
const libvulnOptions = { updaterSets: selectUpdaterSets(), matchers: defaultMatchers, versionSchemes, feeds };

async function scan(...layers: readonly Uint8Array[]) {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'scan-in-a-test-'));
  const files = dockerArchive([{ layers: layers.map((tar) => ({ tar, compression: 'gzip' })) }]);
  await using image = await openImage(writeArchive(join(directory.path, 'image.tar'), files));
  await using libindex = await Libindex.open({
    store: new MemoryIndexerStore(),
    engine: createLayerEngine(),
    ecosystems: defaultEcosystems,
  });
  await using libvuln = await Libvuln.open({ store: new MemoryMatcherStore(), ...libvulnOptions });
  const index = await libindex.index(image.manifest);
  await libvuln.update({ namespaces: libvuln.requiredNamespaces(index) });
  return await libvuln.scan(index);
}

void test('the base image has the problem', async () => {
  const { verdicts } = await scan(base);
  assert.deepEqual(
    verdicts.map(({ name, evidence }) => `${name}: ${evidence.comparison}`),
    ['CVE-2024-2511: 3.1.4-r5 < 3.1.4-r6'],
  );
});

void test('the upgrade in a later layer takes it away', async () => {
  const { verdicts, coverage } = await scan(base, upgrade);
  assert.deepEqual(verdicts, []);
  // Not "nothing was found because nothing was known":
  assert.equal(coverage.complete, true);
});
