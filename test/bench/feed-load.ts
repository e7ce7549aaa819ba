// node test/bench/feed-load.ts DATABASE MIRROR PATTERN [PLUGIN=FEED]: loads feeds once and prints as JSON what that took. Started by feeds.ts and
// feed-stores.ts. DATABASE is a file or a connection string of PostgreSQL.
import { AdvisoryPreparer } from '../../src/libvuln/updating/prepare-advisory.ts';
import type { Advisory, MatcherStore, PreparedAdvisory, Updater } from '../../src/contracts/index.ts';
import { enrichers, openMatcherStore, selectUpdaterSets } from '../../src/defaults/index.ts';
import { createFeedClient } from '../../src/runtime/index.ts';
import { versionSchemes } from '../../src/versions/index.ts';
import { peakKiB } from '../support/peak-memory.ts';

/** Of one load; ms of wall and of processor time by phase. */
export interface FeedLoad {
  readonly rows: number;
  readonly added: number;
  readonly phases: Readonly<Record<Phase, Spent>>;
  /** MiB; the largest resident size of the process. */
  readonly peak: number;
}

export interface Spent {
  readonly wall: number;
  readonly cpu: number;
}

const phases = ['parse', 'prepare', 'stage', 'commit'] as const;
export type Phase = (typeof phases)[number];

/** As in the updates of libvuln. */
const batchRows = 500;

class PhaseClock {
  readonly spent: Record<Phase, { wall: number; cpu: number }> = {
    parse: { wall: 0, cpu: 0 },
    prepare: { wall: 0, cpu: 0 },
    stage: { wall: 0, cpu: 0 },
    commit: { wall: 0, cpu: 0 },
  };
  #wall = performance.now();
  #cpu = process.cpuUsage();

  /** What passed since the last call was this phase. */
  lap(phase: Phase): void {
    const wall = performance.now();
    const { user, system } = process.cpuUsage(this.#cpu);
    this.spent[phase].wall += wall - this.#wall;
    this.spent[phase].cpu += (user + system) / 1000;
    this.#wall = wall;
    this.#cpu = process.cpuUsage();
  }
}

async function load(updater: Updater, mirror: string, store: MatcherStore, clock: PhaseClock): Promise<{ rows: number; added: number }> {
  await using client = createFeedClient({ mirror });
  const fetched = await updater.fetch(undefined, { client });
  if (fetched.kind === 'unchanged') return { rows: 0, added: 0 };
  await using lease = await store.locker.lock(`updater:${updater.name}`);
  await using session = await store.beginUpdate(updater.name, lease);
  const preparer = new AdvisoryPreparer(versionSchemes);
  let advisories: Advisory[] = [];
  let rows = 0;
  const stage = async (): Promise<void> => {
    clock.lap('parse');
    const prepared: readonly PreparedAdvisory[] = advisories.map((advisory) => preparer.prepare(advisory));
    clock.lap('prepare');
    await session.stage(prepared);
    clock.lap('stage');
    advisories = [];
    rows = 0;
  };
  for await (const advisory of updater.parse(fetched.body)) {
    advisories.push(advisory);
    rows += 1 + advisory.rows.length;
    if (rows >= batchRows) await stage();
  }
  await stage();
  const outcome = await session.commit({
    fingerprint: '',
    updaterVersion: updater.version,
    bodyDigest: 'sha256:',
    at: '2024-01-01T00:00:00Z',
  });
  clock.lap('commit');
  return { rows: outcome.rows.after, added: outcome.advisories.added };
}

const [database = '', mirror = '', pattern = '', choice] = process.argv.slice(2);
const clock = new PhaseClock();
const total = { rows: 0, added: 0 };
const [distribution = '', feed = ''] = choice?.split('=') ?? [];
const sets = [
  ...selectUpdaterSets(choice === undefined ? [] : [{ distribution, feed }]),
  ...enrichers.flatMap(({ updaterSet }) => updaterSet ?? []),
];
await using store = await openMatcherStore(
  database.startsWith('postgres://') ? { dataStore: 'postgres', connectionString: database } : { dataStore: 'sqlite', path: database },
);
await using client = createFeedClient({ mirror });
for (const set of sets) {
  for (const updater of (await set.discover({ client })).filter(({ name }) => name.search(pattern) >= 0)) {
    const { rows, added } = await load(updater, mirror, store, clock);
    total.rows += rows;
    total.added += added;
  }
}
const loaded: FeedLoad = { ...total, phases: clock.spent, peak: peakKiB() / 1024 };
console.log(JSON.stringify(loaded));
