// Every matcher and every set of updaters that the package brings keep to what is asked of any, by being listed in `plugins`; an updater
// does where a feed of ours is named here, or where a test in its folder calls `updaterSuite`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Plugin, Updater } from '../../src/contracts/index.ts';
import type { DistributionId, LayerDigest } from '../../src/core/index.ts';
import { plugins } from '../../src/defaults/plugins.ts';
import { createAlpineUpdater } from '../../src/ecosystems/distro/alpine/updater.ts';
import { debianUpdater } from '../../src/ecosystems/distro/debian/updater.ts';
import { fakePackage } from '../../src/testing/fake-matcher-report.ts';
import { layerFiles } from '../../src/testing/layer-files.ts';
import { matcherSuite } from '../../src/testing/matcher-suite.ts';
import { updaterSetSuite } from '../../src/testing/updater-set-suite.ts';
import { updaterSuite } from '../../src/testing/updater-suite.ts';
import { versionSchemes } from '../../src/versions/index.ts';

interface Sample {
  readonly updater: Updater;
  /** Upstream URL → file under `src/ecosystems`. */
  readonly feed: Readonly<Record<string, string>>;
  readonly isToldAtItsEnd?: boolean;
}

const samples: Readonly<Record<string, Sample>> = {
  alpine: {
    updater: createAlpineUpdater({ release: '3.11', repository: 'main' }),
    feed: { 'https://secdb.alpinelinux.org/v3.11/main.json': 'distro/alpine/fixtures/v3.11-main.json' },
    // A package may stand in it twice.
    isToldAtItsEnd: true,
  },
  debian: {
    updater: debianUpdater,
    feed: { 'https://security-tracker.debian.org/tracker/data/json': 'distro/debian/fixtures/tracker.json' },
  },
};

/** Of these, and of those that a plugin itself names, a set serves at least one: add yours where neither has it. */
const named = (
  'alpine:3.11 alpine:3.2 alpine:edge debian:12 debian:sid ubuntu:22.04 ubuntu:24.04 ubuntu-esm:22.04 amazon:1 amazon:2 amazon:2023 oracle:8 oracle:9 ' +
  'photon:4.0 photon:5.0 photon:5 azurelinux:3.0 azurelinux:3 mariner:2.0 alma:9 rocky:9 suse:sles:15 suse:15.5 sles:15.5 ' +
  'suse:linux-enterprise-server:15-sp5 opensuse:leap:15.5 suse:leap:15.5 redhat:cpe:/o:redhat:enterprise_linux:9 ' +
  'redhat:cpe:2.3:o:redhat:enterprise_linux:9:*:*:*:*:*:*:*'
).split(' ');

/** What a plugin itself makes of a release file with its id as `ID`. */
async function namespacesOfReleaseFiles({ id, ecosystem, matchers: own = [] }: Plugin): Promise<readonly string[]> {
  const found: string[] = [];
  for (const scanner of ecosystem?.distributionScanners ?? []) {
    for (const versionId of ['9', '9.0', '12', '2023']) {
      const { distributions = [] } = await scanner.scan(layerFiles({ 'etc/os-release': `ID=${id}\nVERSION_ID=${versionId}\n` }));
      for (const { facts } of distributions) {
        const environment = { packageDb: 'db', introducedIn: `sha256:${'1'.repeat(64)}` as LayerDigest, repositoryIds: [] };
        const record = {
          package: fakePackage({ name: 'a', version: '1' }),
          environment,
          distribution: { ...facts, id: 'd' as DistributionId },
        };
        found.push(...own.flatMap((matcher) => matcher.namespaces(record)));
      }
    }
  }
  return found;
}

/** What a matcher of a language answers for, which is the same for every package. */
function namespacesOfLanguages({ matchers: own = [] }: Plugin): readonly string[] {
  const environment = { packageDb: 'db', introducedIn: `sha256:${'1'.repeat(64)}` as LayerDigest, repositoryIds: [] };
  return own.flatMap((matcher) => matcher.namespaces({ package: fakePackage({ name: 'a', version: '1' }), environment }));
}

const ofPlugins = [...plugins.flatMap(namespacesOfLanguages), ...(await Promise.all(plugins.map(namespacesOfReleaseFiles))).flat()];
const namespaces = new Set([...named, ...ofPlugins]);
const sets = plugins.flatMap(({ updaterSets = [] }) => updaterSets);
const matchers = plugins.flatMap((plugin) => plugin.matchers ?? []);

it('there are sets and matchers to look at, and every feed here is of one', () => {
  expect([sets.length, matchers.length].every((count) => count >= 2)).toBe(true);
  expect(Object.keys(samples).filter((id) => !sets.some((set) => set.id === id))).toEqual([]);
});

for (const matcher of matchers) matcherSuite(matcher.id, matcher, versionSchemes);

for (const set of sets) {
  updaterSetSuite(set.id, { set, namespaces: [...namespaces].filter((namespace) => set.serves(namespace)) });
  const sample = samples[set.id];
  if (!sample) continue;
  const entries = Object.entries(sample.feed).map(([url, path]) => [url, readFileSync(join('src/ecosystems', path))] as const);
  updaterSuite(sample.updater.name, () => ({ ...sample, served: Object.fromEntries(entries) }));
}
