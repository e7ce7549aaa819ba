import { defineConfig } from 'vitest/config';
import { integrationFiles, notRun } from './vitest.groups.ts';

// What needs a server: see vitest.groups.ts.
export default defineConfig({
  test: {
    include: [...integrationFiles],
    exclude: [...notRun],
    testTimeout: 60_000,
    setupFiles: ['test/support/property-seed.ts'],
    globalSetup: ['test/support/postgres-server.ts'],
    maxWorkers: 2,
    pool: 'threads',
  },
});
