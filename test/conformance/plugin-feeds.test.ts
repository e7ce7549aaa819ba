// Every matcher, every set of updaters and one updater of each set that the package brings keep to what is asked of any. A new set
// needs a line here: the namespaces that it speaks of, and a feed of ours.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Updater } from '../../src/contracts/index.ts';
import { plugins } from '../../src/defaults/plugins.ts';
import { createAlpineUpdater } from '../../src/ecosystems/distro/alpine/updater.ts';
import { debianUpdater } from '../../src/ecosystems/distro/debian/updater.ts';
import { matcherSuite } from '../../src/testing/matcher-suite.ts';
import { updaterSetSuite } from '../../src/testing/updater-set-suite.ts';
import { updaterSuite } from '../../src/testing/updater-suite.ts';
import { versionSchemes } from '../../src/versions/index.ts';

interface Sample {
  readonly namespaces: readonly string[];
  readonly updater: Updater;
  /** Upstream URL → file under `src/ecosystems`. */
  readonly feed: Readonly<Record<string, string>>;
  readonly isToldAtItsEnd?: boolean;
}

const samples: Readonly<Record<string, Sample>> = {
  alpine: {
    namespaces: ['alpine:3.11', 'alpine:3.2', 'alpine:edge'],
    updater: createAlpineUpdater({ release: '3.11', repository: 'main' }),
    feed: { 'https://secdb.alpinelinux.org/v3.11/main.json': 'distro/alpine/fixtures/v3.11-main.json' },
    // A package may stand in it twice.
    isToldAtItsEnd: true,
  },
  debian: {
    namespaces: ['debian:12', 'debian:sid'],
    updater: debianUpdater,
    feed: { 'https://security-tracker.debian.org/tracker/data/json': 'distro/debian/fixtures/tracker.json' },
  },
};

const sets = plugins.flatMap(({ updaterSets = [] }) => updaterSets);
const matchers = plugins.flatMap((plugin) => plugin.matchers ?? []);

it('each set of updaters has a sample here', () => {
  expect(sets.map(({ id }) => id).filter((id) => !(id in samples))).toEqual([]);
  expect([sets.length, matchers.length].every((count) => count >= 2)).toBe(true);
});

for (const matcher of matchers) matcherSuite(matcher.id, matcher, versionSchemes);

for (const set of sets) {
  const sample = samples[set.id];
  if (!sample) continue;
  updaterSetSuite(set.id, { set, namespaces: sample.namespaces });
  const entries = Object.entries(sample.feed).map(([url, path]) => [url, readFileSync(join('src/ecosystems', path))] as const);
  updaterSuite(sample.updater.name, () => ({ ...sample, served: Object.fromEntries(entries) }));
}
