import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { DamageJob, DamageOutcome, DamageSummary } from './damage-run.ts';
import { projectPath } from './shared-data.ts';

/** The most memory that any image may take: MiB. */
const mostMemory = 250;
/**
 * MiB of the heap: a collector that has thousands of small images to go through lets it grow as far as it may. What is not given
 * back ends the process.
 */
const mostHeap = 96;

/**
 * Gives the images to a process of its own, and checks what holds for every one of them: it ends by itself, with what it was
 * asked for, within its memory, and leaves nothing in its temporary directory.
 */
export async function judgeImages(scratch: string, jobs: readonly DamageJob[], timeout = 25_000): Promise<readonly DamageOutcome[]> {
  const temporary = join(scratch, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const child = spawn(
    process.execPath,
    ['--unhandled-rejections=strict', `--max-old-space-size=${mostHeap}`, projectPath('test/support/damage-run.ts')],
    {
      env: { PATH: process.env['PATH'] ?? '', TMPDIR: temporary },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout,
      killSignal: 'SIGKILL',
    },
  );
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.end(JSON.stringify(jobs));
  const end = await new Promise<unknown>((resolve) => child.on('close', (code, signal) => resolve(signal ?? code)));
  expect([end, Buffer.concat(stderr).toString('utf8')]).toEqual([0, '']);
  expect(readdirSync(temporary)).toEqual([]);
  const { outcomes, peak } = JSON.parse(Buffer.concat(stdout).toString('utf8')) as DamageSummary;
  expect(outcomes.filter(({ code }) => code === 'FOREIGN' || code === 'INTERNAL' || code === 'NONE')).toEqual([]);
  expect(peak / 1024).toBeLessThan(mostMemory);
  return outcomes;
}
