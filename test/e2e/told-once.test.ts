// Images on which known scanners count a package twice, miss one, or tell of one that is gone: each built here, judged from end to end, and once more with its
// layers stacked into one, which must not change what is in it.
import { describe, expect, it } from 'vitest';
import type { Environment, IndexReport, VulnerabilityReport } from '../../src/core/index.ts';
import { stackLayers } from '../../src/image/index.ts';
import { LayerBuilder } from '../../src/testing/index.ts';
import { collectBytes } from '../../src/testing/fake-layer-engine-tar.ts';
import { rpmHeader } from '../../src/testing/rpmdb-header.ts';
import { writeRpmSqlite } from '../../src/testing/rpmdb-sqlite.ts';
import { writeZip } from '../../src/testing/zip-writer.ts';
import { blobLayer } from '../support/blob-layers.ts';
import { affectedOf, judgeLayers, type TestAdvisories } from '../support/judge-layers.ts';
import { debianRelease, dpkgStatus, packageJson } from '../support/small-image.ts';

const modules = 'srv/app/node_modules';
const site = 'opt/venv/lib/python3.12/site-packages';
const system = 'usr/lib/python3/dist-packages';
const metadata = (name: string, version: string): string => `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`;
const wheel = (layer: LayerBuilder, directory: string, name: string, version: string): LayerBuilder =>
  layer
    .file(`${directory}/${name}/__init__.py`, version)
    .file(`${directory}/${name}-${version}.dist-info/METADATA`, metadata(name, version));
const recorded = (layer: LayerBuilder, directory: string, name: string, version: string, module: string): LayerBuilder =>
  layer
    .file(`${directory}/${name}/__init__.py`, module)
    .file(`${directory}/${name}-${version}.dist-info/METADATA`, metadata(name, version))
    .file(
      `${directory}/${name}-${version}.dist-info/RECORD`,
      `${name}/__init__.py,sha256=x,${module.length}\n${name}-${version}.dist-info/RECORD,,\n`,
    );
const npm = (name: string, version: string, below = modules): readonly [string, string] => [
  `${below}/${name}/package.json`,
  packageJson(name, version),
];

/** Whatever is below 2 is affected, of each of these. */
const advisories: TestAdvisories = {
  fixed: '2.0.0',
  osv: { npm: ['one', 'two', '@s/three'], PyPI: ['one', 'two'], Maven: ['org.demo:one'], RubyGems: ['one'] },
  others: {
    'https://security-tracker.debian.org/tracker/data/json': JSON.stringify({
      'python-one': { 'CVE-2024-9': { releases: { bookworm: { status: 'open', urgency: 'high' } } } },
    }),
  },
};

interface Image {
  readonly name: string;
  readonly layers: readonly LayerBuilder[];
  /** `name version @ path`, `(declared)` or `(of OWNER)` behind. */
  readonly places: readonly string[];
  readonly affected: readonly string[];
}

const status = dpkgStatus([
  { name: 'base-files', version: '12.4' },
  { name: 'python3-one', version: '1.0.0-1', source: 'python-one' },
]);

