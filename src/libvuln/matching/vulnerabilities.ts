import type { AdvisoryText, AffectedRow, Namespace } from '../../contracts/index.ts';
import type { DistributionFacts, PackageId, RepositoryFacts, Vulnerability, VulnerabilityId, VulnerabilityReport } from '../../core/index.ts';
import { vulnerabilityId } from '../../runtime/index.ts';
import { compareText } from '../compare-text.ts';
import type { Finding } from './finding.ts';

const noDistribution: DistributionFacts = { did: '', name: '', version: '', versionCodeName: '', versionId: '', arch: '', cpe: '', prettyName: '' };
const noRepository: RepositoryFacts = { name: '', key: '', uri: '', cpe: '' };
const noText: AdvisoryText = { description: '', links: [] };

/** Hashing is what building a report costs most: each row is hashed once. */
const rowIds = new WeakMap<AffectedRow, VulnerabilityId>();

/** The id of one affected row: of what it says, not of where it is stored. */
export function rowId(row: AffectedRow): VulnerabilityId {
  const known = rowIds.get(row);
  if (known !== undefined) return known;
  const { updater, part, name, namespace, package: of, range } = row;
  const id = vulnerabilityId({
    updater,
    part,
    name,
    namespace,
    packageName: of.name,
    packageKind: of.kind,
    module: of.module,
    arch: of.arch,
    introduced: range.introduced ?? '',
    fixed: range.fixed ?? '',
    lastAffected: range.lastAffected ?? '',
  });
  rowIds.set(row, id);
  return id;
}

/** One affected row with its advisory and texts. */
function toVulnerability(id: VulnerabilityId, row: AffectedRow, namespace: Namespace, text: AdvisoryText = noText): Vulnerability {
  return {
    id,
    updater: row.updater,
    name: row.name,
    aliases: row.aliases,
    description: text.description,
    links: text.links,
    issued: row.issued,
    severity: row.severity,
    normalizedSeverity: row.normalizedSeverity,
    package: row.package,
    ...(namespace.distribution && { distribution: { ...noDistribution, ...namespace.distribution } }),
    ...(namespace.repository && { repository: { ...noRepository, ...namespace.repository } }),
    range: row.range,
    fixState: row.fixState,
  };
}

/** The rows that decided for affected, each once; by id, and by package id the ids, all sorted. */
export function toVulnerabilities(
  findings: readonly Finding[],
  texts: ReadonlyMap<number, AdvisoryText>,
): Pick<VulnerabilityReport, 'vulnerabilities' | 'packageVulnerabilities'> {
  const vulnerabilities = new Map<VulnerabilityId, Vulnerability>();
  const byPackage = new Map<PackageId, VulnerabilityId[]>();
  for (const { package: found, by } of findings) {
    if (by.judgement.kind !== 'affected') continue;
    const id = rowId(by.row);
    if (!vulnerabilities.has(id)) vulnerabilities.set(id, toVulnerability(id, by.row, by.namespace, texts.get(by.row.advisory)));
    const ids = byPackage.get(found.id);
    if (ids) ids.push(id);
    else byPackage.set(found.id, [id]);
  }
  for (const ids of byPackage.values()) ids.sort(compareText);
  return { vulnerabilities: sortedMap(vulnerabilities), packageVulnerabilities: sortedMap(byPackage) };
}

function sortedMap<K extends string, V>(map: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  return new Map([...map].sort(([a], [b]) => compareText(a, b)));
}
