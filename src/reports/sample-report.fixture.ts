import type {
  Coverage,
  Diagnostic,
  Distribution,
  DistributionFacts,
  Environment,
  FixState,
  IndexReport,
  LayerDigest,
  ManifestDigest,
  Package,
  PackageFacts,
  Severity,
  Verdict,
  Vulnerability,
  VulnerabilityReport,
} from '../core/index.ts';
import { distributionId, packageId, vulnerabilityId } from '../runtime/index.ts';

export const sampleLayer = `sha256:${'1'.repeat(64)}` as LayerDigest;
export const sampleManifest = `sha256:${'a'.repeat(64)}` as ManifestDigest;

const bookworm: DistributionFacts = {
  did: 'debian',
  name: 'Debian GNU/Linux',
  version: '12 (bookworm)',
  versionCodeName: 'bookworm',
  versionId: '12',
  arch: '',
  cpe: '',
  prettyName: 'Debian GNU/Linux 12 (bookworm)',
};
export const sampleDistribution: Distribution = { id: distributionId(bookworm), ...bookworm };

export interface SamplePackage {
  readonly name: string;
  readonly version?: string;
  readonly source?: string;
  /** Path of the file that shows it; absent: it is listed in the dpkg database. */
  readonly file?: string;
}

export interface SampleFinding {
  readonly name: string;
  readonly packages: readonly string[];
  readonly severity?: Severity;
  readonly fixed?: string;
  readonly fixState?: FixState;
}

export interface SampleOptions {
  readonly packages: readonly SamplePackage[];
  readonly findings?: readonly SampleFinding[];
  readonly coverage?: Partial<Coverage>;
  readonly diagnostics?: readonly Diagnostic[];
  readonly verdicts?: readonly Verdict[];
}

/** A report of a Debian image, complete unless said otherwise. */
export function sampleReport(options: SampleOptions): VulnerabilityReport {
  const packages = new Map(options.packages.map((sample) => [sample.name, toPackage(sample)]));
  const vulnerabilities = new Map<Vulnerability['id'], Vulnerability>();
  const packageVulnerabilities = new Map<Package['id'], Vulnerability['id'][]>();
  for (const finding of options.findings ?? []) {
    for (const name of finding.packages) {
      const found = packages.get(name);
      if (found === undefined) throw new TypeError(`no sample package ${name}`);
      const vulnerability = toVulnerability(finding, found);
      vulnerabilities.set(vulnerability.id, vulnerability);
      packageVulnerabilities.set(found.id, [...(packageVulnerabilities.get(found.id) ?? []), vulnerability.id]);
    }
  }
  const coverage: Coverage = {
    complete: true,
    feeds: [{ updater: 'debian-updater', state: 'loaded', fetchedAt: '2026-11-23T10:00:00.000Z', records: 37_651 }],
    packages: { total: packages.size, matched: packages.size, unknown: 0 },
    gaps: [],
    ...options.coverage,
  };
  return {
    index: toIndexReport(options, [...packages.values()]),
    vulnerabilities,
    packageVulnerabilities,
    verdicts: options.verdicts ?? [],
    coverage,
    enrichments: new Map(),
    createdAt: '2026-11-23T12:00:00.000Z',
  };
}

function toIndexReport(options: SampleOptions, packages: readonly Package[]): IndexReport {
  const environments = new Map<Package['id'], Environment[]>();
  for (const [index, found] of packages.entries()) {
    const file = options.packages[index]?.file;
    environments.set(found.id, [
      {
        packageDb: file ?? 'var/lib/dpkg/status',
        introducedIn: sampleLayer,
        ...(file === undefined && { distributionId: sampleDistribution.id }),
        repositoryIds: [],
      },
    ]);
  }
  return {
    manifestHash: sampleManifest,
    state: 'IndexFinished',
    success: true,
    err: '',
    packages: new Map(packages.map((found) => [found.id, found])),
    distributions: new Map([[sampleDistribution.id, sampleDistribution]]),
    repositories: new Map(),
    environments,
    diagnostics: options.diagnostics ?? [],
    distributionId: sampleDistribution.id,
  };
}

function toPackage(sample: SamplePackage): Package {
  const { name, version = '1.0-1' } = sample;
  const facts: PackageFacts = {
    name,
    version,
    kind: 'binary',
    arch: 'amd64',
    module: '',
    ...(sample.file === undefined && { source: { name: sample.source ?? name, version, module: '' } }),
    cpe: '',
    detector: 'urn:claircore:detector:dpkg:1:package',
  };
  return { id: packageId(facts), ...facts };
}

function toVulnerability(finding: SampleFinding, found: Package): Vulnerability {
  const name = found.source?.name ?? found.name;
  const kind = found.source === undefined ? 'binary' : 'source';
  return {
    id: vulnerabilityId({
      updater: 'debian-updater',
      part: name,
      name: finding.name,
      namespace: 'debian:12',
      packageName: name,
      packageKind: kind,
      module: '',
      arch: '',
      introduced: '',
      fixed: finding.fixed ?? '',
      lastAffected: '',
    }),
    updater: 'debian-updater',
    name: finding.name,
    aliases: [],
    description: 'What goes wrong.',
    links: ['https://example.org/a b', 'https://example.org/c'],
    issued: '',
    severity: 'medium',
    normalizedSeverity: finding.severity ?? 'Medium',
    package: { name, kind, module: '', arch: '', archOperation: '' },
    distribution: bookworm,
    range: finding.fixed === undefined ? {} : { fixed: finding.fixed },
    fixState: finding.fixState ?? (finding.fixed === undefined ? 'not-fixed' : 'fixed'),
  };
}
