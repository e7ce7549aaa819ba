import { run, type RunOptions } from './run-in-process.ts';

/** The report as a stranger reads it: just the fields of the documented JSON that the proofs need. */
export interface ReportJson {
  readonly manifest_hash: string;
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly name: string;
        readonly version: string;
        readonly arch: string;
        readonly kind: string;
        readonly module: string;
        readonly source: { readonly name: string; readonly version: string };
      }
    >
  >;
  readonly distributions: Readonly<Record<string, { readonly did: string; readonly version_id: string }>>;
  readonly environments: Readonly<Record<string, readonly { readonly package_db: string; readonly introduced_in: string }[]>>;
  readonly vulnerabilities: Readonly<
    Record<string, { readonly name: string; readonly fixed_in_version: string; readonly normalized_severity: string }>
  >;
  readonly package_vulnerabilities: Readonly<Record<string, readonly string[]>>;
  readonly verdicts: readonly VerdictJson[];
  readonly coverage: {
    readonly complete: boolean;
    readonly feeds: readonly { readonly updater: string; readonly state: string; readonly records: number }[];
    readonly packages: { readonly total: number; readonly matched: number; readonly unknown: number };
    readonly gaps: readonly { readonly reason: string; readonly packages: number }[];
  };
  readonly diagnostics: readonly { readonly code: string; readonly path?: string }[];
}

export interface VerdictJson {
  readonly package_id: string;
  readonly vulnerability_id: string | null;
  readonly name: string;
  readonly status: 'affected' | 'not_affected' | 'unknown';
  readonly reason?: string;
  readonly evidence: Readonly<Record<string, unknown>> & {
    readonly subject: string;
    readonly installed: string;
    readonly comparison?: string;
  };
}

/** What `claircore scan` prints, run in this process. */
export async function scanReport(args: readonly string[], options?: RunOptions): Promise<ReportJson> {
  const result = await run(['scan', '--format', 'json', ...args], options);
  if (result.code !== 0) throw new Error(`scan ended with ${result.code}: ${result.stderr}`);
  return JSON.parse(result.stdout) as ReportJson;
}

/** `package version vulnerability` for every finding, sorted. */
export function findings(report: ReportJson): string[] {
  return Object.entries(report.package_vulnerabilities)
    .flatMap(([packageId, ids]) =>
      ids.map((id) => `${report.packages[packageId]?.name} ${report.packages[packageId]?.version} ${report.vulnerabilities[id]?.name}`),
    )
    .sort();
}

/** `name version path` for every place of every package whose database or file the test selects, sorted. */
export function places(report: ReportJson, select: (packageDb: string) => boolean): string[] {
  return Object.entries(report.environments)
    .flatMap(([packageId, environments]) =>
      environments
        .filter(({ package_db }) => select(package_db))
        .map(({ package_db }) => `${report.packages[packageId]?.name}@${report.packages[packageId]?.version}\t/${package_db}`),
    )
    .sort();
}

/** `package version vulnerability` of every verdict that the advisories of a namespace decided, by its status, sorted. */
export function verdictsOf(report: ReportJson, namespace: string): Readonly<Record<VerdictJson['status'], readonly string[]>> {
  const said = { affected: [] as string[], not_affected: [] as string[], unknown: [] as string[] };
  for (const { package_id, name, status, evidence } of report.verdicts) {
    if (evidence['namespace'] !== namespace) continue;
    said[status].push(`${report.packages[package_id]?.name} ${report.packages[package_id]?.version} ${name}`);
  }
  return { affected: said.affected.sort(), not_affected: said.not_affected.sort(), unknown: said.unknown.sort() };
}
