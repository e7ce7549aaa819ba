import { existsSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../contracts/index.ts';
import { gapOf } from '../../../core/index.ts';
import { layerFiles } from '../../../testing/layer-files.ts';
import { dpkgScanner } from './scanner.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const conformance = '../shared/conformance/dpkg';
const status = 'var/lib/dpkg/status';

const scan = async (contents: Readonly<Record<string, string | Uint8Array>>): Promise<Findings> => dpkgScanner.scan(layerFiles(contents));
const namesOf = ({ packages = [] }: Findings): readonly string[] =>
  packages.map(({ facts }) => `${facts.name} ${facts.version} ${facts.arch}`);
const codesOf = ({ diagnostics = [] }: Findings): readonly string[] => diagnostics.map(({ code }) => code);
const stanza = (fields: Readonly<Record<string, string>>): string =>
  Object.entries({ Package: 'demo', Status: 'install ok installed', Version: '1.0-1', Architecture: 'amd64', ...fields })
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');

describe('what dpkg wants', () => {
  it.each([
    [status, 'bytes'],
    ['var/lib/dpkg/status.d/base', 'bytes'],
    ['var/lib/dpkg/status.d/base.md5sums', 'bytes'],
    ['var/lib/dpkg/info/libc6:amd64.list', 'bytes'],
    ['var/lib/dpkg/status-old', 'no'],
    ['var/lib/dpkg/status.d', 'no'],
    ['var/lib/dpkg/status.d/', 'no'],
    ['var/lib/dpkg/status.d/sub/base', 'no'],
    ['var/lib/dpkg/info/libc6:amd64.md5sums', 'no'],
    ['var/lib/dpkg/info/sub/x.list', 'no'],
    ['srv/chroot/var/lib/dpkg/status', 'no'],
    ['var/lib/dpkg/available', 'no'],
  ])('%s: %s', (path, want) => {
    expect(dpkgScanner.wants(path, { type: 'file', size: 1, mode: 0o644 })).toBe(want);
  });
});

describe('the status of a package', () => {
  it.each([
    ['install ok installed', true, []],
    ['hold ok installed', true, []],
    ['Install OK Installed', true, []],
    ['install  ok   unpacked', true, []],
    ['install reinstreq half-configured', true, []],
    ['install ok triggers-awaited', true, []],
    ['install ok triggers-pending', true, []],
    ['install reinstreq half-installed', true, ['PACKAGE_HALF_INSTALLED']],
    ['deinstall ok config-files', false, []],
    ['purge ok not-installed', false, []],
    ['install ok postinst-failed', true, ['PACKAGE_STATUS_UNKNOWN']],
    ['install ok', true, ['PACKAGE_STATUS_UNKNOWN']],
    ['installed', true, ['PACKAGE_STATUS_UNKNOWN']],
    ['', false, ['PACKAGE_STATUS_MISSING']],
  ])('%j: present %s', async (word, present, codes) => {
    const findings = await scan({ [status]: stanza({ Status: word }) });
    expect(namesOf(findings)).toEqual(present ? ['demo 1.0-1 amd64'] : []);
    expect(codesOf(findings)).toEqual(codes);
  });

  it('leaves a gap where no entry has one: an image without packages would look clean', async () => {
    const { packages = [], diagnostics = [] } = await scan({
      [status]: [stanza({ Package: 'a', Status: '' }), stanza({ Status: '' })].join('\n'),
    });
    expect(packages).toEqual([]);
    expect(diagnostics.map(({ code }) => gapOf(code))).toEqual(['file-unidentified', 'file-unidentified']);
  });

  it('is not needed in status.d, but counts there too', async () => {
    const findings = await scan({
      'var/lib/dpkg/status.d/a': stanza({ Package: 'a', Status: '' }),
      'var/lib/dpkg/status.d/b': stanza({ Package: 'b', Status: 'deinstall ok config-files' }),
    });
    expect(namesOf(findings)).toEqual(['a 1.0-1 amd64']);
    expect(codesOf(findings)).toEqual([]);
  });
});

describe('what dpkg finds', () => {
  it.each([
    [{}, 'demo', '1.0-1'],
    [{ Source: 'origin' }, 'origin', '1.0-1'],
    [{ Source: 'origin (2:3.0~rc1-1)' }, 'origin', '2:3.0~rc1-1'],
    [{ Source: 'origin   ( 3 )' }, 'origin', '3'],
    [{ Source: 'origin(3)' }, 'origin', '3'],
    [{ Source: 'origin ()' }, 'origin', '1.0-1'],
    [{ Source: 'origin (3' }, 'origin', '1.0-1'],
    [{ Source: '(3)' }, 'demo', '3'],
  ])('reads the source of %j', async (fields, name, version) => {
    const { packages = [] } = await scan({ [status]: stanza(fields) });
    expect(packages.map(({ facts }) => facts)).toEqual([
      {
        name: 'demo',
        version: '1.0-1',
        kind: 'binary',
        arch: 'amd64',
        module: '',
        source: { name, version, module: '' },
        cpe: '',
        detector: 'urn:claircore:detector:dpkg:1:package',
      },
    ]);
    expect(packages[0]).toMatchObject({ origin: 'database', path: status });
  });

  it('keeps a package for each of its architectures', async () => {
    const text = [stanza({ Package: 'libc6' }), stanza({ Package: 'libc6', Architecture: 'i386' }), stanza({ Package: 'x' })].join('\n');
    expect(namesOf(await scan({ [status]: text }))).toEqual(['libc6 1.0-1 amd64', 'libc6 1.0-1 i386', 'x 1.0-1 amd64']);
  });

  it('reports an entry without name or version that should be present, and only that', async () => {
    const text = [
      stanza({ Package: '' }),
      stanza({ Version: '' }),
      stanza({ Version: '', Status: 'purge ok not-installed' }),
      stanza({ Package: 'ok' }),
    ];
    const findings = await scan({ [status]: text.join('\n') });
    expect(namesOf(findings)).toEqual(['ok 1.0-1 amd64']);
    expect(findings.diagnostics?.map(({ code, data }) => [code, data['line']])).toEqual([
      ['PACKAGE_INCOMPLETE', 1],
      ['PACKAGE_INCOMPLETE', 5],
    ]);
  });

  it('goes on after bad lines and says so', async () => {
    const findings = await scan({ [status]: `nonsense\n${stanza({})}\n\u0000\u0000\n\n${stanza({ Package: 'b' })}` });
    expect(namesOf(findings)).toEqual(['demo 1.0-1 amd64', 'b 1.0-1 amd64']);
    expect(codesOf(findings)).toEqual(['PACKAGE_INCOMPLETE', 'FILE_UNPARSABLE']);
  });

  it('says little about a file that is nothing but odd', async () => {
    const findings = await scan({ [status]: 'x\n\n'.repeat(100_000) });
    expect(findings.diagnostics?.length).toBeLessThan(30);
    expect(findings.diagnostics?.some(({ code }) => gapOf(code) !== undefined)).toBe(true);
  });

  it('reads any text without throwing', async () => {
    const line = fc.constantFrom(
      'Package: a',
      'Version: 1',
      'Status: install ok installed',
      'Source: b (',
      ' x',
      '',
      ':',
      '\r',
      'Feature',
      '(',
      '__proto__: x',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(line, fc.string())), async (lines) => {
        const { packages = [] } = await scan({ [status]: lines.join('\n') });
        for (const { facts } of packages) expect([facts.name, facts.version, facts.source?.name]).not.toContain('');
      }),
      { numRuns },
    );
  });
});

