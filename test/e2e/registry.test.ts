import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { FakeRegistry, ociLayout, writeArchive, type ImageFiles, type TestImage } from '../../src/testing/index.ts';
import { claircore, epoch } from '../support/cli.ts';
import { hasTool, projectPath, scratchDirectory } from '../support/shared-data.ts';
import { smallLayers, writeSmallMirror } from '../support/small-image.ts';

const image: TestImage = {
  layers: smallLayers.map((tar, at) => ({ tar, compression: at % 2 === 0 ? 'gzip' : 'zstd' })),
  names: ['demo/app:1'],
};
const platform = ['--platform', 'linux/amd64'];

/** The same image from an archive, and the options that both are scanned with; a database for each. */
async function scanArchive(room: string): Promise<{ readonly stdout: string; readonly options: readonly string[] }> {
  const options = [...platform, '--quiet', '--format', 'json', '--feed-mirror', writeSmallMirror(join(room, 'mirror'))];
  const path = writeArchive(join(room, 'app.tar'), ociLayout([image]));
  const { code, stdout, stderr } = await claircore(['scan', path, ...options, '--db', join(room, 'archive.db')]);
  expect([code, stderr]).toEqual([0, '']);
  return { stdout, options };
}

describe('a scan of an image in a registry', () => {
  it('gives the same bytes as one of the same image in an OCI archive', { timeout: 60_000 }, async () => {
    using scratch = scratchDirectory();
    const { stdout, options } = await scanArchive(scratch.path);
    await using registry = await FakeRegistry.start({ auth: { kind: 'bearer' } });
    registry.push('demo/app', '1', image);
    const database = ['--db', join(scratch.path, 'registry.db')];
    const pulled = await claircore(['scan', `${registry.host}/demo/app:1`, ...options, ...database]);
    expect([pulled.code, pulled.stderr]).toEqual([0, '']);
    expect(pulled.stdout).toBe(stdout);
    const blobs = (): number => registry.requests.filter(({ path }) => path.includes('/blobs/')).length;
    const before = blobs();
    // Known layers are not transferred again: what is read is the config.
    const again = await claircore(['scan', `registry:${registry.host}/demo/app:1`, ...options, ...database]);
    expect(again.stdout).toBe(stdout);
    expect(blobs() - before).toBe(1);
  });

  it.each([
    ['an unknown tag', 'demo/app:2', 4, /the registry does not have that image .*MANIFEST_UNKNOWN/],
    ['a wrong password', 'demo/app:1', 5, /the registry refuses access .*UNAUTHORIZED/],
  ])('says what is wrong: %s', async (_, name, exitCode, sentence) => {
    using scratch = scratchDirectory();
    const isDenied = exitCode === 5;
    await using registry = await FakeRegistry.start(isDenied ? { auth: { kind: 'basic', user: 'demo', password: 'right' } } : {});
    registry.push('demo/app', '1', image);
    const auth = Buffer.from('demo:wrong-one').toString('base64');
    writeFileSync(join(scratch.path, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
    const env = { DOCKER_CONFIG: scratch.path };
    const args = ['index', `${registry.host}/${name}`, '--db', join(scratch.path, 'c.db'), '--log-level', 'debug'];
    const { code, stdout, stderr } = await claircore(args, { env });
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(new RegExp(`wrong-one|${auth}`));
  });

  it('asks a credential helper, also as it is bundled', async () => {
    using scratch = scratchDirectory();
    await promisify(execFile)(process.execPath, [projectPath('scripts/build.ts'), '--command-line', join(scratch.path, 'dist')]);
    copyFileSync(projectPath('package.json'), join(scratch.path, 'package.json'));
    await using registry = await FakeRegistry.start({ auth: { kind: 'basic', user: 'demo', password: 'of-the-helper' } });
    registry.push('demo/app', '1', image);
    const helper = join(scratch.path, 'docker-credential-mine');
    writeFileSync(helper, '#!/bin/sh\nread server\nprintf \'{"Username":"demo","Secret":"of-the-helper"}\'\n');
    chmodSync(helper, 0o755);
    writeFileSync(join(scratch.path, 'config.json'), JSON.stringify({ credsStore: 'mine' }));
    const env = { PATH: `${scratch.path}:${process.env['PATH'] ?? ''}`, DOCKER_CONFIG: scratch.path, SOURCE_DATE_EPOCH: epoch };
    const args = ['index', `${registry.host}/demo/app:1`, ...platform, '--db', join(scratch.path, 'c.db')];
    const { stdout } = await promisify(execFile)(process.execPath, [join(scratch.path, 'dist', 'bin', 'main.cjs'), ...args], { env });
    expect(JSON.parse(stdout)).toMatchObject({ state: 'IndexFinished' });
  });
});

describe.skipIf(!hasTool('docker-registry'))("Debian's docker-registry (needs that program)", () => {
  it('gives the same bytes as an OCI archive', { timeout: 60_000 }, async () => {
    using scratch = scratchDirectory();
    const { stdout, options } = await scanArchive(scratch.path);
    await using registry = await startRegistry(scratch.path);
    await upload(registry.url, 'demo/app', '1', ociLayout([image]));
    const host = new URL(registry.url).host;
    const pulled = await claircore(['scan', `${host}/demo/app:1`, ...options, '--db', join(scratch.path, 'registry.db')]);
    expect([pulled.code, pulled.stderr]).toEqual([0, '']);
    expect(pulled.stdout).toBe(stdout);
    const unknown = await claircore(['scan', `${host}/demo/app:2`, ...options, '--db', join(scratch.path, 'registry.db')]);
    expect([unknown.code, unknown.stdout]).toEqual([4, '']);
    expect(unknown.stderr).toContain('MANIFEST_UNKNOWN');
  });
});

async function startRegistry(room: string): Promise<AsyncDisposable & { readonly url: string }> {
  const port = await freePort();
  const data = join(room, 'registry');
  mkdirSync(data);
  const config = join(room, 'registry.yml');
  const http = `http:\n  addr: 127.0.0.1:${port}\n`;
  writeFileSync(config, `version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: ${data}\n${http}`);
  const child: ChildProcess = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100 && !(await isUp(url)); tries += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  return {
    url,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill();
      await ended;
    },
  };
}

async function isUp(url: string): Promise<boolean> {
  return fetch(`${url}/v2/`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Pushes a layout with one image, as the distribution specification has it: blobs whole, then the manifest. */
async function upload(url: string, repository: string, tag: string, layout: ImageFiles): Promise<void> {
  const index = JSON.parse(text(layout, 'index.json')) as { manifests: readonly { digest: string; mediaType: string }[] };
  const [root] = index.manifests;
  if (!root) throw new Error('no image');
  for (const [path, body] of layout) {
    const digest = path.replace(/^blobs\//, '').replace('/', ':');
    if (!path.startsWith('blobs/') || digest === root.digest) continue;
    const begun = await fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
    const place = new URL(begun.headers.get('location') ?? '', url);
    place.searchParams.set('digest', digest);
    const { status } = await fetch(place, { method: 'PUT', body: body as Uint8Array<ArrayBuffer> });
    expect(status).toBe(201);
  }
  const headers = { 'content-type': root.mediaType };
  const manifest = text(layout, `blobs/${root.digest.replace(':', '/')}`);
  expect((await fetch(`${url}/v2/${repository}/manifests/${tag}`, { method: 'PUT', headers, body: manifest })).status).toBe(201);
}

function text(layout: ImageFiles, path: string): string {
  return new TextDecoder().decode(layout.get(path) as Uint8Array);
}
