import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { dockerArchive, LayerBuilder, writeArchive } from '../../src/testing/index.ts';
import type { ReportJson } from '../support/report.ts';
import { run } from '../support/run-in-process.ts';
import { projectPath, scratchDirectory } from '../support/shared-data.ts';
import {
  alpineLayers,
  apkInstalled,
  debianRelease,
  dpkgStatus,
  packageJson,
  smallLayers,
  toLayers,
  writeSmallMirror,
} from '../support/small-image.ts';

// What stands in the files beside this one was read line by line by a person and held against the image and the feeds of
// test/support/small-image.ts. Whoever changes the table reads them again.
const golden = (name: string): string => readFileSync(projectPath('test/golden', `${name}.txt`), 'utf8');

const scratch = scratchDirectory();
const mirror = join(scratch.path, 'mirror');
const small = join(scratch.path, 'small.tar');
const alpine = join(scratch.path, 'alpine.tar');

beforeAll(() => {
  writeSmallMirror(mirror);
  writeArchive(small, dockerArchive([{ layers: toLayers(smallLayers), names: ['demo/app:1'] }]));
  writeArchive(alpine, dockerArchive([{ layers: toLayers(alpineLayers), names: ['demo/tiny:1'] }]));
  return () => scratch[Symbol.dispose]();
});

/** What a scan prints, the image by a short name. */
async function table(image: string, args: readonly string[] = [], options: Parameters<typeof run>[1] = {}): Promise<string> {
  const { code, stdout } = await run(['scan', image, '--db', join(scratch.path, 'c.db'), '--feed-mirror', mirror, ...args], options);
  expect(code).toBe(0);
  return stdout.replaceAll(image, 'IMAGE');
}

describe('the table of a scan', () => {
  it('of a Debian image with gaps', async () => {
    expect(await table(small)).toBe(golden('debian'));
  });

  it('of an Alpine image, complete', async () => {
    expect(await table(alpine)).toBe(golden('alpine'));
  });

  it('of an image without feeds says so above all, and does not look clean', async () => {
    const { stdout } = await run(['scan', alpine, '--db', join(scratch.path, 'empty.db'), '--offline']);
    expect(stdout.replaceAll(alpine, 'IMAGE')).toBe(golden('no-feeds'));
    expect(stdout).not.toMatch(/\b(?:0|no) (?:vulnerabilities|findings)\b/i);
  });

  it('sorted by name', async () => {
    const names = (await table(small, ['--sort', 'name'])).split('\n').flatMap((line) => /^\S+ +CVE-\S+ +(\S+)/.exec(line)?.[1] ?? []);
    expect(names).toEqual(['curl,', 'curl,', 'libssl3,', 'zlib1g']);
  });

  it('on a narrow terminal: wrapped', async () => {
    expect(await table(small, [], { columns: 80, env: { NO_COLOR: '1' } })).toBe(golden('narrow'));
  });

  it.each([20, 60, 80, 100, 200, 1000])(
    'on a terminal of %i columns says all that the plain one says, in no wider lines',
    async (columns) => {
      const words = (text: string): Set<string> => new Set(text.match(/CVE-[\d-]+|Coverage is incomplete|\d+ findings|2 High|vendor|npm/g));
      const shown = await table(small, [], { columns, env: { NO_COLOR: '1' } });
      expect(words(shown)).toEqual(words(golden('debian')));
      // Six columns of which none can be left out need 80.
      expect(Math.max(...shown.split('\n').map((line) => line.length))).toBeLessThanOrEqual(Math.max(80, columns));
    },
  );

  it('is coloured on a terminal, unless NO_COLOR says no', async () => {
    const wide = { columns: 200 } as const;
    const coloured = await table(small, [], wide);
    expect(coloured).toContain('\u001b[');
    expect(stripVTControlCharacters(coloured)).toBe(await table(small, [], { ...wide, env: { NO_COLOR: '1' } }));
    expect(await table(small, [], { ...wide, env: { NO_COLOR: '1', FORCE_COLOR: '1' } })).not.toContain('\u001b');
    expect(await table(small, [], { ...wide, env: { TERM: 'dumb' } })).not.toContain('\u001b');
    expect(await table(small)).not.toContain('\u001b');
    expect(await table(small, [], { env: { FORCE_COLOR: '1' } })).toContain('\u001b[');
  });
});

