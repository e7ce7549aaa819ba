// Applications that are really there: Python, Java and Ruby ones out of Debian's packages, wheels as pip installs them, programs as Go builds them.
// What is listed is what the ecosystem's own tool lists, and what is found is what an independent calculation over OSV's records finds.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scanImage } from '../support/library.ts';
import {
  entriesOf,
  eventsOf,
  naiveFindings,
  recordsByPackage,
  type Installed,
  type NaiveOsv,
  type RawOsvRecord,
} from '../support/naive-osv.ts';
import { materialiseOsv, readOsv } from '../support/osv-bucket.ts';
import { rankByGo, rankByMaven, rankByRubygems, rankByNodeSemver, rankByPackaging, type Ranker } from '../support/rank-versions.ts';
import * as real from '../support/real-artifacts.ts';
import { verdictsOf } from '../support/report.ts';
import { missing, scratchDirectory } from '../support/shared-data.ts';

interface Case {
  readonly what: string;
  readonly ecosystem: string;
  readonly namespace: string;
  readonly ranker: Ranker;
  readonly nameOf?: (name: string) => string;
  /** False where what is needed cannot be had here. */
  readonly install: (root: string, scratch: string) => boolean;
  readonly installed: (root: string) => readonly Installed[];
  /** At least so many packages and findings. */
  readonly floor: readonly [packages: number, findings: number];
}

const python = {
  ecosystem: 'PyPI',
  namespace: 'pypi',
  ranker: rankByPackaging,
  nameOf: (name: string): string =>
    name
      .toLowerCase()
      .split(/[-_.]+/)
      .join('-'),
  installed: real.pythonPackages,
};
const debianPython = 'urllib3 jinja2 cryptography aiohttp django tornado twisted werkzeug requests certifi setuptools yaml lxml paramiko';
const wheels =
  'django==3.2.0 flask==2.2.2 requests==2.25.0 jinja2==2.11.2 urllib3==1.26.4 werkzeug==2.0.0 certifi==2022.6.15 sqlparse==0.4.1';
const debianJava = 'jackson2-databind guava log4j2 xstream netty jetty9 commons-fileupload commons-io commons-collections3 bcprov';
const debianRuby = 'rack nokogiri rails actionpack activerecord sinatra loofah rails-html-sanitizer addressable kramdown';

const cases: readonly Case[] = [
  {
    ...python,
    what: "Debian's Python packages",
    install: (root, scratch) =>
      real.unpackDebian(
        root,
        scratch,
        debianPython.split(' ').map((name) => `python3-${name}`),
      ),
    floor: [14, 20],
  },
  { ...python, what: 'wheels', install: (root) => real.installWheels(join(root, 'srv/site-packages'), wheels.split(' ')), floor: [8, 20] },
  {
    what: "Debian's Java libraries, a war and a program of several archives",
    ecosystem: 'Maven',
    namespace: 'maven',
    ranker: rankByMaven,
    install: (root, scratch) => {
      real.copyShared(join(root, 'srv'), 'fixtures/java/maven.war', 'fixtures/java/example-java-app-maven-0.1.0.jar');
      return real.unpackDebian(
        root,
        scratch,
        debianJava.split(' ').map((name) => `lib${name}-java`),
      );
    },
    installed: real.mavenArtifacts,
    floor: [60, 20],
  },
  {
    what: "Debian's Ruby gems",
    ecosystem: 'RubyGems',
    namespace: 'gem',
    ranker: rankByRubygems,
    install: (root, scratch) =>
      real.unpackDebian(
        root,
        scratch,
        debianRuby.split(' ').map((name) => `ruby-${name}`),
      ),
    installed: real.gems,
    floor: [10, 3],
  },
  {
    what: 'programs of Go, one of them with modules of 2021',
    ecosystem: 'Go',
    namespace: 'go',
    ranker: rankByGo,
    install: (root, scratch) => {
      const fixtures = ['binary_with_module_replacement-linux-amd64', 'main-version-via-ldflags.elf'].map((name) => `fixtures/go/${name}`);
      real.copyShared(join(root, 'srv'), ...fixtures);
      const modules = {
        'golang.org/x/text': 'v0.3.5',
        'golang.org/x/net': 'v0.0.0-20210119194325-5f4716e94777',
        'github.com/gin-gonic/gin': 'v1.7.0',
        'gopkg.in/yaml.v2': 'v2.2.8',
      };
      const imports = ['golang.org/x/text/language', 'golang.org/x/net/html', 'github.com/gin-gonic/gin', 'gopkg.in/yaml.v2'];
      return real.buildGoProgram(join(root, 'srv/built'), scratch, modules, imports) && real.unpackDebian(root, scratch, ['rclone']);
    },
    installed: real.goModules,
    floor: [15, 20],
  },
  {
    what: 'a program of Rust',
    ecosystem: 'crates.io',
    namespace: 'crates.io',
    ranker: rankByNodeSemver,
    install: (root) => {
      real.copyShared(join(root, 'srv'), 'fixtures/rust/uses_serde_json');
      return true;
    },
    installed: real.crates,
    // Nothing in it is affected.
    floor: [11, 0],
  },
];

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;
const skip = missing('data/osv/PyPI.tar.zst', 'fixtures/java/maven.war') ?? (isFull ? undefined : 'only in full runs');

