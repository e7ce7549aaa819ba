// node test/bench/match-report.ts DATABASE: how long a whole scan of 1,000 packages takes over the advisories that store.ts kept there.
import { defineMatcher, defineUpdaterSet, type Matcher, type VersionScheme } from '../../src/contracts/index.ts';
import { openMatcherStore } from '../../src/defaults/index.ts';
import { Libvuln } from '../../src/libvuln/index.ts';
import { fakeIndexReport } from '../../src/testing/fake-matcher-report.ts';
import { median } from './measure.ts';
import { generateInstalled, versionKey } from './store-data.ts';

/** ms of a scan: medians of warm runs in one process, and the first one. */
export interface MatchTimes {
  readonly first: number;
  readonly scan: number;
  /** The shortest: what a busy machine stretches least. */
  readonly best: number;
  /** Of that, the look-up in the store. */
  readonly find: number;
  readonly packages: number;
  readonly findings: number;
  readonly runs: number;
}

const runs = 31;

/** Versions as the generated advisories have them: numbers between dots. */
const scheme = (id: string): VersionScheme => ({
  id,
  keyVersion: 1,
  parse: (text) => ({ ok: true, value: text.split('.').map(Number) }),
  compare: () => 0,
  key: (value) => versionKey(value as number[]),
});

const matchers: readonly Matcher[] = [
  defineMatcher({
    id: 'debian',
    scheme: 'deb',
    filter: ({ distribution }) => distribution?.did === 'debian',
    query: () => ['distribution-did', 'distribution-version-id', 'package-source-name'],
    namespaces: () => ['debian:12'],
    versionFilter: true,
  }),
  defineMatcher({
    id: 'npm',
    scheme: 'semver',
    filter: ({ repository }) => repository?.name === 'npm',
    query: () => ['repository-name', 'package-name'],
    namespaces: () => ['npm'],
    versionFilter: true,
  }),
];

const [path = ''] = process.argv.slice(2);
const store = await openMatcherStore({ dataStore: 'sqlite', path });
const updaters = (await store.status()).map(({ updater }) => updater);
const finds: number[] = [];
const find = store.find.bind(store);
const timed = Object.assign(store, {
  find: async (...queries: Parameters<typeof find>) => {
    const began = performance.now();
    const rows = await find(...queries);
    finds.push(performance.now() - began);
    return rows;
  },
});
await using libvuln = await Libvuln.open({
  store: timed,
  updaterSets: [defineUpdaterSet({ id: 'feeds', serves: () => true, expected: () => updaters, discover: () => Promise.resolve([]) })],
  matchers,
  versionSchemes: new Map(['deb', 'semver'].map((id) => [id, scheme(id)])),
  clock: { now: () => new Date('2024-01-02T00:00:00Z') },
});
const report = fakeIndexReport(
  generateInstalled().map(({ namespace, name, version }) => ({
    name,
    version: version.join('.'),
    places: [namespace === 'npm' ? { repository: namespace } : { distribution: namespace }],
  })),
);
const times: number[] = [];
let findings = 0;
for (let run = 0; run <= runs; run += 1) {
  const began = performance.now();
  const { verdicts } = await libvuln.scan(report, { texts: false });
  times.push(performance.now() - began);
  findings = verdicts.filter(({ status }) => status === 'affected').length;
}
const [first = Number.NaN, ...warm] = times;
const measured: MatchTimes = {
  first,
  scan: median(warm),
  best: Math.min(...warm),
  find: median(finds.slice(1)),
  packages: report.packages.size,
  findings,
  runs,
};
console.log(JSON.stringify(measured));
