import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Measured {
  /** ms, spawn to exit. */
  readonly wall: number;
  /** MiB; the largest resident size that the kernel counted. */
  readonly peak: number;
  /** ms of processor time: what a busy machine stretches less. To a few hundredths of a second. */
  readonly cpu: number;
  readonly code: number | null;
  readonly stderr: string;
}

/** The kernel's own high-water mark of a process, while it lives. */
function highWater(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** User and system time in ms; proc_pid_stat(5), in ticks of 10 ms. */
function processorTime(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}

export function runProcess(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Measured> {
  const began = performance.now();
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let peak = 0;
  let cpu = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, highWater(child.pid ?? 0));
    cpu = Math.max(cpu, processorTime(child.pid ?? 0));
  }, 15);
  const stderr: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      resolve({ wall: performance.now() - began, peak, cpu, code, stderr: Buffer.concat(stderr).toString('utf8') });
    });
  });
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Runs two things in turn, A B A B …, so that a drift of the machine touches both. */
export async function paired<A, B>(runs: number, a: () => Promise<A>, b: () => Promise<B>): Promise<{ readonly a: A[]; readonly b: B[] }> {
  const result: { readonly a: A[]; readonly b: B[] } = { a: [], b: [] };
  for (let run = 0; run < runs; run += 1) {
    result.a.push(await a());
    result.b.push(await b());
  }
  return result;
}

export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly budget: string;
  readonly met: boolean | undefined;
}

export function printRows(rows: readonly Row[]): void {
  const width = (pick: (row: Row) => string): number => Math.max(...rows.map((row) => pick(row).length));
  const [what, measured] = [width((row) => row.what), width((row) => row.measured)];
  for (const row of rows) {
    const mark = row.met === undefined ? ' ' : row.met ? 'ok' : 'MISSED';
    console.log(`${row.what.padEnd(what)}  ${row.measured.padEnd(measured)}  ${row.budget}  ${mark}`);
  }
}
