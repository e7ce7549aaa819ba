// A process of its own over stores, for tests: node store-process.ts TASK PATH [ARGUMENT]. PATH is a file of SQLite's advisories,
// or the connection string of a PostgreSQL database for the locks of its index.
// It says on stdout, a line each, what happened; what it throws ends it with code 1.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locker, MatcherStore } from '../contracts/index.ts';
import { openSqliteMatcherStore } from '../stores/index.ts';
import { openMatcherStoreInWorkers } from '../stores/sqlite/workers/index.ts';
import { openPostgresIndexerStore } from '../stores/postgres/index.ts';
import { preparedAdvisory, preparedRow, runUpdate } from './store-fixtures.ts';

/** Packages of the feed of `generation`: each has one advisory, and all advisories say the same generation. */
export const generationPackages = 50;

export function generationFeed(generation: number) {
  return Array.from({ length: generationPackages }, (_, index) =>
    preparedAdvisory(`CVE-${index}`, [preparedRow(`package-${index}`, { severity: `generation ${generation}` })]),
  );
}

export function generationQueries() {
  return Array.from({ length: generationPackages }, (_, index) => ({
    namespace: 'debian:12',
    name: `package-${index}`,
    kind: 'source' as const,
  }));
}

type Task<Store> = (store: Store, argument: string) => Promise<void>;

const lockTasks: Readonly<Record<string, Task<{ readonly locker: Locker }>>> = {
  /** Takes a lock and keeps it until it is killed. */
  async hold(store, key) {
    const lease = await store.locker.lock(key);
    say(String(lease.fence));
    await sleep(60_000);
  },

  /** Goes through a lock ten times, each time telling the instants of its stay. */
  async visit(store, key) {
    for (let visit = 0; visit < 10; visit += 1) {
      await using lease = await store.locker.lock(key);
      const entered = now();
      await sleep(3);
      say(JSON.stringify([lease.fence, entered, now()]));
    }
  },

  /** Takes a lock, and then has nothing to do. */
  async idle(store, key) {
    await store.locker.lock(key);
    say('idle');
  },
};

const tasks: Readonly<Record<string, Task<MatcherStore>>> = {
  ...lockTasks,

  /** Opens the file, tells its tables are there, closes it. */
  async open(store) {
    say(String((await store.status()).length));
  },

  /** Loads one generation after another. */
  async write(store, generations) {
    for (let generation = 1; generation <= Number(generations); generation += 1) {
      await runUpdate(store, 'debian', generationFeed(generation));
      say(String(generation));
    }
  },
};

function now(): number {
  return performance.timeOrigin + performance.now();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(task: string, path: string, argument: string): Promise<void> {
  const lease = Number(process.env['CLAIRCORE_TEST_LEASE'] ?? 15_000);
  if (path.startsWith('postgres:')) {
    const store = await openPostgresIndexerStore({ connectionString: path, lease });
    await lockTasks[task]?.(store, argument);
    if (task !== 'idle') await store[Symbol.asyncDispose]();
    return;
  }
  const open = process.env['CLAIRCORE_TEST_THREADS'] === 'workers' ? openMatcherStoreInWorkers : openSqliteMatcherStore;
  const store = await open(path, { lease });
  await tasks[task]?.(store, argument);
  if (task !== 'idle') await store[Symbol.asyncDispose]();
}

if (import.meta.main) {
  const [task = '', path = '', argument = ''] = process.argv.slice(2);
  await main(task, path, argument);
}
