import { spawn } from 'node:child_process';
import { childEnvironment } from './child-environment.ts';
import { projectPath } from './shared-data.ts';

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Called once the process runs, e.g. to kill it. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void, output: () => string) => void;
}

/** The instant that every run of a test is made at. */
export const epoch = '1700000000';

/** Runs the command line from its sources, in a process of its own. */
export function claircore(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const env = { ...childEnvironment, HOME: '/nonexistent', SOURCE_DATE_EPOCH: epoch, ...options.env };
  const child = spawn(process.execPath, [projectPath('src/cli/main.ts'), ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.end(options.input ?? '');
  options.onStart?.(
    (signal) => child.kill(signal),
    () => Buffer.concat(stderr).toString('utf8'),
  );
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ code, signal, stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') }),
    );
  });
}
