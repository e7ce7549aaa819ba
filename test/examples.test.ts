import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const library = join(root, 'examples', 'library');
const tried = [
  'own-advisories.ts',
  'own-ecosystem.ts',
  'own-matcher.ts',
  'own-scanner.ts',
  'own-updater.ts',
  'scan-archive.ts',
  'scan-in-a-test.ts',
  'version-order.ts',
];

let temporary: string;
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'claircore-examples-'));
});
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** Runs an example as a user would, in a process of its own; `claircore/…` is this checkout's sources. Gives the lines it prints. */
async function run(example: string): Promise<readonly string[]> {
  const hook = join(root, 'test', 'support', 'sources-as-package.ts');
  const env = { PATH: process.env['PATH'], TMPDIR: temporary, TEMP: temporary, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, ['--import', hook, join(library, example)], {
    cwd: temporary,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    child.stdout.setEncoding('utf8').toArray(),
    child.stderr.setEncoding('utf8').toArray(),
    new Promise((resolve) => child.once('close', resolve)),
  ]);
  expect({ exitCode, stderr: stderr.join('') }).toEqual({ exitCode: 0, stderr: '' });
  return stdout.join('').trimEnd().split('\n');
}

describe('examples of the library', { timeout: 120_000 }, () => {
  it('are all tried here', () => {
    expect(readdirSync(library).sort()).toEqual(tried);
  });

  // What the demo holds, package by package, stands in examples/make-demo.ts: 20 pairs of a package and a CVE are left.
  it('scan an archive, offline, and say how much was checked', async () => {
    const lines = await run('scan-archive.ts');
    expect(lines.slice(0, 2)).toEqual(['feed debian-updater: updated', 'feed npm-osv-updater: updated']);
    expect(lines).toContain('CVE-2024-5535 Unknown in libssl3: source openssl, 3.0.14-1~deb12u2 < 3.0.15-1~deb12u1');
    expect(lines).toContain('CVE-2024-2379 Negligible in libcurl4: source curl, 7.88.1-10+deb12u5, not fixed');
    expect(lines.filter((line) => line.startsWith('CVE-'))).toHaveLength(20);
    // fixed by the upgrade in the last layer, never affected, and removed by the last layer
    expect(lines.filter((line) => /CVE-2024-2511|CVE-2024-6119|CVE-2023-39804|CVE-2021-23337/.test(line))).toEqual([]);
    expect(lines.at(-1)).toBe('14 of 14 packages checked, complete');
  });

  it('index with a scanner of its own', async () => {
    const lines = await run('own-scanner.ts');
    expect(lines.filter((line) => /^[A-Z]/.test(line))).toEqual([
      'CheckManifest',
      'FetchLayers',
      'ScanLayers',
      'Coalesce',
      'IndexManifest',
      'IndexFinished',
    ]);
    expect(lines.at(-1)).toBe('shop 1.0.0 in srv/shop/package.json, since layer 2');
  });

  it('match with an updater and a matcher of its own', async () => {
    // curl and libcurl4 are both of the source package curl; tar is newer than its rule asks
    expect(await run('own-advisories.ts')).toEqual(Array(2).fill('ACME-1 7.88.1-10+deb12u5 < 7.88.1-10+deb12u7'));
  });

  it('index with an ecosystem and a coalescer of its own', async () => {
    // 13 packages of the demo's Debian, one of npm, and the base itself
    expect(await run('own-ecosystem.ts')).toEqual(['debian-base 12 from etc/os-release in layer 0, among 15 packages']);
  });

  it('load the feed of an updater of its own, in place of those that come with the package', async () => {
    const [update, ...findings] = await run('own-updater.ts');
    // it was loaded when the Libvuln was opened; then the server said that nothing changed
    expect(update).toBe('acme-updater: unchanged');
    expect(findings.toSorted()).toEqual([
      'ACME-7 in curl: 7.88.1-10+deb12u5 < 7.88.1-10+deb12u7',
      'ACME-7 in libcurl4: 7.88.1-10+deb12u5 < 7.88.1-10+deb12u7',
      'ACME-8 in zlib1g: 1:1.2.13.dfsg-1, not fixed',
    ]);
  });

  it('decide with a matcher and a version scheme of its own', async () => {
    // express 4.16.0 is newer than the first good version of ACME-10
    expect(await run('own-matcher.ts')).toEqual(['ACME-9 affected: binary express, 4.16.0 < 4.17.0']);
  });

  it('order versions, by comparing and as bytes', async () => {
    const lines = await run('version-order.ts');
    expect(lines).toContain('compared: 1.9 < 1.10~rc1 < 1.10 < 1.10-1+deb12u1 < 1:1.0');
    expect(lines).toContain('by bytes: 1.9 < 1.10~rc1 < 1.10 < 1.10-1+deb12u1 < 1:1.0');
    expect(lines.slice(-5)).toEqual([
      '1.9            inside true',
      '1.10~rc1       inside true',
      '1.10           inside true',
      '1.10-1+deb12u1 outside true',
      '1:1.0          outside true',
    ]);
  });

  it('scan an image that was built in a test', async () => {
    const lines = await run('scan-in-a-test.ts');
    expect(lines.some((line) => /\bpass 2$/.test(line))).toBe(true);
    expect(lines.some((line) => /\bfail 0$/.test(line))).toBe(true);
  });
});
