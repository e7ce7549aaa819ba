import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { bundleWorker } from '../../../../test/support/bundled-worker.ts';
import { indexerStoreSuite } from '../../../testing/indexer-store-suite.ts';
import { lockerSuite } from '../../../testing/locker-suite.ts';
import { matcherStoreSuite } from '../../../testing/matcher-store-suite.ts';
import { openIndexerStoreInWorkers, openMatcherStoreInWorkers } from './index.ts';

const directory = mkdtempSync(join(tmpdir(), 'claircore-workers-'));
let entry: URL;
beforeAll(async () => {
  entry = await bundleWorker(directory);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let files = 0;
const newFile = (): string => join(directory, `${(files += 1)}.db`);

indexerStoreSuite('SQLite in workers', () => openIndexerStoreInWorkers(newFile(), { entry }));
matcherStoreSuite('SQLite in workers', () => openMatcherStoreInWorkers(newFile(), { entry }));
lockerSuite('SQLite in workers', async () => {
  const path = newFile();
  // Two stores with an owner each: what two processes have.
  const [one, other] = await Promise.all([openIndexerStoreInWorkers(path, { entry }), openIndexerStoreInWorkers(path, { entry })]);
  return {
    locker: one.locker,
    other: other.locker,
    async [Symbol.asyncDispose]() {
      await one[Symbol.asyncDispose]();
      await other[Symbol.asyncDispose]();
    },
  };
});
