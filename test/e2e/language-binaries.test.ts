// Applications of Go, Rust, Python and Ruby in images: what is listed, whose it is, and what is said while no advisories are there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { IndexReport } from '../../src/core/index.ts';
import { dockerArchive, LayerBuilder, writeArchive } from '../../src/testing/index.ts';
import { elfProgram } from '../../src/testing/test-executables.ts';
import { goProgram } from '../../src/testing/test-go-program.ts';
import { blobLayer } from '../support/blob-layers.ts';
import { claircore } from '../support/cli.ts';
import { indexLayers, placesOf } from '../support/library.ts';
import { scanReport } from '../support/report.ts';
import { missing, scratchDirectory, sharedPath } from '../support/shared-data.ts';
import { debianRelease, dpkgStatus } from '../support/small-image.ts';

const goDemo = goProgram({ lines: ['path\ta.org/demo', 'mod\ta.org/demo\tv1.0.0\t', 'dep\ta.org/lib\tv0.2.0\t'] });
const crates = JSON.stringify({ packages: [{ name: 'serde', version: '1.0.217', source: 'crates.io' }] });
const rustDemo = elfProgram([{ name: '.dep-v0', content: deflateSync(crates) }]).bytes;
const metadata = (name: string, version: string): string => `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`;
const gemspec = (name: string, version: string): string => `# stub: ${name} ${version} ruby lib\n`;
const executable = { mode: 0o755 };

const site = 'usr/lib/python3/dist-packages';
const applications = (): LayerBuilder =>
  new LayerBuilder()
    .file('usr/lib/os-release', debianRelease)
    .file('var/lib/dpkg/status', dpkgStatus([{ name: 'base-files', version: '12.4+deb12u5' }]))
    .file('opt/go-demo', goDemo, executable)
    .file('opt/rust-demo', rustDemo, executable)
    .file('srv/venv/lib/python3.12/site-packages/Flask_Demo-1.0.dist-info/METADATA', metadata('Flask_Demo', '1.0'))
    .file('var/lib/gems/specifications/rack-2.2.4.gemspec', gemspec('rack', '2.2.4'));
const places = [
  'a.org/demo@v1.0.0\t/opt/go-demo',
  'a.org/lib@v0.2.0\t/opt/go-demo',
  'flask-demo@1.0\t/srv/venv/lib/python3.12/site-packages/Flask_Demo-1.0.dist-info/METADATA',
  'rack@2.2.4\t/var/lib/gems/specifications/rack-2.2.4.gemspec',
  'serde@1.0.217\t/opt/rust-demo',
  'stdlib@1.22.1\t/opt/go-demo',
];

const indexOf = async (...layers: readonly LayerBuilder[]): Promise<IndexReport> =>
  await indexLayers(layers.map((layer) => blobLayer(layer.build())));
const ofLanguages = (report: IndexReport): readonly string[] => placesOf(report).filter((place) => !place.endsWith('/var/lib/dpkg/status'));

