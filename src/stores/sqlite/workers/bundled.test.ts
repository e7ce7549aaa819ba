import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectPath, scratchDirectory } from '../../../../test/support/shared-data.ts';

let scratch: ReturnType<typeof scratchDirectory>;
let commandLine: string;
beforeAll(async () => {
  scratch = scratchDirectory();
  await promisify(execFile)(process.execPath, [projectPath('scripts/build.ts'), '--command-line', join(scratch.path, 'dist')]);
  copyFileSync(projectPath('package.json'), join(scratch.path, 'package.json'));
  // What is not bundled is found beside it.
  symlinkSync(projectPath('node_modules'), join(scratch.path, 'node_modules'));
  writeFileSync(
    join(scratch.path, 'tell.cjs'),
    "process.on('exit', () => console.error(process.moduleLoadList.includes('NativeModule worker_threads') ? 'threads' : 'no threads'));",
  );
  commandLine = join(scratch.path, 'dist', 'bin', 'main.cjs');
});
afterAll(() => scratch[Symbol.dispose]());

const withTell = (...args: readonly string[]): string[] => ['--require', join(scratch.path, 'tell.cjs'), commandLine, ...args];

describe('the command line as it is bundled', () => {
  it('has the program of the threads beside it', () => {
    expect(existsSync(join(scratch.path, 'dist', 'bin', 'store-worker.cjs'))).toBe(true);
  });

  it('serves with threads, and ends cleanly', async () => {
    const args = withTell('serve', 'libvuln', '--initial-update', 'none', '--db', join(scratch.path, 'served.db'));
    const daemon = spawn(process.execPath, [...args, '--http-listen-addr', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    daemon.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = once(daemon, 'close').then(([code]) => code as number | null);
    const lines = createInterface({ input: daemon.stdout });
    const line = await Promise.race([once(lines, 'line').then(([text]) => String(text)), ended.then(() => stderr)]);
    const { status } = await fetch(`${/http:\S+/.exec(line)?.[0]}/healthz`);
    daemon.kill('SIGTERM');
    expect([status, await ended]).toEqual([200, 0]);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('threads');
    expect(existsSync(join(scratch.path, 'served.db-wal'))).toBe(false);
  });

  it('loads nothing of them for what it does itself', async () => {
    const { stderr } = await promisify(execFile)(process.execPath, withTell('feeds', '--db', join(scratch.path, 'own.db')));
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('no threads');
  });
});
