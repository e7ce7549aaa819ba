import type {
  Environment,
  Distribution,
  DistributionId,
  IndexReport,
  Package,
  PackageId,
  Repository,
  RepositoryId,
} from '../core/index.ts';
import { packJson, unpackJson } from './json-body.ts';

/** Grows when the encoding changes. A report in another one counts as not there: it is made again. */
export const reportEncoding = 1;

type MapsOfReport = 'packages' | 'distributions' | 'repositories' | 'environments';

/** The report with its maps as lists of entries, in their order. */
interface StoredReport extends Omit<IndexReport, MapsOfReport> {
  readonly packages: readonly (readonly [PackageId, Package])[];
  readonly distributions: readonly (readonly [DistributionId, Distribution])[];
  readonly repositories: readonly (readonly [RepositoryId, Repository])[];
  readonly environments: readonly (readonly [PackageId, readonly Environment[]])[];
}

export function encodeReport(report: IndexReport): Uint8Array {
  const stored: StoredReport = {
    ...report,
    packages: [...report.packages],
    distributions: [...report.distributions],
    repositories: [...report.repositories],
    environments: [...report.environments],
  };
  return packJson(stored, 1);
}

/** @throws StoreError `STORE_CORRUPT` */
export function decodeReport(body: Uint8Array): IndexReport {
  const stored = unpackJson(body) as StoredReport;
  return {
    ...stored,
    packages: new Map(stored.packages),
    distributions: new Map(stored.distributions),
    repositories: new Map(stored.repositories),
    environments: new Map(stored.environments),
  };
}
