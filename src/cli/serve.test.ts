import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

const scratch = mkdtempSync(join(tmpdir(), 'claircore-serve-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A daemon in a process of its own; `url` resolves once it says where it listens. */
function serve(name: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), 'serve', ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      CONNECTION_STRING: join(scratch, `${name}.db`),
      HTTP_LISTEN_ADDR: '127.0.0.1:0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = Promise.withResolvers<string>();
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    const [, found] = /listens on (\S+)\n/.exec(out) ?? [];
    if (found !== undefined) url.resolve(found);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = (once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>).then(([code, signal]) => ({
    code,
    signal,
    out,
    err,
  }));
  return { child, url: url.promise, ended };
}

const messages = (err: string): unknown[] =>
  err
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { message: string }).message);

describe('claircore serve', () => {
  it.concurrent.each([
    ['libindex', 'SIGTERM'],
    ['libvuln', 'SIGINT'],
  ] as const)('%s answers until %s, and ends with 0', async (name, signal) => {
    const daemon = serve(name, name === 'libvuln' ? [name, '--initial-update', 'none'] : [name]);
    const url = await daemon.url;
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    daemon.child.kill(signal);
    const { code, signal: killed, out, err } = await daemon.ended;
    expect({ code, killed, out }).toEqual({ code: 0, killed: null, out: `${name} listens on ${url}\n` });
    expect(messages(err)).toEqual(['listening', 'stopping', 'stopped']);
  });

  it.concurrent('libvuln that waits for feeds stops when it is told to, with nothing left to wait for', async () => {
    const asked = Promise.withResolvers<void>();
    const mute = createServer(() => asked.resolve()).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const mirror = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`;
    const daemon = serve('waits', ['libvuln', '--initial-update', 'wait', '--feed-mirror', mirror], { LOG_LEVEL: 'fatal' });
    await asked.promise;
    const start = performance.now();
    daemon.child.kill('SIGTERM');
    expect(await daemon.ended).toEqual({ code: 0, signal: null, out: '', err: '' });
    expect(performance.now() - start).toBeLessThan(5_000);
    mute.closeAllConnections();
    mute.close();
  });

  it.concurrent('says why it cannot listen', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { code, err } = await serve('taken', ['libindex', '--http-listen-addr', `127.0.0.1:${port}`], { LOG_LEVEL: 'panic' }).ended;
    taken.close();
    expect(code).toBe(2);
    expect(err).toBe(
      `claircore: the address cannot be listened on (host: 127.0.0.1, port: ${port}, reason: EADDRINUSE). Choose another with --http-listen-addr.\n`,
    );
  });
});

describe('claircore serve with what it cannot take', () => {
  it.each<[readonly string[], string]>([
    [[], "missing required argument 'libindex|libvuln'"],
    [['libfoo'], 'daemon: libfoo'],
    [['libindex', '--run', '.'], 'option: --run, daemon: libindex'],
    [['libindex', '--initial-update', 'wait'], 'option: --initial-update'],
    [['libvuln', '--layer-scan-concurrency', '4'], 'option: --layer-scan-concurrency, daemon: libvuln'],
    [['libvuln', '--allow-layer-host', 'x'], 'option: --allow-layer-host'],
    [['libindex', '--scan-lock', 'postgres-advisory', '--db', 'x.db'], 'option: --scan-lock'],
    [['libindex', '--connection-string', 'mysql://user:secret@host/db'], 'mysql://…'],
  ])('%j ends with 2', async (args, sentence) => {
    let err = '';
    const exitCode = await runCli(['serve', ...args], {
      environment: {},
      stdin: (async function* () {})(),
      stdout: { write: () => true },
      stderr: { write: (text) => ((err += text), true) },
      signal: AbortSignal.abort(),
    });
    expect(exitCode).toBe(2);
    expect(err).toContain(sentence);
    expect(err).not.toContain('secret');
  });
});