const images: readonly Image[] = [
  {
    name: 'what an opaque directory hides is gone',
    layers: [
      new LayerBuilder().file(...npm('one', '1.0.0')).file(...npm('@s/three', '1.0.0')),
      new LayerBuilder().opaque(modules).file(...npm('two', '1.0.0')),
    ],
    places: [`two 1.0.0 @ ${modules}/two/package.json`],
    affected: ['two 1.0.0 CVE-2024-1002'],
  },
  {
    name: 'what is removed and written again in one layer is there, whatever the order',
    layers: [
      new LayerBuilder().file(...npm('one', '1.0.0')).file(...npm('two', '1.0.0')),
      new LayerBuilder()
        .file(...npm('one', '1.5.0'))
        .whiteout(`${modules}/one`)
        .whiteout(`${modules}/two`)
        .file(...npm('two', '1.5.0')),
    ],
    places: [`one 1.5.0 @ ${modules}/one/package.json`, `two 1.5.0 @ ${modules}/two/package.json`],
    affected: ['one 1.5.0 CVE-2024-1001', 'two 1.5.0 CVE-2024-1002'],
  },
  {
    name: 'of two entries of one name the last counts',
    layers: [new LayerBuilder().file(...npm('one', '1.0.0')).file(...npm('one', '2.0.0'))],
    places: [`one 2.0.0 @ ${modules}/one/package.json`],
    affected: [],
  },
  {
    name: 'a directory that became a file has nothing in it',
    layers: [
      new LayerBuilder().file(...npm('one', '1.0.0')).file(...npm('two', '1.0.0')),
      new LayerBuilder().file(`${modules}/one`, 'text'),
    ],
    places: [`two 1.0.0 @ ${modules}/two/package.json`],
    affected: ['two 1.0.0 CVE-2024-1002'],
  },
  {
    name: 'a hard link to a file whose first name is gone is there',
    layers: [
      new LayerBuilder().file(...npm('one', '1.0.0')).hardlink('srv/web/node_modules/one/package.json', `${modules}/one/package.json`),
      new LayerBuilder().whiteout(modules),
    ],
    places: ['one 1.0.0 @ srv/web/node_modules/one/package.json'],
    affected: ['one 1.0.0 CVE-2024-1001'],
  },
  {
    name: 'a file of two names is one package',
    layers: [
      new LayerBuilder().file(...npm('one', '1.0.0')).hardlink('srv/web/node_modules/one/package.json', `${modules}/one/package.json`),
    ],
    places: [`one 1.0.0 @ ${modules}/one/package.json`],
    affected: ['one 1.0.0 CVE-2024-1001'],
  },
  {
    name: 'a tree that a link leads to is one tree: pnpm, and a link to the whole',
    layers: [
      new LayerBuilder()
        .file(...npm('one', '1.0.0', `${modules}/.pnpm/one@1.0.0/node_modules`))
        .symlink(`${modules}/one`, '.pnpm/one@1.0.0/node_modules/one')
        .symlink('app', 'srv/app'),
    ],
    places: [`one 1.0.0 @ ${modules}/.pnpm/one@1.0.0/node_modules/one/package.json`],
    affected: ['one 1.0.0 CVE-2024-1001'],
  },
  {
    name: 'a copy that a package brings is there beside another version, and told once where it is the same',
    layers: [
      new LayerBuilder()
        .file(...npm('one', '1.0.0'))
        .file(...npm('two', '1.0.0'))
        .file(...npm('one', '1.1.0', `${modules}/two/node_modules`))
        .file(...npm('one', '1.0.0', `${modules}/@s/three/node_modules`))
        .file(...npm('@s/three', '2.0.0')),
    ],
    places: [
      `@s/three 2.0.0 @ ${modules}/@s/three/package.json`,
      `one 1.0.0 @ ${modules}/@s/three/node_modules/one/package.json`,
      `one 1.0.0 @ ${modules}/one/package.json`,
      `one 1.1.0 @ ${modules}/two/node_modules/one/package.json`,
      `two 1.0.0 @ ${modules}/two/package.json`,
    ],
    affected: ['one 1.0.0 CVE-2024-1001', 'one 1.1.0 CVE-2024-1001', 'two 1.0.0 CVE-2024-1002'],
  },
  {
    name: 'a lock file beside its tree says nothing more, not of what only developers need either',
    layers: [
      new LayerBuilder().file(
        'srv/app/package-lock.json',
        JSON.stringify({ packages: { 'node_modules/one': { version: '1.0.0' }, 'node_modules/two': { version: '1.0.0' } } }),
      ),
      new LayerBuilder().file(...npm('one', '1.0.0')),
    ],
    places: [`one 1.0.0 @ ${modules}/one/package.json`],
    affected: ['one 1.0.0 CVE-2024-1001'],
  },
  {
    name: 'a lock file whose tree was removed is all that is known, and says so',
    layers: [
      new LayerBuilder()
        .file('srv/app/package-lock.json', JSON.stringify({ packages: { 'node_modules/one': { version: '1.0.0' } } }))
        .file(...npm('one', '1.0.0')),
      new LayerBuilder().whiteout(modules).file('srv/app/dist/bundle.js', 'one'),
    ],
    places: ['one 1.0.0 @ srv/app/package-lock.json (declared)'],
    affected: ['one 1.0.0 CVE-2024-1001'],
  },
  {
    name: "an archive from which Plug'n'Play loads is installed",
    layers: [
      new LayerBuilder()
        .file('srv/app/yarn.lock', '# yarn lockfile v1\n\none@1:\n  version "1.0.0"\n')
        .file(
          'srv/app/.yarn/cache/one-npm-1.0.0-01.zip',
          writeZip([{ name: 'node_modules/one/package.json', content: packageJson('one', '1.0.0') }]),
        ),
    ],
    places: ['one 1.0.0 @ srv/app/.yarn/cache/one-npm-1.0.0-01.zip'],
    affected: ['one 1.0.0 CVE-2024-1001'],
  },
  {
    name: 'a deleted virtual environment is gone',
    layers: [wheel(new LayerBuilder(), site, 'one', '1.0.0'), new LayerBuilder().whiteout('opt/venv')],
    places: [],
    affected: [],
  },
  {
    name: 'a virtual environment that was removed and copied anew is the new one',
    layers: [
      wheel(wheel(new LayerBuilder(), site, 'one', '1.0.0'), site, 'two', '1.0.0'),
      wheel(new LayerBuilder().whiteout('opt/venv'), site, 'one', '2.0.0'),
    ],
    places: [`one 2.0.0 @ ${site}/one-2.0.0.dist-info/METADATA`],
    affected: [],
  },
  {
    name: 'a distribution that pip upgraded is told at its new version',
    layers: [
      wheel(new LayerBuilder(), site, 'one', '1.0.0'),
      wheel(new LayerBuilder().whiteout(`${site}/one-1.0.0.dist-info`), site, 'one', '1.5.0'),
    ],
    places: [`one 1.5.0 @ ${site}/one-1.5.0.dist-info/METADATA`],
    affected: ['one 1.5.0 CVE-2024-1001'],
  },
  {
    name: 'of a virtual environment that was copied over another only what is there counts: the old metadata is left, its modules are not',
    layers: [
      recorded(recorded(new LayerBuilder(), site, 'one', '1.0.0', 'x = 1'), site, 'two', '1.0.0', 'y'),
      recorded(new LayerBuilder(), site, 'one', '2.0.0', 'x = 22'),
    ],
    places: [`one 2.0.0 @ ${site}/one-2.0.0.dist-info/METADATA`, `two 1.0.0 @ ${site}/two-1.0.0.dist-info/METADATA`],
    affected: ['two 1.0.0 CVE-2024-1002'],
  },
  {
    name: 'of a newer environment that an older was copied over the older counts',
    layers: [recorded(new LayerBuilder(), site, 'one', '2.0.0', 'x = 22'), recorded(new LayerBuilder(), site, 'one', '1.0.0', 'x = 1')],
    places: [`one 1.0.0 @ ${site}/one-1.0.0.dist-info/METADATA`],
    affected: ['one 1.0.0 CVE-2024-1001'],
  },
  {
    name: 'two versions of which nothing says which is there are both told',
    layers: [wheel(new LayerBuilder(), site, 'one', '1.0.0'), wheel(new LayerBuilder(), site, 'one', '1.5.0')],
    places: [`one 1.0.0 @ ${site}/one-1.0.0.dist-info/METADATA`, `one 1.5.0 @ ${site}/one-1.5.0.dist-info/METADATA`],
    affected: ['one 1.0.0 CVE-2024-1001', 'one 1.5.0 CVE-2024-1001'],
  },
  {
    name: 'one version in two environments is one package, another in a third another',
    layers: [
      recorded(recorded(new LayerBuilder(), 'srv/a/site-packages', 'one', '1.0.0', 'x'), 'srv/b/site-packages', 'one', '1.0.0', 'x'),
      recorded(new LayerBuilder(), 'srv/c/site-packages', 'one', '2.0.0', 'xx'),
    ],
    places: [
      'one 1.0.0 @ srv/a/site-packages/one-1.0.0.dist-info/METADATA',
      'one 1.0.0 @ srv/b/site-packages/one-1.0.0.dist-info/METADATA',
      'one 2.0.0 @ srv/c/site-packages/one-2.0.0.dist-info/METADATA',
    ],
    affected: ['one 1.0.0 CVE-2024-1001'],
  },
  {
    name: 'requirements that were installed elsewhere are told where they are',
    layers: [wheel(new LayerBuilder().file('srv/app/requirements.txt', 'one==1.0.0\npytest==7.0.0\n'), site, 'one', '1.0.0')],
    places: [`one 1.0.0 @ ${site}/one-1.0.0.dist-info/METADATA`],
    affected: ['one 1.0.0 CVE-2024-1001'],
  },
  {
    name: "a Python package of dpkg's has its vendor's verdict alone, one that pip put beside its own",
    layers: [
      new LayerBuilder()
        .file('usr/lib/os-release', debianRelease)
        .file('var/lib/dpkg/status', status)
        .file('var/lib/dpkg/info/python3-one.list', `/.\n/${system}/one-1.0.0.egg-info\n/${system}/one-1.0.0.egg-info/PKG-INFO\n`)
        .file(`${system}/one-1.0.0.egg-info/PKG-INFO`, metadata('one', '1.0.0'))
        .file('usr/local/lib/python3.11/dist-packages/two-1.0.0.dist-info/METADATA', metadata('two', '1.0.0')),
    ],
    places: [
      `one 1.0.0 @ ${system}/one-1.0.0.egg-info/PKG-INFO (of python3-one)`,
      'two 1.0.0 @ usr/local/lib/python3.11/dist-packages/two-1.0.0.dist-info/METADATA',
    ],
    affected: ['python3-one 1.0.0-1 CVE-2024-9', 'two 1.0.0 CVE-2024-1002'],
  },
  {
    name: "a dpkg database behind a link is found, and what it owns is its vendor's",
    layers: [
      new LayerBuilder().file('usr/lib/os-release', debianRelease).symlink('var/lib/dpkg', '../../usr/lib/dpkg-db'),
      new LayerBuilder()
        .file('usr/lib/dpkg-db/status', status)
        .file('usr/lib/dpkg-db/info/python3-one.list', `/${system}/one-1.0.0.egg-info\n`)
        .file(`${system}/one-1.0.0.egg-info`, metadata('one', '1.0.0')),
    ],
    places: [`one 1.0.0 @ ${system}/one-1.0.0.egg-info (of python3-one)`],
    affected: ['python3-one 1.0.0-1 CVE-2024-9'],
  },
  {
    name: "a Python package of rpm's is its vendor's",
    layers: [
      new LayerBuilder()
        .file('etc/os-release', 'ID="rocky"\nVERSION_ID="9.4"\n')
        .file(
          'var/lib/rpm/rpmdb.sqlite',
          writeRpmSqlite([
            rpmHeader({
              name: 'python3-one',
              version: '1.0.0',
              release: '1.el9',
              arch: 'noarch',
              sourceRpm: 'python-one-1.0.0-1.el9.src.rpm',
              files: [`/${system}/one-1.0.0.dist-info/METADATA`],
            }),
          ]),
        )
        .file(`${system}/one-1.0.0.dist-info/METADATA`, metadata('one', '1.0.0'))
        .file(`${system}/two-1.0.0.dist-info/METADATA`, metadata('two', '1.0.0')),
    ],
    places: [`one 1.0.0 @ ${system}/one-1.0.0.dist-info/METADATA (of python3-one)`, `two 1.0.0 @ ${system}/two-1.0.0.dist-info/METADATA`],
    affected: ['two 1.0.0 CVE-2024-1002'],
  },
  {
    name: 'an artifact in two archives of one program is one package',
    layers: [
      new LayerBuilder().file(
        'srv/app.jar',
        writeZip([
          { name: 'META-INF/MANIFEST.MF', content: 'Manifest-Version: 1.0\n' },
          { name: 'App.class', content: 'x' },
          { name: 'META-INF/maven/org.demo/app/pom.properties', content: 'groupId=org.demo\nartifactId=app\nversion=3.0.0\n' },
          {
            name: 'BOOT-INF/lib/one-1.0.0.jar',
            content: writeZip([
              { name: 'META-INF/maven/org.demo/one/pom.properties', content: 'groupId=org.demo\nartifactId=one\nversion=1.0.0\n' },
            ]),
          },
          {
            name: 'BOOT-INF/lib/shaded.jar',
            content: writeZip([
              { name: 'META-INF/maven/org.demo/one/pom.properties', content: 'groupId=org.demo\nartifactId=one\nversion=1.0.0\n' },
              { name: 'META-INF/maven/org.demo/shaded/pom.properties', content: 'groupId=org.demo\nartifactId=shaded\nversion=3.0.0\n' },
            ]),
          },
        ]),
      ),
    ],
    places: ['org.demo:app 3.0.0 @ srv/app.jar', 'org.demo:one 1.0.0 @ srv/app.jar', 'org.demo:shaded 3.0.0 @ srv/app.jar'],
    affected: ['org.demo:one 1.0.0 CVE-2024-1001'],
  },
  {
    name: 'gems of two versions are both there, one that was removed is not',
    layers: [
      new LayerBuilder()
        .file('usr/local/bundle/specifications/one-1.0.0.gemspec', '# stub: one 1.0.0 ruby lib\n')
        .file('usr/local/lib/ruby/gems/3.3.0/specifications/default/one-2.0.0.gemspec', '# stub: one 2.0.0 ruby lib\n'),
      new LayerBuilder().whiteout('usr/local/bundle/specifications/one-1.0.0.gemspec'),
    ],
    places: ['one 2.0.0 @ usr/local/lib/ruby/gems/3.3.0/specifications/default/one-2.0.0.gemspec'],
    affected: [],
  },
];

