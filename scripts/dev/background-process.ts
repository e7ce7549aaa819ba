/** Programs of a development machine that go on when the one that started them is over: their process id and their log lie in `.dev`. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const root = join(import.meta.dirname, '..', '..');
export const devDirectory = join(root, '.dev');

export interface BackgroundProgram {
  readonly name: string;
  /** Of Node: a script below the checkout's root, and its arguments. */
  readonly argv: readonly [script: string, ...rest: readonly string[]];
  /** In its output: it does what it is there for. */
  readonly ready: RegExp;
}

/** ms */
const startTimeout = 120_000;
const stopTimeout = 30_000;
const look = 100;

export const logOf = (name: string): string => join(devDirectory, `${name}.log`);
const pidOf = (name: string): string => join(devDirectory, `${name}.pid`);

/** Resolves with the line that says that it is ready; nothing is started where it runs already. */
export async function startProgram({ name, argv: [script, ...rest], ready }: BackgroundProgram): Promise<string> {
  if (runningPid(name, script) !== undefined) return ready.exec(readFileSync(logOf(name), 'utf8'))?.[0] ?? `${name} runs`;
  mkdirSync(devDirectory, { recursive: true });
  writeFileSync(logOf(name), '');
  const log = openSync(logOf(name), 'a');
  const child = spawn(process.execPath, [join(root, script), ...rest], {
    cwd: root,
    detached: true,
    stdio: ['ignore', log, log],
    windowsHide: true,
  });
  child.unref();
  if (child.pid === undefined) throw new Error(`${name} cannot be started`);
  writeFileSync(pidOf(name), String(child.pid));
  for (const end = Date.now() + startTimeout; Date.now() < end; await sleep(look)) {
    const said = ready.exec(readFileSync(logOf(name), 'utf8'));
    if (said) return said[0];
    if (runningPid(name, script) === undefined) break;
  }
  throw new Error(`${name} did not start; its log is ${logOf(name)}:\n${lastLines(logOf(name), 10)}`);
}

/** Asks it to stop and waits for its end; false where it did not run. */
export async function stopProgram({ name, argv: [script] }: BackgroundProgram): Promise<boolean> {
  const pid = runningPid(name, script);
  if (pid === undefined) {
    rmSync(pidOf(name), { force: true });
    return false;
  }
  process.kill(pid, 'SIGTERM');
  for (const end = Date.now() + stopTimeout; Date.now() < end; await sleep(look)) {
    if (runningPid(name, script) === undefined) {
      rmSync(pidOf(name), { force: true });
      return true;
    }
  }
  throw new Error(`${name} (process ${pid}) does not stop`);
}

export function lastLines(path: string, count: number): string {
  if (!existsSync(path)) return '';
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
}

/** Its process id, if that is still the process that was started: ids are used again. */
function runningPid(name: string, script: string): number | undefined {
  if (!existsSync(pidOf(name))) return undefined;
  const pid = Number(readFileSync(pidOf(name), 'utf8'));
  if (!Number.isSafeInteger(pid) || pid <= 1) return undefined;
  try {
    process.kill(pid, 0);
  } catch {
    return undefined;
  }
  const commandLine = `/proc/${pid}/cmdline`;
  // Only Linux tells without another program; elsewhere the id has to do.
  if (!existsSync('/proc/self/cmdline')) return pid;
  // A process that has ended and is not yet waited for has an empty command line.
  return existsSync(commandLine) && readFileSync(commandLine, 'utf8').includes(join(root, script)) ? pid : undefined;
}
