import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { IndexReport } from '../core/index.ts';
import { encodeIndexReport } from '../reports/index.ts';
import { sampleReport } from '../reports/sample-report.fixture.ts';
import { runCli } from './run-cli.ts';

const scratch = mkdtempSync(join(tmpdir(), 'claircore-cli-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const scratchPath = (name: string): string => join(scratch, name);

interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** The command line in this process, on streams that keep what is written. */
async function run(args: readonly string[], { environment = {}, stdin = '' }: RunOptions = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const streamInto = (texts: string[]) => ({
    write: (text: string, done?: () => void) => {
      texts.push(text);
      done?.();
      return true;
    },
  });
  async function* input(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(stdin);
  }
  const exitCode = await runCli(args, {
    environment: { XDG_DATA_HOME: scratchPath('default'), SOURCE_DATE_EPOCH: '1700000000', ...environment },
    stdin: input(),
    stdout: streamInto(out),
    stderr: streamInto(err),
    signal: new AbortController().signal,
  });
  return { exitCode, out: out.join(''), err: err.join('') };
}

const index = sampleReport({
  packages: [
    { name: 'libssl3', source: 'openssl', version: '3.0.7-1' },
    { name: 'zlib1g', source: 'zlib', version: '1:1.2.13-1' },
  ],
}).index;
const toJson = (report: IndexReport): string => [...encodeIndexReport(report)].join('');

/** A mirror that has Debian's tracker with one CVE of openssl. */
function mirror(name: string, body?: string): string {
  const tracker = {
    openssl: {
      'CVE-2023-0286': {
        description: 'type confusion',
        scope: 'remote',
        releases: { bookworm: { status: 'resolved', repositories: { bookworm: '3.0.8-1' }, fixed_version: '3.0.8-1', urgency: 'high' } },
      },
    },
    zlib: {
      'CVE-2023-45853': {
        releases: { bookworm: { status: 'open', repositories: { bookworm: '1:1.2.13-1' }, urgency: 'not yet assigned' } },
      },
    },
  };
  const path = join(scratchPath(name), 'security-tracker.debian.org/tracker/data/json');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, body ?? JSON.stringify(tracker));
  return scratchPath(name);
}

describe('help and version', () => {
  it.each([[['--help']], [['-h']], [['help']], [['scan', '--help']], [['help', 'scan']]])(
    '%j goes to stdout and ends with 0',
    async (args) => {
      const { exitCode, out, err } = await run(args);
      expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
      expect(out).toContain('Exit codes:');
      expect(out).toContain('CLAIRCORE_');
    },
  );

  it('tells the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as { version: string };
    expect(await run(['--version'])).toEqual({ exitCode: 0, out: `${version}\n`, err: '' });
  });
});

describe('wrong usage', () => {
  it.each([
    [[], 'Usage: claircore'],
    [['scna', 'x'], 'Did you mean scan?'],
    [['scan', 'x', '--fial-on', 'high'], 'Did you mean --fail-on?'],
    [['scan'], "missing required argument 'image'"],
    [['scan', 'a', 'b'], 'too many arguments'],
    [['scan', 'x', '--fail-on', 'unknown'], 'Give one of negligible, low, medium, high, critical.'],
    [['feeds', '--db', 'mysql://user:secret@host/db'], '--db'],
  ])('%j ends with 2', async (args, sentence) => {
    const { exitCode, out, err } = await run(args);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toContain(sentence);
    expect(err).not.toContain('secret');
  });

  it('of a variable ends with 2', async () => {
    expect(await run(['feeds'], { environment: { SOURCE_DATE_EPOCH: 'now' } })).toMatchObject({ exitCode: 2 });
  });
});

