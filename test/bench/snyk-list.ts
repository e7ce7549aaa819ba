// node snyk-list.ts PLUGIN ARCHIVE: what snyk-docker-plugin, in that directory, does to list an OCI archive's packages. Started by the bench.
import { createRequire } from 'node:module';

interface SnykDockerPlugin {
  readonly scan: (options: { readonly path: string }) => Promise<{ readonly scanResults: readonly unknown[] }>;
}

const [plugin = '', archive = ''] = process.argv.slice(2);
const { scan } = createRequire(import.meta.url)(plugin) as SnykDockerPlugin;
const { scanResults } = await scan({ path: `oci-archive:${archive}` });
console.log(scanResults.length);
