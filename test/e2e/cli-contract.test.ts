import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { dockerArchive, FeedServer, ociLayout, writeArchive } from '../../src/testing/index.ts';
import { claircore } from '../support/cli.ts';
import { trackerPath } from '../support/feed-mirror.ts';
import type { ReportJson } from '../support/report.ts';
import { run } from '../support/run-in-process.ts';
import { projectPath, scratchDirectory } from '../support/shared-data.ts';
import { alpineLayers, smallLayers, toLayers, writeSmallMirror } from '../support/small-image.ts';

const scratch = scratchDirectory();
const at = (...parts: readonly string[]): string => join(scratch.path, ...parts);
const mirror = at('mirror');
/** Seven findings (2 High, 2 Low, 2 Negligible, 1 Unknown), and npm packages that leave coverage incomplete. */
const small = at('small.tar');
/** Four findings of Unknown severity, coverage complete. */
const alpine = at('alpine.tar');
const db = at('c.db');

beforeAll(() => {
  writeSmallMirror(mirror);
  writeArchive(small, dockerArchive([{ layers: toLayers(smallLayers), names: ['demo/app:1'] }]));
  writeArchive(alpine, dockerArchive([{ layers: toLayers(alpineLayers), names: ['demo/tiny:1'] }]));
  return () => scratch[Symbol.dispose]();
});

const scan = (image: string, ...args: readonly string[]) => run(['scan', image, '--db', db, '--feed-mirror', mirror, ...args]);

/** What every failure must be: one sentence that says what, one that says what to do; no stack. */
const plainSentence = /^claircore: [^\n]+\.\n$/;