describe('match', () => {
  const db = scratchPath('match.db');
  const feeds = mirror('feeds');
  const match = (...args: readonly string[]) => run(['match', '-', '--db', db, '--feed-mirror', feeds, ...args], { stdin: toJson(index) });

  it('reads an index report, loads what it needs, and reports', async () => {
    const { exitCode, out, err } = await match();
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toMatch(/High\s+CVE-2023-0286\s+libssl3\s+3\.0\.7-1\s+3\.0\.8-1\s+source openssl/);
    expect(out).toMatch(/Unknown\s+CVE-2023-45853\s+zlib1g\s+1:1\.2\.13-1\s+not fixed\s+source zlib/);
    expect(out).toContain('2 findings (2 advisories) in 2 packages: 1 High · 1 Unknown');
  });

  it('reads a file, and writes JSON to a file that appears when it is complete', async () => {
    const input = scratchPath('index.json');
    const output = scratchPath('report.json');
    writeFileSync(input, toJson(index));
    writeFileSync(output, 'before');
    const { exitCode, out } = await run(['match', input, '--db', db, '--feed-mirror', feeds, '--format', 'json', '--output', output]);
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: '' });
    const report = JSON.parse(readFileSync(output, 'utf8')) as { manifest_hash: string; created_at: string; vulnerabilities: object };
    expect(report).toMatchObject({ manifest_hash: index.manifestHash, created_at: '2023-11-14T22:13:20.000Z' });
    expect(Object.keys(report.vulnerabilities)).toHaveLength(2);
    expect(readdirSync(scratch).filter((name) => name.startsWith('.report'))).toEqual([]);
  });

  it.each([
    [['--fail-on', 'high'], 1],
    [['--fail-on', 'critical'], 0],
    [['--fail-on', 'critical', '--unknown-as', 'critical'], 1],
  ])('with %j ends with %d', async (args, expected) => {
    const { exitCode, err } = await match(...args);
    expect(exitCode).toBe(expected);
    expect(err).toContain('1 finding of Unknown severity');
  });

  it('measures', async () => {
    const stats = scratchPath('stats.json');
    await match('--stats', stats);
    const { time_ms: time } = JSON.parse(readFileSync(stats, 'utf8')) as { time_ms: Record<string, number> };
    expect(Object.keys(time)).toEqual(['open', 'index', 'update', 'match', 'write', 'total']);
    expect(time['match']).toBeGreaterThan(0);
  });

  it('says that coverage is incomplete where no advisories are loaded, and ends with 3 only when it was a condition', async () => {
    const offline = (...args: readonly string[]) =>
      run(['match', '-', '--offline', '--db', scratchPath('empty.db'), ...args], { stdin: toJson(index) });
    const plain = await offline();
    expect(plain.exitCode).toBe(0);
    expect(plain.out).toContain('Coverage is incomplete');
    expect(await offline('--fail-on', 'high')).toMatchObject({ exitCode: 3 });
    expect(await offline('--fail-on', 'high', '--allow-incomplete')).toMatchObject({ exitCode: 0 });
    expect((await offline('--format', 'json')).err).toContain('coverage is incomplete');
    expect((await offline('--format', 'json', '--quiet')).err).toBe('');
  });

  it('uses the last good data when a feed fails, and says so', async () => {
    const broken = mirror('broken', '{"openssl": {');
    const again = () => run(['match', '-', '--db', db, '--feed-mirror', broken, '--max-feed-age', '0'], { stdin: toJson(index) });
    const { exitCode, out, err } = await again();
    expect(exitCode).toBe(0);
    expect(out).toContain('CVE-2023-0286');
    expect(err).toMatch(/^claircore: feed debian-\S+ could not be refreshed, its data of 2023-11-14\S* is used: /m);
  });

  it('does not take a failed index for a clean image', async () => {
    const failed: IndexReport = { ...index, state: 'IndexError', success: false, err: 'a layer inflates too far', errCode: 'LIMIT_RATIO' };
    const { exitCode, out, err } = await run(['match', '-', '--db', db], { stdin: toJson(failed) });
    expect({ exitCode, out }).toEqual({ exitCode: 7, out: '' });
    expect(err).toBe('claircore: a layer inflates too far. Raise the limit if you trust the image.\n');
  });

  it.each([
    ['{', 'INDEX_REPORT_INVALID', 'expected: JSON'],
    ['{"manifest_hash":"sha256:0"}', 'INDEX_REPORT_INVALID', 'path: /manifest_hash'],
  ])('of %j ends with 4', async (stdin, code, detail) => {
    const { exitCode, err } = await run(['match', '-', '--db', db, '--log-level', 'debug'], { stdin });
    expect(exitCode).toBe(4);
    expect(err.split('\n')[0]).toContain(detail);
    expect(err).toContain(`[${code}]`);
  });
});

