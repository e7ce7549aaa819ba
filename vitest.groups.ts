/**
 * Tests that need a server: PostgreSQL, or one that the test itself opens on this machine. `npm run unit` runs all but these, with sockets
 * refused, so that one that is missing here fails there and says so; `npm run integration` runs these; `npm test` runs everything.
 */
export const integrationFiles: readonly string[] = [
  'test/e2e/**/*.test.ts',
  'test/conformance/{affected-manifests,options-postgres}.test.ts',
  'src/cli/serve.test.ts',
  'src/image/layer/fetch/**/*.test.ts',
  'src/image/source/registry/**/*.test.ts',
  'src/image/source/root-directory.test.ts',
  'src/libindex/fetched-layers.test.ts',
  'src/runtime/{feed-client,feed-client-conformance,http-client}.test.ts',
  'src/services/**/*.test.ts',
  'src/stores/same-answers.test.ts',
  'src/stores/postgres/**/*.test.ts',
  'src/testing/{blob-server,fake-registry,feed-server}.test.ts',
];

export const notRun: readonly string[] = ['test/full/**', 'test/bench/**', 'node_modules/**'];
