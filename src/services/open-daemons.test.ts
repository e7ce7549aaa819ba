import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BlobServer, LayerBuilder, type ServedBlob } from '../testing/index.ts';
import { manifestDigest } from '../libindex/index.ts';
import { LogLines, post, started } from './daemon.fixture.ts';
import { openLibindexDaemon } from './open-libindex-daemon.ts';
import { openLibvulnDaemon } from './open-libvuln-daemon.ts';

const scratch = mkdtempSync(join(tmpdir(), 'claircore-daemons-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const mirror = join(import.meta.dirname, '../../examples/mirror');
type Json = Record<string, unknown>;

const release = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nNAME="Debian GNU/Linux"\nVERSION="12 (bookworm)"\n';
const status = (name: string, version: string): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nSource: nghttp2\nVersion: ${version}\n\n`;
const base = new LayerBuilder()
  .file('etc/os-release', release)
  .file('var/lib/dpkg/status', status('libnghttp2-14', '1.52.0-1+deb12u1'))
  .build();
const top = new LayerBuilder().file('etc/motd', 'hello').build();

async function index(url: string, layers: readonly ServedBlob[]): Promise<Json> {
  const hash = manifestDigest(layers);
  const body = { hash, layers: layers.map(({ digest, uri }) => ({ hash: digest, remote_path: { uri, headers: { 'X-Test': ['1'] } } })) };
  const answer = await post(`${url}/index`, body);
  expect(answer.status).toBe(301);
  for (;;) {
    const report = (await (await fetch(`${url}${answer.headers.get('location') ?? ''}`)).json()) as Json;
    if (report['state'] === 'IndexFinished' || report['state'] === 'IndexError') return report;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('the two daemons over what comes with the package', () => {
  it('index layers that are given by address, and match them', async () => {
    await using blobs = await BlobServer.start();
    const layers = [blobs.add(base), blobs.add(top)];
    const dataStore = { dataStore: 'sqlite', path: join(scratch, 'both.db') } as const;
    await using libindex = await started(await openLibindexDaemon({ dataStore, allowedLayerHosts: [blobs.host] }));
    await using libvuln = await started(await openLibvulnDaemon({ dataStore, initialUpdate: 'wait', feedMirror: mirror }));
    const report = await index(libindex.url, layers);
    expect(report).toMatchObject({ state: 'IndexFinished', success: true });
    expect(await index(libindex.url, layers)).toEqual(report);
    expect(layers.map(({ path }) => blobs.count(path))).toEqual([1, 1]);

    const answer = await post(`${libvuln.url}/scan`, report);
    const found = (await answer.json()) as {
      vulnerabilities: Record<string, Json>;
      details: Record<string, readonly Json[]>;
      coverage: Json;
    };
    const [vulnerability] = Object.values(found.vulnerabilities);
    expect(vulnerability).toMatchObject({ name: 'CVE-2024-28182', fixed_in_version: '1.52.0-1+deb12u2' });
    expect(found.coverage['complete']).toBe(true);
    const [id] = Object.keys(report['packages'] as Json);
    expect(found.details[String(vulnerability?.['id'])]).toMatchObject([
      { affected_package: { id: Number(id), name: 'libnghttp2-14' }, introduced_in: layers[0]?.digest },
    ]);
  });

  it('refuse a layer on this machine whose host was not named, and tell no address in the log', async () => {
    await using blobs = await BlobServer.start();
    const layers = [blobs.add(base, { path: '/secret-path' })];
    const logger = new LogLines();
    const dataStore = { dataStore: 'sqlite', path: join(scratch, 'refused.db') } as const;
    await using libindex = await started(await openLibindexDaemon({ dataStore, logger }));
    expect(await index(libindex.url, layers)).toMatchObject({ state: 'IndexError', success: false, err_code: 'ADDRESS_REFUSED' });
    expect(blobs.requests).toEqual([]);
    expect(JSON.stringify(logger.lines)).not.toContain('X-Test');
  });
});
