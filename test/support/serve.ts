import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { epoch } from './cli.ts';
import { childEnvironment } from './child-environment.ts';
import { projectPath } from './shared-data.ts';

/** A daemon in a process of its own. */
export interface ServedDaemon extends AsyncDisposable {
  readonly url: string;
  /** Its log lines so far, as parsed. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** Sends a signal; gives how the process ended. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
  /** How it ended, once it did. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** Starts `claircore serve NAME` on a free port, and gives it once it listens. */
export function serveDaemon(name: 'libindex' | 'libvuln', args: readonly string[]): Promise<ServedDaemon> {
  return startDaemon('src/cli/main.ts', ['serve', name, '--http-listen-addr', '127.0.0.1:0', ...args]);
}

/** Starts a script of the project that serves, and gives it once it has written `listens on URL`. */
export async function startDaemon(script: string, args: readonly string[]): Promise<ServedDaemon> {
  const env = { ...childEnvironment, HOME: '/nonexistent', SOURCE_DATE_EPOCH: epoch, LOG_LEVEL: 'debug' };
  const child = spawn(process.execPath, [projectPath(script), ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const log: Record<string, unknown>[] = [];
  const unread: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('{')) log.push(JSON.parse(line) as Record<string, unknown>);
    else unread.push(line);
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on('close', (code, signal) => resolve(signal ?? code));
  });
  const listening = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = /listens on (\S+)/.exec(line)?.[1];
      if (url) resolve(url);
    });
  });
  const url = await Promise.race([
    listening,
    ended.then((how) => Promise.reject(new Error(`${script} ended with ${how}: ${unread.join('\n')} ${JSON.stringify(log)}`))),
  ]);
  const end = (signal: NodeJS.Signals): typeof ended => {
    child.kill(signal);
    return ended;
  };
  return { url, log, end, ended, [Symbol.asyncDispose]: async () => void (await end('SIGKILL')) };
}
