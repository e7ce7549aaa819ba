import { describe, expect, it } from 'vitest';
import { layerFiles } from '../../../testing/layer-files.ts';
import { ubuntuRepositoryScanner } from './repository.ts';

async function scan(contents: Readonly<Record<string, string>>) {
  const wanted = Object.entries(contents).filter(
    ([path]) => ubuntuRepositoryScanner.wants(path, { type: 'file', size: 1, mode: 0o644 }) === 'bytes',
  );
  const { repositories = [], diagnostics = [] } = await ubuntuRepositoryScanner.scan(layerFiles(new Map(wanted)));
  return {
    found: repositories.map(({ facts, path }) => `${facts.name} ${path}`),
    said: diagnostics.map(({ code, path }) => `${code} ${path}`),
    repositories,
  };
}

const list = 'etc/apt/sources.list';
const infraList = 'etc/apt/sources.list.d/ubuntu-esm-infra.list';
const appsSources = 'etc/apt/sources.list.d/ubuntu-esm-apps.sources';
const status = (attached: unknown, ...services: readonly unknown[]): string => JSON.stringify({ attached, services });

describe('which repositories of ESM an image has', () => {
  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      'none: just the archive',
      { [list]: 'deb http://archive.ubuntu.com/ubuntu jammy main\ndeb http://security.ubuntu.com/ubuntu jammy-security main\n' },
      [],
    ],
    ['a line', { [infraList]: 'deb https://esm.ubuntu.com/infra/ubuntu xenial-infra-security main\n' }, [`esm-infra ${infraList}`]],
    [
      'a line with options',
      { [list]: ' deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] https://esm.ubuntu.com/apps/ubuntu jammy-apps-updates main # pro' },
      [`esm-apps ${list}`],
    ],
    [
      'credentials, which are not kept',
      { [list]: 'deb https://bearer:hunter2@esm.ubuntu.com/infra/ubuntu xenial main' },
      [`esm-infra ${list}`],
    ],
    ['a mirror, by its suite', { [list]: 'deb http://mirror.example.test/esm focal-apps-security main' }, [`esm-apps ${list}`]],
    ['the first ESM', { [list]: 'deb https://esm.ubuntu.com/ubuntu precise main' }, [`esm-infra ${list}`]],
    [
      'remarks and sources of sources',
      {
        [infraList]:
          '# deb https://esm.ubuntu.com/infra/ubuntu xenial-infra-security main\ndeb-src https://esm.ubuntu.com/infra/ubuntu xenial-infra-security main\n',
      },
      [],
    ],
    [
      'hosts that look alike',
      {
        [list]:
          'deb https://esm.ubuntu.com.example.test/infra/ubuntu jammy main\ndeb https://example.test/esm.ubuntu.com/infra jammy main\n',
      },
      [],
    ],
    ['other services of Pro', { [list]: 'deb https://esm.ubuntu.com/fips/ubuntu jammy main' }, []],
    [
      'both in one line of stanzas',
      {
        [appsSources]:
          'Types: deb\nURIs: https://esm.ubuntu.com/apps/ubuntu\nSuites: noble-apps-security noble-apps-updates noble-infra-security\nComponents: main\n',
      },
      [`esm-apps ${appsSources}`, `esm-infra ${appsSources}`],
    ],
    [
      'a stanza that is switched off',
      { [appsSources]: 'Types: deb\nURIs: https://esm.ubuntu.com/apps/ubuntu\nSuites: noble-apps-security\nEnabled: no\n' },
      [],
    ],
    [
      'a stanza of sources alone',
      { [appsSources]: 'Types: deb-src\nURIs: https://esm.ubuntu.com/apps/ubuntu\nSuites: noble-apps-security\n' },
      [],
    ],
    [
      'what a pin forbids',
      {
        [infraList]: 'deb https://esm.ubuntu.com/infra/ubuntu xenial-infra-security main',
        'etc/apt/preferences.d/ubuntu-esm-infra': 'Package: *\nPin: release o=UbuntuESM\nPin-Priority: never\n',
      },
      [],
    ],
    [
      'what a pin of the other forbids',
      {
        [infraList]: 'deb https://esm.ubuntu.com/infra/ubuntu xenial-infra-security main',
        'etc/apt/preferences.d/ubuntu-esm-apps': 'Pin-Priority: never\n',
      },
      [`esm-infra ${infraList}`],
    ],
    [
      'what the client keeps to tell of updates',
      {
        'var/lib/ubuntu-advantage/apt-esm/etc/apt/sources.list.d/ubuntu-esm-apps.sources':
          'Types: deb\nURIs: https://esm.ubuntu.com/apps/ubuntu\nSuites: noble-apps-security\n',
      },
      [],
    ],
    [
      'a status',
      {
        'var/lib/ubuntu-advantage/status.json': status(
          true,
          { name: 'esm-infra', status: 'enabled' },
          { name: 'esm-apps', status: 'disabled' },
          7,
        ),
      },
      ['esm-infra var/lib/ubuntu-advantage/status.json'],
    ],
    ['a status of who is not attached', { 'var/lib/ubuntu-pro/status.json': status(false, { name: 'esm-infra', status: 'enabled' }) }, []],
    ['a line without an end', { [list]: `deb ${'['.repeat(2_000_000)}` }, []],
  ])('%s', async (_name, contents, wanted) => {
    const { found, said } = await scan(contents);
    expect(found.toSorted()).toEqual(wanted);
    expect(said).toEqual([]);
  });

  it('keeps no credential', async () => {
    const { repositories } = await scan({ [list]: 'deb https://bearer:hunter2@esm.ubuntu.com/infra/ubuntu xenial main' });
    expect(repositories.map(({ facts }) => facts)).toEqual([
      { name: 'esm-infra', key: 'deb-repository', uri: 'https://esm.ubuntu.com/infra/ubuntu', cpe: '' },
    ]);
  });

  it.each(['', '{', '[]', 'null', '{"attached":"yes"}'])('says that %j is no status', async (content) => {
    const path = 'var/lib/ubuntu-advantage/status.json';
    expect((await scan({ [path]: content })).said).toEqual([`FILE_UNPARSABLE ${path}`]);
  });

  it('wants nothing else', () => {
    const paths = [
      'etc/apt/sources.list.d/x.list.save',
      'etc/apt/auth.conf.d/90ubuntu-advantage',
      'var/lib/ubuntu-advantage/private/machine-token.json',
      'etc/apt/preferences.d/other',
    ];
    expect(paths.map((path) => ubuntuRepositoryScanner.wants(path, { type: 'file', size: 1, mode: 0o644 }))).toEqual([
      'no',
      'no',
      'no',
      'no',
    ]);
  });
});
