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
import type { Finding, Statement } from './finding.ts';

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

type NamespaceFacts = Pick<Vulnerability, 'distribution' | 'repository' | 'namespace' | 'scheme'>;

/** The facts of a namespace, with all that it does not say as empty: one object for all its rows. */
class FactsOfNamespaces {
  readonly #known = new Map<Namespace, NamespaceFacts>();

  of(namespace: Namespace): NamespaceFacts {
    const known = this.#known.get(namespace);
    if (known) return known;
    const { distribution, repository } = namespace;
    const facts = {
      namespace: namespace.key,
      scheme: namespace.scheme,
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
  const affecting = new Map<VulnerabilityId, Affecting>();
  for (const { package: found, by } of findings) {
    if (by.judgement.kind !== 'affected') continue;
    const id = ids.of(by.row);
    const known = affecting.get(id);
    if (known) known.packages.push(found.id);
    else affecting.set(id, { by, packages: [found.id] });
  }
  const facts = new FactsOfNamespaces();
  const vulnerabilities = new Map<VulnerabilityId, Vulnerability>();
  const byPackage = new Map<PackageId, VulnerabilityId[]>();
  // In the order of their ids, so that those of a package need not be sorted once more.
  for (const [id, { by, packages }] of sortedEntries(affecting)) {
    vulnerabilities.set(id, toVulnerability(id, by.row, facts.of(by.namespace), texts.get(by.row.advisory)));
    for (const packageId of packages) {
      const own = byPackage.get(packageId);
      if (own) own.push(id);
      else byPackage.set(packageId, [id]);
    }
  }
  return { vulnerabilities, packageVulnerabilities: new Map(sortedEntries(byPackage)) };
}

/** A statement that decided, and the packages for which it did. */
interface Affecting {
  readonly by: Statement;
  readonly packages: PackageId[];
}

function* sortedEntries<K extends string, V>(map: ReadonlyMap<K, V>): Generator<readonly [K, V]> {
  // A sort without a comparator compares by code units, several times as fast as one that is told to.
  for (const key of [...map.keys()].sort()) {
    const value = map.get(key);
    if (value !== undefined) yield [key, value];
  }
}
