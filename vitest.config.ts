import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/full/**', 'test/bench/**', 'node_modules/**'],
    testTimeout: 30_000,
    // The first test on PostgreSQL waits in a hook until the server has started.
    hookTimeout: 60_000,
    setupFiles: ['test/support/property-seed.ts'],
    globalSetup: ['test/support/postgres-server.ts'],
    // One more than the cores that a small machine has: many tests wait for processes, servers and leases.
    maxWorkers: 3,
    pool: 'threads',
    // A worker keeps the modules that it has loaded: a fifth of the time. No test leaves anything behind in them.
    isolate: false,
  },
});
