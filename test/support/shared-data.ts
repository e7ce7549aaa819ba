import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Real advisories, images and truth tables, where the machine has them beside the checkout. */
const shared = resolve(project, '../shared');

export const projectPath = (...parts: readonly string[]): string => join(project, ...parts);
export const sharedPath = (...parts: readonly string[]): string => join(shared, ...parts);

/** Why a test that needs shared data is skipped; undefined when it is not. */
export function missing(...paths: readonly string[]): string | undefined {
  const absent = paths.find((path) => !existsSync(sharedPath(path)));
  return absent === undefined ? undefined : `needs ../shared/${absent}`;
}

/** A directory that goes with the test. */
export function scratchDirectory(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'claircore-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Lays real feeds out as HOST/PATH under `into`. */
export function materialiseFeeds(into: string, ...hosts: readonly string[]): void {
  execFileSync('python3', [sharedPath('data/materialise.py'), into, ...hosts], {
    stdio: 'ignore',
    env: { ...process.env, BASE_URL: 'https:/' },
  });
}

export function hasTool(name: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