describe('exit codes', () => {
  it.each([
    ['small', [], 0],
    ['small', ['--fail-on', 'critical'], 3],
    ['small', ['--fail-on', 'critical', '--allow-incomplete'], 0],
    ['small', ['--fail-on', 'high'], 1],
    ['small', ['--fail-on', 'HIGH', '--allow-incomplete'], 1],
    ['small', ['--fail-on', 'medium'], 1],
    ['small', ['--fail-on', 'critical', '--unknown-as', 'critical'], 1],
    ['small', ['--fail-on', 'critical', '--unknown-as', 'high'], 3],
    ['small', ['--unknown-as', 'critical'], 0],
    ['small', ['--allow-incomplete'], 0],
    ['alpine', ['--fail-on', 'negligible'], 0],
    ['alpine', ['--fail-on', 'low', '--unknown-as', 'low'], 1],
    ['alpine', ['--fail-on', 'high', '--unknown-as', 'medium'], 0],
    ['alpine', ['--offline'], 0],
  ] as const)('%s %j ends with %i', async (image, args, expected) => {
    const { code, stdout } = await scan(image === 'small' ? small : alpine, ...args);
    expect([code, stdout === '']).toEqual([expected, false]);
  });

  it('3 where nothing could be checked', async () => {
    const { code, stdout, stderr } = await run(['scan', alpine, '--db', at('empty.db'), '--offline', '--fail-on', 'critical']);
    expect([code, stdout.includes('Coverage is incomplete')]).toEqual([3, true]);
    expect(stderr).toContain('--allow-incomplete');
  });

  it('says how many findings of Unknown severity were not counted', async () => {
    expect((await scan(alpine, '--fail-on', 'low')).stderr).toContain('4 findings of Unknown severity not counted');
    expect((await scan(alpine, '--fail-on', 'low', '--unknown-as', 'low')).stderr).toContain(
      '4 findings of Unknown severity counted as Low',
    );
  });

  it.each([
    ['2', 'no such option', ['scan', 'x', '--fial-on', 'high'], 2],
    ['2', 'no such command', ['scna', 'x'], 2],
    ['2', 'no image', ['scan'], 2],
    ['2', 'one image too many', ['scan', 'a', 'b'], 2],
    ['2', 'no such severity', ['scan', 'x', '--fail-on', 'awful'], 2],
    ['2', 'unknown is no severity to fail on', ['scan', 'x', '--fail-on', 'unknown'], 2],
    ['2', 'no such format', ['scan', 'x', '--format', 'xml'], 2],
    ['2', 'no such platform', ['scan', 'x', '--platform', 'linux'], 2],
    ['2', 'no such age', ['scan', 'x', '--max-feed-age', 'soon'], 2],
    ['2', 'no such scheme of a database', ['scan', 'x', '--db', 'mysql://u:secret@h/d'], 2],
  ] as const)('%s: %s', async (_, __, args, expected) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([expected, '']);
    expect(stderr).toMatch(/^claircore: /);
    expect(stderr).not.toMatch(/secret|\n {4}at /);
  });

  it('2: an output that cannot be written, told before any work', async () => {
    const { code, stderr } = await scan(small, '--output', at('no', 'such', 'directory', 'report'));
    expect([code, stderr]).toEqual([2, expect.stringMatching(plainSentence)]);
  });

  it.each([
    ['is not there', () => at('absent.tar')],
    ['is no image', () => (writeFileSync(at('text.txt'), 'no image\n'), at('text.txt'))],
    ['is empty', () => (writeFileSync(at('empty.tar'), ''), at('empty.tar'))],
    ['is not of the scheme', () => `oci-dir:${small}`],
    ['is damaged', () => (writeFileSync(at('cut.tar'), readFileSync(small).subarray(0, 3000)), at('cut.tar'))],
    ['has no such tag', () => `${small}:absent`],
  ] as const)('4: an image that %s', async (_, make) => {
    const { code, stdout, stderr } = await scan(make());
    expect([code, stdout, stderr]).toEqual([4, '', expect.stringMatching(plainSentence)]);
  });

  it('4: several images in one archive, which are listed; a tag chooses', async () => {
    const images = [
      { layers: toLayers(smallLayers), names: ['demo/app:1'] },
      { layers: toLayers(alpineLayers), names: ['demo/tiny:2', 'demo/tiny:latest'] },
    ];
    for (const [name, files] of [
      ['docker', dockerArchive(images)],
      ['oci', ociLayout(images)],
    ] as const) {
      const path = writeArchive(at(`several-${name}.tar`), files);
      const { code, stderr } = await scan(path);
      expect([name, code]).toEqual([name, 4]);
      expect(stderr).toMatch(/demo\/app:1|\b1\b/);
      expect(stderr).toMatch(/demo\/tiny:2|\b2\b/);
      const chosen = await scan(`${path}:${name === 'docker' ? 'demo/tiny:2' : '2'}`, '--format', 'json');
      expect([name, chosen.code, Object.keys((JSON.parse(chosen.stdout) as ReportJson).packages).length]).toEqual([name, 0, 3]);
    }
  });

  it('4: an index report that is none', async () => {
    for (const input of ['', '{', '[]', '{"manifest_hash":"x"}', 'null']) {
      const { code, stdout, stderr } = await run(['match', '-', '--db', db, '--offline'], { input });
      expect([input, code, stdout, stderr]).toEqual([input, 4, '', expect.stringMatching(plainSentence)]);
    }
    expect((await run(['match', at('absent.json'), '--db', db])).code).toBe(4);
  });

  it('5: an update of which a feed fails; a scan all the same reports, and says so', async () => {
    await using server = await FeedServer.start();
    server.always(`/${trackerPath}`, { kind: 'status', status: 404 });
    const update = await run(['update', '--db', at('failing.db'), '--feed-mirror', server.url, '--only', 'debian-*']);
    expect([update.code, update.stderr === '']).toEqual([5, false]);
    expect((await run(['update', '--db', at('failing.db'), '--offline'])).code).toBe(5);
    const report = await run(['scan', small, '--db', at('failing.db'), '--feed-mirror', server.url, '--format', 'json']);
    expect(report.code).toBe(0);
    expect(report.stderr).toContain('debian-updater');
    expect((JSON.parse(report.stdout) as ReportJson).coverage).toMatchObject({
      complete: false,
      feeds: [
        { updater: 'debian-updater', state: 'failed' },
        { updater: 'npm-osv-updater', state: 'failed' },
      ],
    });
    const gated = await run(['scan', small, '--db', at('failing.db'), '--feed-mirror', server.url, '--fail-on', 'high']);
    expect(gated.code).toBe(3);
  });

  it('6: a database that is none, is of another program, is newer, or cannot be written', async () => {
    writeFileSync(at('text.db'), 'this is no database, and long enough not to be taken for an empty one. '.repeat(20));
    using foreign = new DatabaseSync(at('foreign.db'));
    foreign.exec('CREATE TABLE t(x); PRAGMA application_id = 1234');
    await run(['feeds', '--db', at('newer.db')]);
    using newer = new DatabaseSync(at('newer.db'));
    newer.exec('PRAGMA user_version = 9999');
    for (const path of [at('text.db'), at('foreign.db'), at('newer.db'), join(small, 'c.db')]) {
      const { code, stdout, stderr } = await run(['feeds', '--db', path]);
      expect([path, code, stdout, stderr]).toEqual([path, 6, '', expect.stringMatching(plainSentence)]);
    }
    expect(readFileSync(at('text.db'), 'utf8')).toMatch(/^this is no database/);
  });

  it('7: an image that passes a limit', async () => {
    // A path map beyond its limit cannot be made quickly; a config or a manifest beyond what is read of one can.
    const config = { comment: 'c'.repeat(80 * 1024 ** 2) };
    const path = writeArchive(at('large-config.tar'), dockerArchive([{ layers: toLayers(alpineLayers), config }]));
    const { code, stdout, stderr } = await scan(path);
    expect([code, stdout, stderr]).toEqual([7, '', expect.stringMatching(plainSentence)]);
  });
});

