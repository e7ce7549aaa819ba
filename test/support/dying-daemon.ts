// A libindex daemon on PostgreSQL that kills itself, as SIGKILL does, the moment an image gets to a given point; without a point it lives.
// Arguments: connection string, host of the layers, lease (ms), point (a state, or the kind of an event), empty for none.
// Writes its address, then serves until it is told to end.
import { openLibindex } from '../../src/defaults/index.ts';
import { createLayerFetcher } from '../../src/image/index.ts';
import type { Libindex } from '../../src/libindex/index.ts';
import { createLibindexHttp, JsonLogger } from '../../src/services/index.ts';

const [connectionString = '', host = '', lease = '', point = ''] = process.argv.slice(2);
const fetcher = createLayerFetcher({ http: { allowedHosts: [host] } });
const libindex = await openLibindex({
  dataStore: 'postgres',
  connectionString,
  lease: Number(lease),
  maxConnections: 4,
  fetcher,
  resources: [fetcher],
});
const dying: Pick<Libindex, 'index' | 'indexReport'> & AsyncDisposable = {
  index: async (manifest, options) =>
    await libindex.index(manifest, {
      ...options,
      onProgress: (event) => {
        options?.onProgress?.(event);
        if (point !== '' && (event.kind === point || (event.kind === 'state' && event.state === point)))
          process.kill(process.pid, 'SIGKILL');
      },
    }),
  indexReport: async (digest) => await libindex.indexReport(digest),
  [Symbol.asyncDispose]: async () => await libindex[Symbol.asyncDispose](),
};
const logger = new JsonLogger({ write: (line) => void process.stderr.write(line), level: 'warn' });
const daemon = createLibindexHttp({ libindex: dying, logger });
const { url } = await daemon.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`listens on ${url}\n`);
process.once('SIGTERM', () => void daemon[Symbol.asyncDispose]());
