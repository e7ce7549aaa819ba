import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTracker } from './debian/advisory.ts';
import { createAlpineUpdater } from './alpine/updater.ts';
import type { AlpineRelease } from './alpine/release.ts';

// Every record of the real feeds, counted a second time by a few lines that share nothing with the parsers.
const script = '../shared/data/materialise.py';

describe.skipIf(!existsSync(script))('the whole of the real feeds (skipped where ../shared/data is absent)', () => {
  let root = '';

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'claircore-feeds-'));
    execFileSync('python3', [script, root, 'secdb.alpinelinux.org', 'security-tracker.debian.org'], { stdio: 'ignore' });
  });

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('every entry of the Alpine security database is a row, and no row is anything else', async () => {
    const secdb = join(root, 'secdb.alpinelinux.org');
    for (const folder of readdirSync(secdb)) {
      for (const file of readdirSync(join(secdb, folder))) {
        const path = join(secdb, folder, file);
        const updater = createAlpineUpdater({ release: folder.replace(/^v/, '') as AlpineRelease, repository: file.replace('.json', '') });
        const found: string[] = [];
        for await (const { part, name, rows } of updater.parse(createReadStream(path), {
          onDiagnostic: ({ code }) => expect.unreachable(code),
        })) {
          for (const { status, range } of rows) found.push(`${part} ${name} ${status === 'affected' ? range.fixed : '0'}`);
        }
        expect(found.toSorted(), `${folder}/${file}`).toEqual(secdbRows(readFileSync(path, 'utf8')));
      }
    }
  });

  it('every state of the Debian tracker is a row, and no row is anything else', async () => {
    const path = join(root, 'security-tracker.debian.org/tracker/data/json');
    const left = trackerRows(readFileSync(path, 'utf8'));
    expect(left.size).toBeGreaterThan(1000);
    for await (const { part, rows } of parseTracker(createReadStream(path), 'debian-updater', {
      onDiagnostic: ({ code }) => expect.unreachable(code),
    })) {
      for (const { namespace, range } of rows) {
        const key = `${part} ${namespace.distribution?.versionCodeName} ${range.fixed === undefined ? 'open' : 'resolved'} ${range.fixed ?? ''}`;
        left.set(key, (left.get(key) ?? 0) - 1);
      }
    }
    expect([...left].filter(([, count]) => count !== 0)).toEqual([]);
  });
});

interface Secdb {
  readonly packages: readonly { readonly pkg: { readonly name: string; readonly secfixes: Readonly<Record<string, readonly string[]>> } }[];
}

function secdbRows(text: string): readonly string[] {
  const rows = new Set<string>();
  for (const { pkg } of (JSON.parse(text) as Secdb).packages) {
    for (const [version, ids] of Object.entries(pkg.secfixes)) {
      for (const id of ids) {
        const cves = id.replaceAll('_', '-').match(/CVE-\d{4}-\d{4,}/g) ?? [id.split(' ').at(-1)];
        for (const name of cves) rows.add(`${pkg.name} ${name} ${version === '0-r0' ? '0' : version}`);
      }
    }
  }
  return [...rows].sort();
}

type Tracker = Readonly<Record<string, Readonly<Record<string, { readonly releases: Readonly<Record<string, TrackerState>> }>>>>;

interface TrackerState {
  readonly status: string;
  readonly fixed_version?: string;
}

function trackerRows(text: string): Map<string, number> {
  const rows = new Map<string, number>();
  for (const [name, records] of Object.entries(JSON.parse(text) as Tracker)) {
    for (const { releases } of Object.values(records)) {
      for (const [release, { status, fixed_version: fixed }] of Object.entries(releases)) {
        const key = `${name} ${release} ${status} ${fixed ?? ''}`;
        rows.set(key, (rows.get(key) ?? 0) + 1);
      }
    }
  }
  return rows;
}
