// The layer rule of the design: a room may import only rooms above it in this list.
const rooms = [
  'core',
  'contracts',
  'runtime',
  'versions',
  'judging',
  'formats',
  'image',
  'families',
  'ecosystems',
  'enrichers',
  'stores',
  'reports',
  'libindex',
  'libvuln',
  'defaults',
  'services',
  'cli',
  'testing',
];
const test = '\\.test\\.ts$';

const layers = rooms.map((room, index) => ({
  name: `${room}-imports-only-rooms-above`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: test },
  to: {
    path: `^src/(?:${rooms
      .slice(index + 1)
      .concat('index\\.ts')
      .join('|')})(?:/|$)`,
  },
}));
const testLayers = rooms.slice(0, -1).map((room, index) => ({
  name: `${room}-tests-import-only-rooms-above-and-testing`,
  severity: 'error',
  from: { path: `^src/${room}/.*${test}` },
  to: {
    path: `^src/(?:${rooms
      .slice(index + 1, -1)
      .concat('index\\.ts')
      .join('|')})(?:/|$)`,
  },
}));

module.exports = {
  forbidden: [
    ...layers.slice(0, -1),
    ...testLayers.slice(0, -1),
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'ecosystems-are-closed',
      severity: 'error',
      from: { path: '^src/ecosystems/([^/]+/[^/]+)/' },
      to: { path: '^src/ecosystems/', pathNot: '^src/ecosystems/$1/' },
    },
    {
      name: 'libraries-get-the-world-as-arguments',
      severity: 'error',
      from: { path: '^src/(?:libindex|libvuln|reports)/', pathNot: test },
      to: { path: '^src/(?:stores|ecosystems|image|families|enrichers)/' },
    },
    {
      name: 'stores-are-closed',
      severity: 'error',
      from: { path: '^src/stores/([^/]+)/' },
      to: { path: '^src/stores/', pathNot: ['^src/stores/$1/', '^src/stores/[^/]+\\.ts$'] },
    },
    {
      name: 'enrichers-are-closed',
      severity: 'error',
      from: { path: '^src/enrichers/([^/]+)/' },
      to: { path: '^src/enrichers/', pathNot: ['^src/enrichers/$1/', '^src/enrichers/[^/]+\\.ts$'] },
    },
    {
      name: 'enrichers-know-no-ecosystem',
      severity: 'error',
      from: { path: '^src/enrichers/', pathNot: test },
      // Of the families, what any feed needs.
      to: { path: '^src/(?:ecosystems|families|image)/', pathNot: '^src/families/index\\.ts$' },
    },
    {
      name: 'stores-know-no-ecosystem',
      severity: 'error',
      from: { path: '^src/stores/' },
      to: { path: '^src/(?:ecosystems|families|image)/', pathNot: test },
    },
    {
      name: 'node-modules-of-the-platform-stay-at-the-edge',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [
          test,
          '^src/(?:runtime|image|stores|services|cli|testing|formats/compression|formats/rpmdb/sqlite)/',
          '^src/formats/rpmdb/sqlite',
        ],
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-tests-import-dev-dependencies',
      severity: 'error',
      from: { path: '^src/', pathNot: [test, '^src/testing/'] },
      to: { dependencyTypes: ['npm-dev'] },
    },
    { name: 'everything-is-resolved', severity: 'error', from: { path: '^src/' }, to: { couldNotResolve: true } },
    { name: 'sources-do-not-import-tests', severity: 'error', from: { path: '^src/', pathNot: test }, to: { path: [test, '^test/'] } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
