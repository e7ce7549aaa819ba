/**
 * Builds `dist`: every module and its types for those who import the package, and the command line as one file, because loading a
 * few hundred modules costs more than most of what it does. What only some commands need runs when one of them does. It is a
 * CommonJS file: to import a module of Node's into an ES module reads all that it exports, and so loads what nobody asked for.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);

function compile(): void {
  const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** commander starts programs for sub-commands that are files of their own, which we have none of: Node's module for it takes milliseconds. */
const withoutChildProcess: Plugin = {
  name: 'without-child-process',
  setup(bundling) {
    bundling.onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
      /[\\/]node_modules[\\/]commander[\\/]/.test(importer) ? { path, namespace: 'absent' } : { path, external: true },
    );
    bundling.onLoad({ filter: /./, namespace: 'absent' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** `dist/bin` lies as deep as `src/cli`, so that what is found relative to the one is found relative to the other. */
async function bundleCommandLine(into: string): Promise<void> {
  await build({
    // What runs in threads of its own is a file of its own, beside the one that starts it.
    entryPoints: [join(root, 'src', 'cli', 'main.ts'), join(root, 'src', 'stores', 'sqlite', 'workers', 'store-worker.ts')],
    outdir: join(into, 'bin'),
    entryNames: '[name]',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    define: { 'import.meta.url': 'bundleUrl' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    // Loaded by "claircore serve" alone, and for a database server.
    external: ['fastify', 'pg', 'pg-copy-streams'],
    plugins: [withoutChildProcess],
    // The licences of what is bundled go with it.
    legalComments: 'eof',
    logLevel: 'warning',
  });
}

/** In a checkout npm links the bins of dependencies only. With its own beside them, `npx claircore` runs this one at once instead of installing it elsewhere. */
function linkCommands(): void {
  if (process.platform === 'win32') return;
  const bins = join(root, 'node_modules', '.bin');
  mkdirSync(bins, { recursive: true });
  for (const name of ['claircore', 'libindexhttp', 'libvulnhttp']) {
    rmSync(join(bins, name), { force: true });
    symlinkSync(join('..', '..', 'bin', `${name}.cjs`), join(bins, name));
  }
}

// `--command-line DIRECTORY`: just that file, elsewhere, for tests of what is bundled.
const [only, elsewhere] = process.argv.slice(2);
if (only === '--command-line' && elsewhere !== undefined) {
  await bundleCommandLine(elsewhere);
} else {
  rmSync(dist, { recursive: true, force: true });
  compile();
  await bundleCommandLine(dist);
  linkCommands();
}