describe('what goes where', () => {
  it('a file of --output appears when it is complete, and has what stdout would have', async () => {
    mkdirSync(at('out'));
    const output = at('out', 'report.json');
    const stdout = (await scan(small, '--format', 'json')).stdout;
    const result = await scan(small, '--format', 'json', '--output', output);
    expect([result.code, result.stdout]).toEqual([0, '']);
    expect(readFileSync(output, 'utf8')).toBe(stdout);
    // A run that fails leaves what was there, and nothing beside it.
    writeFileSync(output, 'as it was');
    chmodSync(output, 0o640);
    expect((await scan(at('absent.tar'), '--output', output)).code).toBe(4);
    expect(readFileSync(output, 'utf8')).toBe('as it was');
    expect((await scan(alpine, '--output', output)).code).toBe(0);
    expect(readFileSync(output, 'utf8')).toContain('Alpine');
    expect(statSync(output).mode & 0o777).toBe(0o640);
    expect(readdirSync(at('out'))).toEqual(['report.json']);
    // A report that fails a gate is a report.
    expect((await scan(small, '--fail-on', 'high', '--output', output)).code).toBe(1);
    expect(readFileSync(output, 'utf8')).toContain('CVE-2024-2398');
  });

  it('match of what index prints is what scan prints, from a file and from stdin', async () => {
    const index = await run(['index', small, '--db', db]);
    expect(index.code).toBe(0);
    writeFileSync(at('index.json'), index.stdout);
    const feeds = ['--db', db, '--feed-mirror', mirror, '--format', 'json'];
    const scanned = await run(['scan', small, ...feeds]);
    expect((await run(['match', at('index.json'), ...feeds])).stdout).toBe(scanned.stdout);
    expect((await run(['match', '-', ...feeds], { input: index.stdout })).stdout).toBe(scanned.stdout);
    // On another machine, with a database that never saw the image.
    const elsewhere = await run(['match', at('index.json'), '--db', at('elsewhere.db'), '--feed-mirror', mirror, '--format', 'json']);
    expect([elsewhere.code, elsewhere.stdout]).toEqual([0, scanned.stdout]);
    expect((await run(['match', at('index.json'), ...feeds.slice(0, 4), '--fail-on', 'high'])).code).toBe(1);
  });

  it('--quiet leaves stderr empty but for what fails', async () => {
    expect((await scan(small, '--quiet')).stderr).toBe('');
    expect((await scan(at('absent.tar'), '--quiet')).stderr).toMatch(plainSentence);
  });

  it('--log-level debug shows the cause of a failure', async () => {
    const args = ['feeds', '--db', join(small, 'c.db')];
    expect((await run(args)).stderr).toMatch(plainSentence);
    const { code, stderr } = await run([...args, '--log-level', 'debug']);
    expect([code, stderr]).toEqual([6, expect.stringMatching(/\[STORE_OPEN\](?:.*\n)+ +caused by .*\n +at /)]);
  });

  it('the default database is in the data directory of the user, for nobody else to read', async () => {
    const home = at('home');
    mkdirSync(home);
    const result = await run(['feeds'], { env: { HOME: home, XDG_DATA_HOME: join(home, 'data') } });
    expect(result.code).toBe(0);
    expect(existsSync(join(home, 'data', 'claircore', 'claircore.db'))).toBe(true);
    expect(statSync(join(home, 'data', 'claircore')).mode & 0o777).toBe(0o700);
  });
});