describe.skipIf(skip !== undefined)(`real applications${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => {
  it.for(cases)('$what', { timeout: 600_000 }, async (of, { skip: skipTest }) => {
    using scratch = scratchDirectory();
    const root = join(scratch.path, 'root');
    mkdirSync(root);
    if (!of.install(root, scratch.path)) return skipTest('what is needed cannot be had here');
    const installed = of.installed(root);

    const feeds = join(scratch.path, 'feeds');
    materialiseOsv(feeds, of.ecosystem);
    const about = { ecosystem: of.ecosystem, ...(of.nameOf && { nameOf: of.nameOf }) };
    const byPackage = recordsByPackage(readOsv(feeds, of.ecosystem) as readonly RawOsvRecord[], { ...about, order: () => undefined });
    const order = of.ranker(versionsOf(installed, byPackage, about), scratch.path);
    if (!order) return skipTest(`nothing puts the versions of ${of.ecosystem} in order here`);
    const expected = installed.flatMap(({ name, version }) =>
      (naiveFindings(byPackage, { name, version }, { ...about, order }) ?? ['unsure']).map((found) => `${name} ${version} ${found}`),
    );

    const { report } = await scanImage(`dir:${root}`, { db: join(scratch.path, 'c.db'), mirror: feeds });
    const names = new Set(installed.map(({ name }) => name));
    const listed = Object.values(report.packages).filter(({ name }) => names.has(name));
    const pairs = (all: readonly Installed[]): readonly string[] =>
      [...new Set(all.map(({ name, version }) => `${name} ${version}`))].sort();
    expect(pairs(listed)).toEqual(pairs(installed));
    const said = verdictsOf(report, of.namespace).affected.filter((verdict) => names.has(verdict.split(' ')[0] ?? ''));
    expect(said).toEqual([...new Set(expected)].sort());
    expect(pairs(installed).length).toBeGreaterThanOrEqual(of.floor[0]);
    expect(said.length).toBeGreaterThanOrEqual(of.floor[1]);
  });
});

/** All versions that matter for what is installed. */
function versionsOf(
  installed: readonly Installed[],
  byPackage: ReadonlyMap<string, readonly RawOsvRecord[]>,
  about: Omit<NaiveOsv, 'order'>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const versions = new Map<string, Set<string>>();
  for (const { name, version } of installed) {
    const all = versions.get(name) ?? new Set();
    versions.set(name, all.add(version));
    for (const record of byPackage.get(name) ?? []) {
      for (const entry of entriesOf(record, name, { ...about, order: () => undefined })) {
        for (const each of entry.versions ?? []) all.add(each);
        for (const event of eventsOf(entry).flat()) for (const each of Object.values(event)) all.add(each);
      }
    }
  }
  return versions;
}
