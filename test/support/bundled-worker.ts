import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** The program of a store's threads as one file, as it is shipped: it starts in a fifth of the time that its sources take. */
export async function bundleWorker(directory: string): Promise<URL> {
  const outfile = join(directory, 'store-worker.cjs');
  const entryPoints = [join(import.meta.dirname, '../../src/stores/sqlite/workers/store-worker.ts')];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', target: 'node24', format: 'cjs' });
  return pathToFileURL(outfile);
}
