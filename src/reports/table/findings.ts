import {
  compareText,
  compareSeverity,
  type Environment,
  type FixState,
  type Package,
  type Severity,
  type VulnerabilityReport,
  type Vulnerability,
} from '../../core/index.ts';
import type { ReportSort } from '../../contracts/index.ts';
import { compareRisk, noRisk, risksOf, worseRisk, type Risk } from './risk.ts';

/** One line of the table: an advisory and all packages of one source that it says the same of. */
export interface Finding {
  readonly name: string;
  readonly severity: Severity;
  /** Sorted; more than one where several binaries were built from one source. */
  readonly packages: readonly string[];
  readonly installed: string;
  /** The version that fixes it, or what the vendor says instead. */
  readonly fix: string;
  /** `source openssl`, the path of a file, or empty. */
  readonly where: string;
  readonly risk: Risk;
}

/** How many pairs of package and advisory a report has, and how many of each are in them. */
export interface FindingCounts {
  readonly pairs: number;
  readonly advisories: number;
  readonly packages: number;
  readonly bySeverity: ReadonlyMap<Severity, number>;
}

const fixWords: Readonly<Record<FixState, string>> = {
  fixed: 'fixed',
  'not-fixed': 'not fixed',
  deferred: 'deferred',
  'will-not-fix': 'will not fix',
  'end-of-life': 'end of life',
  'under-investigation': 'under investigation',
  unknown: 'not known',
};

/** The findings of a report, those of one source and one advisory as one, sorted. */
export function toFindings(report: VulnerabilityReport, sort: ReportSort): Finding[] {
  const sharedDatabases = databasesOfSeveral(report);
  const risks = risksOf(report);
  const groups = new Map<string, { finding: Omit<Finding, 'packages' | 'risk'>; risk: Risk; packages: Set<string> }>();
  for (const [facts, vulnerability] of affectedPairs(report)) {
    const finding = toFinding(report, facts, vulnerability, sharedDatabases);
    const source = facts.source?.name ?? '';
    const alone = source === '' ? facts.name : '';
    const key = [finding.name, finding.severity, source, alone, finding.installed, finding.fix, finding.where].join('\0');
    const group = groups.get(key) ?? { finding, risk: noRisk, packages: new Set() };
    group.risk = worseRisk(group.risk, risks.get(vulnerability.id) ?? noRisk);
    group.packages.add(facts.name);
    groups.set(key, group);
  }
  const findings = Array.from(groups.values(), ({ finding, risk, packages }) => ({
    ...finding,
    risk,
    packages: [...packages].sort(compareText),
  }));
  return findings.map(withSource).sort(orders[sort]);
}

/** Counts every pair of package and advisory once, however many rows of the advisory it matches. */
export function countFindings(report: VulnerabilityReport): FindingCounts {
  const worst = new Map<string, Severity>();
  const advisories = new Set<string>();
  const packages = new Set<string>();
  for (const [facts, vulnerability] of affectedPairs(report)) {
    const pair = `${facts.id}\0${vulnerability.name}`;
    const before = worst.get(pair);
    if (before === undefined || compareSeverity(before, vulnerability.normalizedSeverity) < 0)
      worst.set(pair, vulnerability.normalizedSeverity);
    advisories.add(vulnerability.name);
    packages.add(facts.id);
  }
  const bySeverity = new Map<Severity, number>();
  for (const severity of worst.values()) bySeverity.set(severity, (bySeverity.get(severity) ?? 0) + 1);
  return { pairs: worst.size, advisories: advisories.size, packages: packages.size, bySeverity };
}

function* affectedPairs(report: VulnerabilityReport): Generator<readonly [Package, Vulnerability]> {
  for (const [packageId, ids] of report.packageVulnerabilities) {
    const facts = report.index.packages.get(packageId);
    for (const id of ids) {
      const vulnerability = report.vulnerabilities.get(id);
      if (facts !== undefined && vulnerability !== undefined) yield [facts, vulnerability];
    }
  }
}

function toFinding(
  report: VulnerabilityReport,
  facts: Package,
  vulnerability: Vulnerability,
  sharedDatabases: ReadonlySet<string>,
): Omit<Finding, 'packages' | 'risk'> {
  const environments = report.index.environments.get(facts.id) ?? [];
  const isOfSource = vulnerability.package.kind === 'source' && facts.source !== undefined;
  return {
    name: vulnerability.name,
    severity: vulnerability.normalizedSeverity,
    installed: isOfSource ? (facts.source?.version ?? facts.version) : facts.version,
    fix: vulnerability.range.fixed ?? fixWords[vulnerability.fixState],
    where: isOfSource ? `source ${facts.source?.name ?? ''}` : filesOf(environments, sharedDatabases),
  };
}

/** A database that lists several packages says nothing about where one of them is; a file that shows one does, and a lock file is all there is. */
function filesOf(environments: readonly Environment[], sharedDatabases: ReadonlySet<string>): string {
  const files = environments.filter(({ packageDb, declared }) => declared === true || !sharedDatabases.has(packageDb));
  return [...new Set(files.map(toldPlace))].sort(compareText).join(', ');
}

function toldPlace({ packageDb, ownedBy, declared }: Environment): string {
  if (declared === true) return `${packageDb} (declared)`;
  return ownedBy === undefined ? packageDb : `${packageDb} (vendor's)`;
}

function databasesOfSeveral(report: VulnerabilityReport): ReadonlySet<string> {
  const seen = new Set<string>();
  const several = new Set<string>();
  for (const environments of report.index.environments.values()) {
    for (const path of new Set(environments.map(({ packageDb }) => packageDb))) (seen.has(path) ? several : seen).add(path);
  }
  return several;
}

/** A source that has the name of its only binary needs no mention. */
function withSource(finding: Finding): Finding {
  const isSaid = finding.packages.length === 1 && finding.where === `source ${finding.packages[0] ?? ''}`;
  return isSaid ? { ...finding, where: '' } : finding;
}

const orders: Readonly<Record<ReportSort, (a: Finding, b: Finding) => number>> = {
  severity: (a, b) => compareSeverity(b.severity, a.severity) || byPackage(a, b) || byAdvisory(a, b),
  risk: (a, b) => compareRisk(a.risk, b.risk) || compareSeverity(b.severity, a.severity) || byPackage(a, b) || byAdvisory(a, b),
  name: (a, b) => byPackage(a, b) || compareSeverity(b.severity, a.severity) || byAdvisory(a, b),
};

function byPackage(a: Finding, b: Finding): number {
  return compareText(a.packages[0] ?? '', b.packages[0] ?? '') || compareText(a.installed, b.installed) || compareText(a.where, b.where);
}

/** `CVE-2024-9` before `CVE-2024-10`: numbers by value, so that an older one stands first. */
function byAdvisory(a: Finding, b: Finding): number {
  return compareText(numbersPadded(a.name), numbersPadded(b.name)) || compareText(a.fix, b.fix);
}

function numbersPadded(name: string): string {
  return name.replaceAll(/\d{1,12}/g, (digits) => digits.padStart(12, '0'));
}