/** Whatever a terminal obeys, or that makes a line look like another: C0, C1, bidirectional marks, line separators. */
// eslint-disable-next-line no-control-regex -- these are what must not be there
const obeyed = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/u;

describe('names that a terminal would obey', () => {
  const evil = 'x\u001b[2J\u001b]0;owned\u0007\u009b31m\r\u202egnp.\u2066\u2028y';
  const image = join(scratch.path, 'evil\u001b[31m.tar');

  beforeAll(() => {
    const layers = [
      new LayerBuilder()
        .file('etc/os-release', debianRelease.replace('(bookworm)', evil.replaceAll(/[\r\u0007]/g, '')))
        .file(
          'var/lib/dpkg/status',
          dpkgStatus([
            { name: 'curl', version: `1\u001b[31m`, source: 'curl (7.0)' },
            { name: `a${evil.slice(0, 5)}`, version: '1', source: 'curl' },
          ]),
        )
        .file('app/node_modules/evil/package.json', packageJson(evil, evil))
        .file(`app/node_modules/${evil.replaceAll('/', '')}/package.json`, '{')
        .file(`../${evil}`, 'x')
        .build(),
    ];
    writeArchive(image, dockerArchive([{ layers: toLayers(layers), names: [`demo/${evil}:1`] }]));
  });

  const scanEvil = async (format: string) =>
    await run(['scan', image, '--db', join(scratch.path, 'evil.db'), '--feed-mirror', mirror, '--log-level', 'debug', '--format', format]);

  it('are harmless in the table and on stderr', async () => {
    const { stdout, stderr } = await scanEvil('table');
    expect(stdout).toContain('curl');
    expect(stdout.match(obeyed)?.[0]).toBeUndefined();
    expect(stderr.match(obeyed)?.[0]).toBeUndefined();
  });

  it('are in the JSON as they are, escaped as JSON has it', async () => {
    const { stdout } = await scanEvil('json');
    // eslint-disable-next-line no-control-regex -- RFC 8259: these never stand in a string as they are
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    const { packages } = JSON.parse(stdout) as ReportJson;
    expect(Object.values(packages).map(({ name }) => name)).toContain(evil);
  });

  it('are harmless in errors', async () => {
    for (const args of [
      ['scan', `${image}\u001b[31m`, '--offline'],
      ['scan', `${image}:no\u001b[31msuch\u202etag`, '--offline'],
      ['scan', image, '--platform', '\u001b[31m'],
      ['scan', image, '--sort', '\u001b[31m'],
      ['match', `\u001b[31m`],
      ['scan', image, '--db', `${small}/\u001b[31m/c.db`],
    ]) {
      const { code, stderr } = await run(args, { env: { CLAIRCORE_DB: join(scratch.path, 'evil.db') } });
      expect([args, code === 0, stderr === '']).toEqual([args, false, false]);
      expect([args, stderr.match(obeyed)?.[0]]).toEqual([args, undefined]);
    }
  });

  it('of an apk database are no row of their own', async () => {
    const layer = new LayerBuilder().file('lib/apk/db/installed', apkInstalled([{ name: 'a\u001b[1mb', version: '1-r0' }])).build();
    const path = writeArchive(join(scratch.path, 'apk.tar'), dockerArchive([{ layers: toLayers([layer]) }]));
    const { stdout } = await run(['scan', path, '--db', join(scratch.path, 'evil.db'), '--offline']);
    expect(stdout.match(obeyed)?.[0]).toBeUndefined();
  });
});
