import { isDigest, type Manifest, type ManifestDigest } from '../core/index.ts';
import type { Libindex } from '../libindex/index.ts';
import { silentLogger } from '../runtime/index.ts';
import {
  healthRoute,
  HttpDaemon,
  HttpProblem,
  parseJsonBody,
  readRequest,
  RunningWork,
  type HttpDaemonOptions,
  type HttpRoute,
} from './http/index.ts';
import { BackgroundIndexing } from './background-indexing.ts';
import { decodeSeedManifest, encodeSeedIndexReport } from './seed/index.ts';

export interface LibindexHttpOptions extends HttpDaemonOptions {
  /** Closed with the daemon. */
  readonly libindex: Pick<Libindex, 'index' | 'indexReport'> & Partial<AsyncDisposable>;
  /** Bytes of a manifest; 8 MiB if absent. */
  readonly manifestLimit?: number | undefined;
  /** Images that are indexed or wait for it at one time; further ones get 503. 1,024 if absent. */
  readonly maxIndexing?: number | undefined;
}

const defaultManifestLimit = 8 * 1024 * 1024;
const defaultMaxIndexing = 1024;
/** What no image has: asked for only to see whether the store answers. */
const nobody = `sha256:${'0'.repeat(64)}` as ManifestDigest;

/**
 * The seed's `libindexhttp`: `POST /index`, `GET /index_report/<hash>`, `GET /healthz`, with the JSON of claircore v0.0.7.
 *
 * @example
 * ```ts
 * await using daemon = createLibindexHttp({ libindex: await openLibindex({ dataStore: 'sqlite', path: 'claircore.db' }) });
 * const { url } = await daemon.listen({ host: '127.0.0.1', port: 8080 });
 * ```
 */
export function createLibindexHttp(options: LibindexHttpOptions): HttpDaemon {
  const { libindex, logger = silentLogger, maxIndexing = defaultMaxIndexing } = options;
  const work = new RunningWork();
  const indexing = new BackgroundIndexing({ libindex, work, logger, max: maxIndexing });
  const routes = [
    indexRoute(indexing, options.manifestLimit ?? defaultManifestLimit),
    indexReportRoute(libindex),
    healthRoute(() => libindex.indexReport(nobody)),
  ];
  return new HttpDaemon({ routes, work, library: libindex, options });
}

function indexRoute(indexing: BackgroundIndexing, bodyLimit: number): HttpRoute {
  return {
    method: 'POST',
    path: '/index',
    bodyLimit,
    handle: async ({ id, body }) => {
      const json = parseJsonBody(body);
      const manifest: Manifest = readRequest(() => decodeSeedManifest(json));
      await indexing.begin(manifest, id);
      const location = `/index_report/${manifest.digest}`;
      return { status: 301, headers: { location }, body: [`${JSON.stringify({ manifest_hash: manifest.digest })}\n`] };
    },
  };
}

function indexReportRoute(libindex: LibindexHttpOptions['libindex']): HttpRoute {
  return {
    method: 'GET',
    path: '/index_report/:hash',
    handle: async ({ hash }) => {
      if (!isManifestDigest(hash))
        throw new HttpProblem('bad-request', { message: 'the hash is not a digest (sha256:<64 hex> or sha512:<128 hex>)' });
      const report = await libindex.indexReport(hash);
      if (!report) throw new HttpProblem('not-found', { message: 'there is no index report for that hash' });
      return { status: 200, body: encodeSeedIndexReport(report) };
    },
  };
}

function isManifestDigest(text: string): text is ManifestDigest {
  return isDigest(text);
}
