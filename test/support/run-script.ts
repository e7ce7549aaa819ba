import { spawn } from 'node:child_process';
import { childEnvironment } from './child-environment.ts';
import { projectPath } from './shared-data.ts';

/** Runs a script of the project in a process of its own; gives its exit code, or the signal that ended it. */
export function runScript(
  script: string,
  args: readonly string[],
): Promise<{ readonly end: number | string | null; readonly stderr: string }> {
  const child = spawn(process.execPath, [projectPath(script), ...args], {
    env: childEnvironment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stderr: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ end: signal ?? code, stderr: Buffer.concat(stderr).toString('utf8') }));
  });
}
