import { deflateSync } from 'node:zlib';
import { LayerBuilder } from '../../src/testing/index.ts';
import { elfProgram } from '../../src/testing/test-executables.ts';
import { goProgram } from '../../src/testing/test-go-program.ts';
import { writeZip } from '../../src/testing/zip-writer.ts';
import { entriesOf, eventsOf, type Installed, type NaiveOsv, type OsvByPackage } from './naive-osv.ts';
import type { VersionsByPackage } from './rank-versions.ts';

/** How versions of an ecosystem that lie near another are written: most likely just below, and just above it. */
export interface Neighbours {
  readonly below: (version: string, packageName: string) => string;
  readonly above: (version: string) => string;
}

/** All versions that the advisories of a package name, and the neighbours of those at which something begins or ends. */
export interface VersionsAtEnds {
  readonly named: ReadonlySet<string>;
  readonly near: readonly string[];
}

export function versionsAtEnds(byPackage: OsvByPackage, name: string, osv: NaiveOsv, { below, above }: Neighbours): VersionsAtEnds {
  const named = new Set<string>();
  const near = new Set<string>();
  for (const record of byPackage.get(name) ?? []) {
    for (const entry of entriesOf(record, name, osv)) {
      const { versions = [] } = entry;
      for (const version of versions) named.add(version);
      for (const version of [versions[0], versions.at(-1)]) if (version !== undefined) near.add(version);
      for (const [kind, version] of eventsOf(entry)
        .flat()
        .flatMap((event) => Object.entries(event))) {
        named.add(version);
        if (kind === 'introduced' && version === '0') continue;
        for (const each of [below(version, name), version, above(version)]) near.add(each);
      }
    }
  }
  return { named, near: [...near] };
}

/** Packages spread evenly over the names, those with something to compare; of each at most some versions, spread over what is near its ends. */
export function chooseInstalled(ends: ReadonlyMap<string, VersionsAtEnds>, packages: number, versionsEach: number): readonly Installed[] {
  const names = [...ends].filter(([, { near }]) => near.length > 0).map(([name]) => name);
  return spread(names.sort(), packages).flatMap((name) =>
    spread(ends.get(name)?.near ?? [], versionsEach).map((version) => ({ name, version })),
  );
}

export function allVersions(ends: ReadonlyMap<string, VersionsAtEnds>): VersionsByPackage {
  return new Map([...ends].map(([name, { named, near }]) => [name, new Set([...named, ...near])]));
}

function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, at) => all[Math.floor((at * all.length) / most)]).filter((each) => each !== undefined);
}

const executable = { mode: 0o755 };

/** A layer in which each of the packages is installed as its ecosystem installs it, two versions of one beside each other. */
export const installers: Readonly<Record<string, (installed: readonly Installed[]) => Uint8Array>> = {
  npm: (installed) =>
    each(installed, (layer, { name, version }, at) =>
      layer.file(`srv/${at}/node_modules/${name}/package.json`, JSON.stringify({ name, version })),
    ),
  PyPI: (installed) =>
    each(installed, (layer, { name, version }, at) =>
      layer.file(`srv/${at}/site-packages/a-${at}.dist-info/METADATA`, `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`),
    ),
  Maven: (installed) =>
    each(installed, (layer, { name, version }, at) => {
      const [group = '', artifact = ''] = name.split(':');
      const content = `groupId=${group}\nartifactId=${artifact}\nversion=${version}\n`;
      return layer.file(`srv/${at}.jar`, writeZip([{ name: `META-INF/maven/${group}/${artifact}/pom.properties`, content }]));
    }),
  RubyGems: (installed) =>
    each(installed, (layer, { name, version }, at) =>
      layer.file(`srv/${at}/specifications/${name}-${version}.gemspec`, `# stub: ${name} ${version} ruby lib\n`),
    ),
  'crates.io': (installed) => {
    const packages = installed.map(({ name, version }) => ({ name, version, source: 'crates.io' }));
    const content = deflateSync(JSON.stringify({ packages }));
    return new LayerBuilder().file('srv/program', elfProgram([{ name: '.dep-v0', content }]).bytes, executable).build();
  },
  // Every program brings a library of Go: one that is asked for.
  Go: (installed) => {
    const library = installed.find(({ name }) => name === 'stdlib')?.version ?? '1.22.1';
    return each(installed, (layer, { name, version }, at) => {
      const isLibrary = name === 'stdlib';
      const lines = ['path\ta.test/main', 'mod\ta.test/main\t(devel)\t', ...(isLibrary ? [] : [`dep\t${name}\t${version}\t`])];
      return layer.file(`srv/${at}`, goProgram({ goVersion: `go${toTag(isLibrary ? version : library)}`, lines }), executable);
    });
  },
};

/** Go 1.16rc1 is `1.16.0-rc.1` in records. */
const toTag = (version: string): string => version.replace(/\.0-(rc|beta)\.(\d+)$/, '$1$2');

function each(installed: readonly Installed[], add: (layer: LayerBuilder, installed: Installed, at: number) => LayerBuilder): Uint8Array {
  const layer = new LayerBuilder();
  for (const [at, one] of installed.entries()) add(layer, one, at);
  return layer.build();
}