function ownerOf({ ownedBy }: Environment, report: IndexReport): string {
  return ownedBy === undefined ? '' : ` (of ${report.packages.get(ownedBy)?.name})`;
}

/** What languages' scanners found. */
function placesOf({ index }: VulnerabilityReport): readonly string[] {
  return [...index.environments]
    .flatMap(([id, environments]) => {
      const { name = '', version = '', detector = '' } = index.packages.get(id) ?? {};
      if (/:(?:dpkg|apk|rpm):/u.test(detector)) return [];
      return environments.map(
        (environment) =>
          `${name} ${version} @ ${environment.packageDb}${environment.declared === true ? ' (declared)' : ''}${ownerOf(environment, index)}`,
      );
    })
    .sort();
}

describe('a package is told once, and as the final image has it', () => {
  it.each(images)('$name', async ({ layers, places, affected }) => {
    const blobs = layers.map((layer) => blobLayer(layer.build()));
    const report = await judgeLayers(blobs, advisories);
    expect(placesOf(report)).toEqual(places);
    expect(affectedOf(report)).toEqual(affected);

    const stacked = await judgeLayers([blobLayer(await collectBytes(stackLayers(blobs)))], advisories);
    expect(placesOf(stacked)).toEqual(places);
    expect(affectedOf(stacked)).toEqual(affected);
  });

  it('a tar without its last padding and end mark is read whole', async () => {
    const builder = new LayerBuilder().file(...npm('one', '1.0.0'));
    const report = await judgeLayers([blobLayer(builder.build({ trailer: 'none', padLast: false }))], advisories);
    expect(affectedOf(report)).toEqual(['one 1.0.0 CVE-2024-1001']);
  });

  it("a package of rpm's is not held against the language's advisories, and what its vendor says is not known here", async () => {
    const report = await judgeLayers(
      (images.find(({ name }) => name.includes("rpm's"))?.layers ?? []).map((layer) => blobLayer(layer.build())),
      advisories,
    );
    const notes = report.verdicts.filter(({ status, evidence }) => status === 'unknown' && evidence.subject.includes('one'));
    expect(notes.map(({ name, evidence }) => [name, evidence.notes])).toContainEqual(['', ['vendor-supplied']]);
    expect(report.coverage.complete).toBe(false);
  });
});
