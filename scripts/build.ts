/**
 * Builds `dist`: every module and its types for those who import the package, and the command line as one file, because
 * loading a few hundred modules costs more than most of what it does.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);

/** CommonJS has no `import.meta.url`; what stands in for it points at the bundle, which lies as deep as the sources of the command line. */
const importMetaUrl = { banner: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;", name: 'importMetaUrl' };

function compile(): void {
  const compiler = join(require.resolve('typescript/package.json'), '..', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

async function bundle(): Promise<void> {
  await build({
    entryPoints: [join(root, 'src', 'cli', 'main.ts')],
    outfile: join(dist, 'cli', 'claircore.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // Loaded only where a layer is compressed that way; the licences of what is bundled are kept.
    external: ['xz-decompress', 'seek-bzip', 'undici'],
    legalComments: 'eof',
    define: { 'import.meta.url': importMetaUrl.name },
    banner: { js: importMetaUrl.banner },
    logLevel: 'warning',
  });
}

rmSync(dist, { recursive: true, force: true });
compile();
await bundle();
