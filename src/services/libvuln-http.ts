import { UsageError, type IndexReport, type VulnerabilityReport } from '../core/index.ts';
import type { Libvuln } from '../libvuln/index.ts';
import {
  badRequest,
  healthRoute,
  HttpDaemon,
  parseJsonBody,
  readRequest,
  RunningWork,
  type HttpDaemonOptions,
  type HttpRoute,
} from './http/index.ts';
import { decodeSeedIndexReport, encodeSeedVulnerabilityReport } from './seed/index.ts';

export interface LibvulnHttpOptions extends HttpDaemonOptions {
  /** Closed with the daemon. */
  readonly libvuln: LibvulnService;
  /** Bytes of an index report; 64 MiB if absent. */
  readonly reportLimit?: number | undefined;
}

type LibvulnService = Pick<Libvuln, 'scan' | 'status'> & Partial<AsyncDisposable>;

const defaultReportLimit = 64 * 1024 * 1024;

/**
 * The seed's `libvulnhttp`: `POST /scan` and `GET /healthz`, with the JSON of claircore v0.0.7.
 *
 * @example
 * ```ts
 * await using daemon = createLibvulnHttp({ libvuln: await openLibvuln({ dataStore: 'sqlite', path: 'claircore.db' }) });
 * const { url } = await daemon.listen({ host: '127.0.0.1', port: 8081 });
 * ```
 */
export function createLibvulnHttp(options: LibvulnHttpOptions): HttpDaemon {
  const { libvuln, reportLimit = defaultReportLimit } = options;
  const routes = [scanRoute(libvuln, reportLimit), healthRoute(() => libvuln.status())];
  return new HttpDaemon({ routes, work: new RunningWork(), library: libvuln, options });
}

function scanRoute(libvuln: LibvulnService, bodyLimit: number): HttpRoute {
  return {
    method: 'POST',
    path: '/scan',
    bodyLimit,
    handle: async ({ body, signal }) => {
      const json = parseJsonBody(body);
      const index = readRequest(() => decodeSeedIndexReport(json));
      return { status: 200, body: encodeSeedVulnerabilityReport(await scan(libvuln, index, signal)) };
    },
  };
}

async function scan(libvuln: LibvulnService, index: IndexReport, signal: AbortSignal): Promise<VulnerabilityReport> {
  try {
    return await libvuln.scan(index, { signal });
  } catch (error) {
    if (error instanceof UsageError && error.code === 'USAGE_REPORT_UNFINISHED') throw badRequest(error);
    throw error;
  }
}