describe('who owns a file', () => {
  it('reads lists, without the directories that lead to a file', async () => {
    const { ownership } = await scan({
      'var/lib/dpkg/info/libc6:amd64.list':
        '/.\n/etc\n/etc/ld.so.conf\n/usr\n/usr/lib\n/usr/lib/a.so\n/usr/lib/a.so.1\n/usr/share\n/usr/share/empty\n',
      'var/lib/dpkg/info/adduser.list': '/usr/sbin/adduser\r\n\n/usr/sbin/addgroup',
    });
    expect(ownership).toEqual([
      { path: 'var/lib/dpkg/info/adduser.list', packageName: 'adduser', files: ['usr/sbin/adduser', 'usr/sbin/addgroup'] },
      {
        path: 'var/lib/dpkg/info/libc6:amd64.list',
        packageName: 'libc6',
        arch: 'amd64',
        files: ['etc/ld.so.conf', 'usr/lib/a.so', 'usr/lib/a.so.1', 'usr/share/empty'],
      },
    ]);
  });

  it('reads md5sums, under the name that the control file beside them gives', async () => {
    const sum = 'd41d8cd98f00b204e9800998ecf8427e';
    const { ownership } = await scan({
      'var/lib/dpkg/status.d/short': stanza({ Package: 'real-name', Status: '' }),
      'var/lib/dpkg/status.d/short.md5sums': `${sum}  usr/bin/a\n${sum} *./usr/bin/b c\nnonsense\n${sum}  \n`,
      'var/lib/dpkg/status.d/lonely.md5sums': `${sum}  x`,
    });
    expect(ownership).toEqual([
      { path: 'var/lib/dpkg/status.d/lonely.md5sums', packageName: 'lonely', files: ['x'] },
      { path: 'var/lib/dpkg/status.d/short.md5sums', packageName: 'real-name', files: ['usr/bin/a', 'usr/bin/b c'] },
    ]);
  });
});

describe.skipIf(!existsSync(conformance))('dpkg conformance (skipped where ../shared is absent)', () => {
  const file = (name: string): Uint8Array => readFileSync(`${conformance}/${name}`);

  it('finds the 357 packages of texlive.status, each once', async () => {
    const findings = await scan({ [status]: file('texlive.status') });
    expect(findings.packages).toHaveLength(357);
    expect(new Set(findings.packages?.map(({ facts }) => facts.name)).size).toBe(357);
    expect(findings.diagnostics).toEqual([]);
  });

  it('finds the source of postgresql.status', async () => {
    const { packages } = await scan({ [status]: file('postgresql.status') });
    expect(packages?.find(({ facts }) => facts.name === 'postgresql-client')?.facts.source).toEqual({
      name: 'postgresql-common',
      version: '200+deb10u5',
      module: '',
    });
  });

  it('finds the one package of debian-only.status', async () => {
    expect(namesOf(await scan({ [status]: file('debian-only.status') }))).toEqual(['debian-archive-keyring 2019.1 all']);
  });

  it('refuses vcpkg.status', async () => {
    const findings = await scan({ [status]: file('vcpkg.status') });
    expect(findings.packages).toEqual([]);
    expect(codesOf(findings)).toEqual(['PACKAGE_DATABASE_FOREIGN']);
  });

  it('finds no package of texlive.status that is not in it, wherever it is cut', async () => {
    const whole = file('texlive.status');
    const all = new Set(namesOf(await scan({ [status]: whole })));
    for (let cut = 1000; cut < whole.length; cut += 23_456) {
      const findings = await scan({ [status]: whole.subarray(0, cut) });
      const strange = namesOf(findings).filter((name) => !all.has(name));
      // the last line may be cut inside the version: that cannot be seen
      expect(strange.length).toBeLessThanOrEqual(1);
    }
  });
});
