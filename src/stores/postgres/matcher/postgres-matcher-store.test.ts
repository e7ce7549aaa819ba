import { afterAll, beforeAll } from 'vitest';
import { emptyDatabase, freshDatabase, type FreshDatabase } from '../../../../test/support/postgres.ts';
import { matcherStoreSuite } from '../../../testing/matcher-store-suite.ts';
import { openPostgresMatcherStore } from './open-postgres-matcher-store.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

matcherStoreSuite('PostgreSQL', async () => {
  await emptyDatabase(database);
  return openPostgresMatcherStore({ connectionString: database.connectionString });
});
