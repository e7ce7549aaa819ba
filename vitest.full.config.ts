import { defineConfig } from 'vitest/config';

// The heavier runs: every property with CLAIRCORE_PROPERTY_RUNS cases, the hostile corpus, all archive forms, soak.
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/bench/**', 'node_modules/**'],
    testTimeout: 600_000,
    // The first test on PostgreSQL waits in a hook until the server has started.
    hookTimeout: 60_000,
    setupFiles: ['test/support/property-seed.ts'],
    globalSetup: ['test/support/postgres-server.ts'],
    maxWorkers: 2,
    pool: 'threads',
  },
});
