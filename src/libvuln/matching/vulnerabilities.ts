import type { AdvisoryText, AffectedRow, Namespace } from '../../contracts/index.ts';
import type {
  DistributionFacts,
  PackageId,
  RepositoryFacts,
  Vulnerability,
  VulnerabilityId,
  VulnerabilityReport,
} from '../../core/index.ts';
import { vulnerabilityId } from '../../runtime/index.ts';
import type { Finding } from './finding.ts';

const noDistribution: DistributionFacts = {
  did: '',
  name: '',
  version: '',
  versionCodeName: '',
  versionId: '',
  arch: '',
  cpe: '',
  prettyName: '',
};
const noRepository: RepositoryFacts = { name: '', key: '', uri: '', cpe: '' };
const noText: AdvisoryText = { description: '', links: [] };

/** The ids of affected rows: of what a row says, not of where it is stored. Hashing costs most of building a report, so each row is hashed once. */
export class RowIds {
  readonly #known = new Map<AffectedRow, VulnerabilityId>();

  of(row: AffectedRow): VulnerabilityId {
    const known = this.#known.get(row);
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
    this.#known.set(row, id);
    return id;
  }
}

type NamespaceFacts = Pick<Vulnerability, 'distribution' | 'repository'>;

/** The facts of a namespace, with all that it does not say as empty: one object for all its rows. */
class FactsOfNamespaces {
  readonly #known = new Map<Namespace, NamespaceFacts>();

  of(namespace: Namespace): NamespaceFacts {
    const known = this.#known.get(namespace);
    if (known) return known;
    const { distribution, repository } = namespace;
    const facts = {
      ...(distribution && { distribution: { ...noDistribution, ...distribution } }),
      ...(repository && { repository: { ...noRepository, ...repository } }),
    };
    this.#known.set(namespace, facts);
    return facts;
  }
}

/** One affected row with its advisory and texts. */
function toVulnerability(id: VulnerabilityId, row: AffectedRow, facts: NamespaceFacts, text: AdvisoryText = noText): Vulnerability {
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
    ...facts,
    range: row.range,
    fixState: row.fixState,
  };
}

/** The rows that decided for affected, each once; by id, and by package id the ids, all sorted. */
export function toVulnerabilities(
  findings: readonly Finding[],
  texts: ReadonlyMap<number, AdvisoryText>,
  ids: RowIds,
): Pick<VulnerabilityReport, 'vulnerabilities' | 'packageVulnerabilities'> {
  const vulnerabilities = new Map<VulnerabilityId, Vulnerability>();
  const byPackage = new Map<PackageId, VulnerabilityId[]>();
  const facts = new FactsOfNamespaces();
  for (const { package: found, by } of findings) {
    if (by.judgement.kind !== 'affected') continue;
    const id = ids.of(by.row);
    if (!vulnerabilities.has(id)) vulnerabilities.set(id, toVulnerability(id, by.row, facts.of(by.namespace), texts.get(by.row.advisory)));
    const own = byPackage.get(found.id);
    if (own) own.push(id);
    else byPackage.set(found.id, [id]);
  }
  for (const own of byPackage.values()) own.sort();
  return { vulnerabilities: sortedMap(vulnerabilities), packageVulnerabilities: sortedMap(byPackage) };
}

function sortedMap<K extends string, V>(map: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  const sorted = new Map<K, V>();
  // A sort without a comparator compares by code units, several times as fast as one that is told to.
  for (const key of [...map.keys()].sort()) {
    const value = map.get(key);
    if (value !== undefined) sorted.set(key, value);
  }
  return sorted;
}
