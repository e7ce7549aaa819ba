import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { indexerStoreSuite } from '../../testing/indexer-store-suite.ts';
import { lockerSuite } from '../../testing/locker-suite.ts';
import { matcherStoreSuite } from '../../testing/matcher-store-suite.ts';
import { openSqliteIndexerStore, openSqliteMatcherStore } from '../index.ts';

const directory = mkdtempSync(join(tmpdir(), 'claircore-stores-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let files = 0;
const newFile = (): string => join(directory, `${(files += 1)}.db`);

indexerStoreSuite('SQLite', () => openSqliteIndexerStore(newFile()));
matcherStoreSuite('SQLite', () => openSqliteMatcherStore(newFile()));
lockerSuite('SQLite', async () => {
  const path = newFile();
  // Two connections with an owner each: what two processes have.
  const [one, other] = await Promise.all([openSqliteIndexerStore(path), openSqliteIndexerStore(path)]);
  return {
    locker: one.locker,
    other: other.locker,
    async [Symbol.asyncDispose]() {
      await one[Symbol.asyncDispose]();
      await other[Symbol.asyncDispose]();
    },
  };
});
