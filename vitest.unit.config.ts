import { defineConfig } from 'vitest/config';
import { integrationFiles, notRun } from './vitest.groups.ts';

// What needs no server: see vitest.groups.ts.
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: [...notRun, ...integrationFiles],
    testTimeout: 30_000,
    setupFiles: ['test/support/property-seed.ts', 'test/support/no-network.ts'],
    maxWorkers: 2,
    pool: 'threads',
  },
});