describe('applications in an image', () => {
  it('are listed, each at its file', async () => {
    const report = await indexOf(applications());
    expect(ofLanguages(report)).toEqual(places);
    expect(report.diagnostics).toEqual([]);
  });

  it('without advisories are unknown, each ecosystem by its name, and no clean bill is given', async () => {
    using scratch = scratchDirectory();
    const archive = join(scratch.path, 'image.tar');
    writeArchive(archive, dockerArchive([{ layers: [{ tar: applications().build() }], names: ['demo/app:1'] }]));
    const args = [archive, '--db', `${scratch.path}/c.db`, '--offline'];
    const report = await scanReport(args);
    const gaps = report.coverage.gaps as readonly { readonly reason: string; readonly ecosystem?: string; readonly packages: number }[];
    expect(
      gaps.filter(({ ecosystem }) => ecosystem !== undefined).map(({ reason, ecosystem, packages }) => [reason, ecosystem, packages]),
    ).toEqual([
      ['feed-not-loaded', 'crates.io', 1],
      ['feed-not-loaded', 'gem', 1],
      ['feed-not-loaded', 'go', 3],
      ['feed-not-loaded', 'pypi', 1],
    ]);
    const unknown = report.verdicts.filter(({ status, reason }) => status === 'unknown' && reason === 'feed-not-loaded');
    const named = unknown.map(({ package_id }) => report.packages[package_id]?.name);
    for (const name of ['a.org/demo', 'a.org/lib', 'flask-demo', 'rack', 'serde', 'stdlib']) expect(named).toContain(name);
    expect(report.coverage.complete).toBe(false);
    expect((await claircore(['scan', ...args, '--fail-on', 'low'])).code).toBe(3);
  });

  it('that a higher layer removes or replaces are judged as the final image has them', async () => {
    const newer = goProgram({ lines: ['path\ta.org/demo', 'mod\ta.org/demo\tv1.1.0\t'] });
    const report = await indexOf(
      applications(),
      new LayerBuilder()
        .whiteout('srv/venv')
        .whiteout('var/lib/gems/specifications/rack-2.2.4.gemspec')
        .file('var/lib/gems/specifications/rack-2.2.8.gemspec', gemspec('rack', '2.2.8'))
        .file('opt/go-demo', newer, executable)
        .file('opt/rust-demo', '#!/bin/sh\n', executable),
    );
    expect(ofLanguages(report)).toEqual([
      'a.org/demo@v1.1.0\t/opt/go-demo',
      'rack@2.2.8\t/var/lib/gems/specifications/rack-2.2.8.gemspec',
      'stdlib@1.22.1\t/opt/go-demo',
    ]);
  });

  it('under several names are one program', async () => {
    const names = new LayerBuilder().hardlink('opt/again', 'opt/go-demo').symlink('usr/bin/demo', '../../opt/go-demo');
    const inOne = applications().hardlink('opt/linked', 'opt/go-demo').symlink('usr/bin/same', '/opt/go-demo');
    const report = await indexOf(inOne, names);
    expect(ofLanguages(report).filter((place) => place.startsWith('a.org/demo@'))).toHaveLength(1);
  });

  it('that an OS package owns are its vendor’s', async () => {
    const files = [
      `${site}/six-1.16.0.egg-info/PKG-INFO`,
      'usr/bin/go-demo',
      'usr/share/rubygems-integration/all/specifications/rack-2.2.4.gemspec',
    ];
    const [six = '', program = '', rack = ''] = files;
    const report = await indexOf(
      new LayerBuilder()
        .file('var/lib/dpkg/status', dpkgStatus([{ name: 'demo', version: '1.0-1' }]))
        .file('var/lib/dpkg/info/demo.list', files.map((file) => `/${file}\n`).join(''))
        .file(six, metadata('six', '1.16.0'))
        .file(program, goDemo, executable)
        .file(rack, gemspec('rack', '2.2.4'))
        .file('usr/local/lib/python3.11/dist-packages/six-1.15.0.dist-info/METADATA', metadata('six', '1.15.0')),
    );
    const owner = [...report.packages.values()].find(({ name }) => name === 'demo')?.id;
    expect(owner).toBeDefined();
    const owned = [...report.environments].flatMap(([id, found]) =>
      found.filter(({ ownedBy }) => ownedBy === owner).map(() => `${report.packages.get(id)?.name}@${report.packages.get(id)?.version}`),
    );
    expect(owned.sort()).toEqual(['a.org/demo@v1.0.0', 'a.org/lib@v0.2.0', 'rack@2.2.4', 'six@1.16.0', 'stdlib@1.22.1']);
  });

  it('that do not say what is in them leave a gap', async () => {
    const lost = elfProgram([{ name: '.gopclntab', content: new Uint8Array(64) }]).bytes;
    const report = await indexOf(new LayerBuilder().file('opt/lost', lost, executable));
    expect(ofLanguages(report)).toEqual([]);
    expect(report.diagnostics.map(({ code, path }) => [code, path])).toEqual([['FILE_UNIDENTIFIED', 'opt/lost']]);
  });
});

const real = [
  [
    'fixtures/go/binary_with_module_replacement-linux-amd64',
    ['binary_with_module_replacement@(devel)', 'github.com/golang/xerrors@v0.0.0-20220907171357-04be3eba64a2', 'stdlib@1.22.0'],
  ],
  ['fixtures/go/main-version-via-ldflags.elf', ['github.com/aquasecurity/test@(devel)', 'stdlib@1.22.1']],
  [
    'fixtures/rust/uses_serde_json',
    [
      'itoa@1.0.14',
      'memchr@2.7.4',
      'proc-macro2@1.0.92',
      'quote@1.0.38',
      'ryu@1.0.18',
      'serde@1.0.217',
      'serde_derive@1.0.217',
      'serde_json@1.0.135',
      'syn@2.0.95',
      'unicode-ident@1.0.14',
      'uses_json@0.1.0',
    ],
  ],
] as const;
const skip = missing(...real.map(([path]) => path));

describe.skipIf(skip !== undefined)(`real programs${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => {
  it.each(real)('%s', async (path, expected) => {
    const report = await indexOf(new LayerBuilder().file('opt/program', readFileSync(sharedPath(path)), executable));
    expect(placesOf(report)).toEqual(expected.map((found) => `${found}\t/opt/program`));
    expect(report.diagnostics).toEqual([]);
  });
});
