import { afterAll, beforeAll } from 'vitest';
import { emptyDatabase, freshDatabase, type FreshDatabase } from '../../../test/support/postgres.ts';
import { indexerStoreSuite } from '../../testing/indexer-store-suite.ts';
import { lockerSuite } from '../../testing/locker-suite.ts';
import { openPostgresIndexerStore } from './index.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh[Symbol.asyncDispose]());

for (const scanLock of ['lease', 'postgres-advisory'] as const) {
  const open = () => openPostgresIndexerStore({ connectionString: fresh.connectionString, scanLock, lockRetry: 50 });
  indexerStoreSuite(`PostgreSQL with ${scanLock}`, async () => {
    await emptyDatabase(fresh);
    return open();
  });
  lockerSuite(`PostgreSQL with ${scanLock}`, async () => {
    await emptyDatabase(fresh);
    // Two pools with owners each: what two processes have.
    const [one, other] = await Promise.all([open(), open()]);
    return {
      locker: one.locker,
      other: other.locker,
      async [Symbol.asyncDispose]() {
        await one[Symbol.asyncDispose]();
        await other[Symbol.asyncDispose]();
      },
    };
  });
}
