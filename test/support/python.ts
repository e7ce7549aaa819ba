import { execFileSync } from 'node:child_process';

/** What a script prints as JSON: for second counts that share nothing with this package. */
export function runPython(script: string, ...args: readonly string[]): unknown {
  return JSON.parse(execFileSync('python3', ['-c', script, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 }));
}
