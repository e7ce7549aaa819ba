import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeIndexReport } from '../reports/index.ts';
import { sampleReport } from '../reports/sample-report.fixture.ts';

const scratch = mkdtempSync(join(tmpdir(), 'claircore-process-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The command line in a process of its own, for what only a process has: signals and pipes. */
function start(name: string, args: readonly string[]) {
  const directory = join(scratch, name);
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    env: { PATH: process.env['PATH'] ?? '', XDG_DATA_HOME: directory },
    stdio: 'pipe',
  });
  const err: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  return { child, ended: ended.then(([code, signal]) => ({ code, signal, err: err.join('') })) };
}

async function untilOutputIsOpen(prefix: string): Promise<void> {
  while (!readdirSync(scratch).some((name) => name.startsWith(prefix))) await sleep(20);
}

describe('a process that is asked to stop', () => {
  it.concurrent.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s ends with %d and leaves no half of an output', async (signal, expected) => {
    const { child, ended } = start(signal, ['match', '-', '--output', join(scratch, `${signal}.json`)]);
    await untilOutputIsOpen(`.${signal}`);
    child.kill(signal);
    expect(await ended).toEqual({ code: expected, signal: null, err: expect.stringContaining('cancelled') as string });
    expect(readdirSync(scratch).filter((name) => name.includes(`${signal}.json`))).toEqual([]);
  });
});

describe('a process whose reader goes away', () => {
  it.concurrent('says nothing and does not fail', async () => {
    const packages = Array.from({ length: 3_000 }, (_, index) => ({ name: `package-${index}` }));
    const { child, ended } = start('pipe', ['match', '-', '--offline', '--format', 'json', '--quiet']);
    child.stdout.once('data', () => child.stdout.destroy());
    child.stdin.end([...encodeIndexReport(sampleReport({ packages }).index)].join(''));
    expect(await ended).toEqual({ code: 0, signal: null, err: '' });
  });
});

describe('a process that is not on a terminal', () => {
  it.concurrent('writes no control sequence', async () => {
    const { child, ended } = start('plain', ['update', '--feed-mirror', join(scratch, 'no-mirror')]);
    const out: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
    const { code, err } = await ended;
    expect(code).toBe(5);
    expect(`${out.join('')}${err}`).not.toContain('\x1b');
  });
});