describe('input, output and database that are not there', () => {
  it.each([
    [['match', scratchPath('missing.json')], 4],
    [['match', scratch], 4],
    [['match', '-', '--output', scratchPath('no/such/directory/report')], 2],
    [['match', '-', '--output', scratch], 2],
    [['feeds', '--db', scratch], 6],
  ])('%j ends with %d', async (args, expected) => {
    const { exitCode, out, err } = await run([...args.slice(0, 1), '--db', scratchPath('other.db'), ...args.slice(1)]);
    expect({ exitCode, out }).toEqual({ exitCode: expected, out: '' });
    expect(err).toMatch(/^claircore: [^\n]+\. [A-Z][^\n]+\.\n$/);
  });

  it('leave what was at the place of the output', async () => {
    const output = scratchPath('kept.json');
    writeFileSync(output, 'before');
    expect(await run(['match', '-', '--output', output], { stdin: 'no report' })).toMatchObject({ exitCode: 4 });
    expect(readFileSync(output, 'utf8')).toBe('before');
    expect(readdirSync(scratch).filter((name) => name.startsWith('.kept'))).toEqual([]);
  });
});

describe('update and feeds', () => {
  const db = scratchPath('update.db');

  it('say that nothing is loaded yet', async () => {
    expect((await run(['feeds', '--db', db])).out).toContain('No advisories are loaded yet');
  });

  it('load, and list what is loaded', async () => {
    const args = ['update', '--db', db, '--feed-mirror', mirror('update-feeds'), '--only', 'debian-*'];
    expect(await run(args)).toMatchObject({ exitCode: 0, out: expect.stringMatching(/debian-\S+\s+updated\s+\+2 −0/) as string });
    expect(await run([...args, '--format', 'json'])).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('"result": "unchanged"') as string,
    });
    expect((await run(['feeds', '--db', db])).out).toMatch(/debian-\S+\s+loaded\s+2023-11-14 22:13\s+2/);
    const { feeds } = JSON.parse((await run(['feeds', '--db', db, '--format', 'json'])).out) as { feeds: unknown[] };
    expect(feeds).toEqual([
      expect.objectContaining({ state: 'loaded', fetched_at: '2023-11-14T22:13:20.000Z', namespaces: ['debian:12'] }),
    ]);
  });

  it('tell of a feed that failed, and keep what was loaded', async () => {
    const { exitCode, err } = await run(['update', '--db', db, '--feed-mirror', mirror('cut', '{"a":'), '--only', 'debian-*']);
    expect(exitCode).toBe(5);
    expect(err).toContain('1 of 1 feeds could not be loaded');
    expect((await run(['feeds', '--db', db])).out).toMatch(/debian-\S+\s+loaded\s+\S+ \S+\s+2\s+2\s+FEED_/);
  });

  it('need a network', async () => {
    expect(await run(['update', '--db', db, '--offline'])).toMatchObject({
      exitCode: 5,
      err: expect.stringContaining('switched off') as string,
    });
  });

  it('keep their data in the directory of the user, which nobody else may read', async () => {
    const home = scratchPath('data');
    await run(['feeds'], { environment: { XDG_DATA_HOME: home } });
    expect(existsSync(join(home, 'claircore', 'claircore.db'))).toBe(true);
  });
});