describe('options', () => {
  it('a flag goes before its variable, a variable before the default', async () => {
    const args = ['scan', small, '--feed-mirror', mirror];
    const isJson = (text: string): boolean => text.startsWith('{');
    const env = { CLAIRCORE_DB: db, CLAIRCORE_FORMAT: 'json' };
    expect(isJson((await run(args, { env })).stdout)).toBe(true);
    expect(isJson((await run([...args, '--format', 'table'], { env })).stdout)).toBe(false);
    expect(isJson((await run(args, { env: { ...env, CLAIRCORE_FORMAT: '' } })).stdout)).toBe(false);
    expect((await run(args, { env: { ...env, CLAIRCORE_FAIL_ON: 'high' } })).code).toBe(1);
    expect(
      (await run([...args, '--fail-on', 'critical'], { env: { ...env, CLAIRCORE_FAIL_ON: 'high', CLAIRCORE_ALLOW_INCOMPLETE: '1' } })).code,
    ).toBe(0);
    expect((await run(args, { env: { ...env, CLAIRCORE_FAIL_ON: 'awful' } })).code).toBe(2);
    expect((await run(['feeds', '--db', at('flag.db')], { env: { CLAIRCORE_DB: at('variable.db') } })).code).toBe(0);
    expect([existsSync(at('flag.db')), existsSync(at('variable.db'))]).toEqual([true, false]);
  });

  it.each([
    [['scan', 'x', '--fial-on', 'high'], '--fail-on'],
    [['scan', 'x', '--formt', 'json'], '--format'],
    [['updat'], 'update'],
  ] as const)('%j: a near miss is told', async (args, suggestion) => {
    const { code, stderr } = await run(args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`Did you mean ${suggestion}`)]);
  });

  it('--help tells of every command and every exit code; --version the version', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    for (const word of ['scan', 'index', 'match', 'update', 'feeds', '130, 143', '70']) expect(stdout).toContain(word);
    const help = await run(['scan', '--help']);
    for (const option of [
      '--fail-on',
      '--unknown-as',
      '--allow-incomplete',
      '--feed-mirror',
      '--max-feed-age',
      '--platform',
      '--stats',
      '--sort',
      '--db',
    ]) {
      expect(help.stdout).toContain(option);
    }
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('feeds that were confirmed lately are not asked for again, older ones are', async () => {
    await using server = await FeedServer.start();
    server.serve(`/${trackerPath}`, { body: readFileSync(join(mirror, trackerPath)), etag: '"1"' });
    const epochPlus = (hours: number) => ({ env: { SOURCE_DATE_EPOCH: String(1_700_000_000 + hours * 3600) } });
    const args = ['scan', small, '--db', at('age.db'), '--feed-mirror', server.url, '--format', 'json'];
    const asked = async (hours: number, ...more: readonly string[]): Promise<number> => {
      const before = server.count(`/${trackerPath}`);
      expect((await run([...args, ...more], epochPlus(hours))).code).toBe(0);
      return server.count(`/${trackerPath}`) - before;
    };
    expect([await asked(0), await asked(5), await asked(7), await asked(8), await asked(8, '--max-feed-age', '30m')]).toEqual([
      1, 0, 1, 0, 1,
    ]);
    // A week and more without an answer: the data is used, and called stale.
    server.always(`/${trackerPath}`, { kind: 'status', status: 404 });
    const stale = await run(args, epochPlus(8 * 24));
    expect([stale.code, stale.stderr.includes('could not be refreshed')]).toEqual([0, true]);
    const { coverage, package_vulnerabilities } = JSON.parse(stale.stdout) as ReportJson;
    expect(coverage.feeds).toMatchObject([
      { updater: 'debian-updater', state: 'stale' },
      { updater: 'npm-osv-updater', state: 'failed' },
    ]);
    expect(coverage.gaps.map(({ reason }) => reason)).toContain('feed-stale');
    expect(Object.keys(package_vulnerabilities).length).toBeGreaterThan(0);
  });
});

describe('a process', () => {
  it('whose reader goes away ends without an error of its own', async () => {
    const child = spawn(process.execPath, [projectPath('src/cli/main.ts'), 'scan', small, '--db', db, '--offline', '--format', 'json'], {
      env: { PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    const stderr = text(child.stderr);
    const end = await new Promise((resolve) => child.on('close', (code, signal) => resolve(signal ?? code)));
    expect([end, await stderr]).toEqual([0, expect.not.stringMatching(/EPIPE|\n {4}at /)]);
  });

  it('gives the exit code of what it ran', async () => {
    const args = ['scan', small, '--db', db, '--feed-mirror', mirror];
    const ends = await Promise.all(
      [
        ['--fail-on', 'high'],
        ['--fail-on', 'critical'],
        ['--fail-on', 'awful'],
      ].map((more) => claircore([...args, ...more])),
    );
    expect(ends.map(({ code }) => code)).toEqual([1, 3, 2]);
  });
});
