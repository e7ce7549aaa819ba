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
import { otherNames } from './told-names.ts';

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

/**
 * The ids of what findings tell: of what a row says, not of where it is stored, with the name it is told under and a severity that another
 * record gave. Hashing costs most of building a report, so each row is hashed once.
 */
export class FindingIds {
  readonly #plain = new Map<AffectedRow, VulnerabilityId>();

  of(finding: Finding): VulnerabilityId {
    const { row } = finding.by;
    if (finding.rated !== finding.by || finding.name !== row.name) return hash(finding);
    const known = this.#plain.get(row);
    if (known !== undefined) return known;
    const id = hash(finding);
    this.#plain.set(row, id);
    return id;
  }
}

function hash({ name, by: { row }, rated }: Finding): VulnerabilityId {
  const { updater, part, namespace, package: of, range } = row;
  return vulnerabilityId({
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
    ...(rated.row !== row && { severity: `${rated.row.normalizedSeverity} ${rated.row.severity}` }),
  });
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

/** One affected row with its advisory and texts, under the name it is told by. */
function toVulnerability(id: VulnerabilityId, finding: Finding, facts: NamespaceFacts, text: AdvisoryText = noText): Vulnerability {
  const { name, by, rated } = finding;
  const { row } = by;
  return {
    id,
    updater: row.updater,
    name,
    aliases: name === row.name ? row.aliases : otherNames(name, [row]),
    description: text.description,
    links: text.links,
    issued: row.issued,
    severity: rated.row.severity,
    normalizedSeverity: rated.row.normalizedSeverity,
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
  ids: FindingIds,
): Pick<VulnerabilityReport, 'vulnerabilities' | 'packageVulnerabilities'> {
  const affecting = new Map<VulnerabilityId, Affecting>();
  for (const finding of findings) {
    if (finding.by.judgement.kind !== 'affected') continue;
    const id = ids.of(finding);
    const known = affecting.get(id);
    if (known) known.packages.push(finding.package.id);
    else affecting.set(id, { finding, packages: [finding.package.id] });
  }
  const facts = new FactsOfNamespaces();
  const vulnerabilities = new Map<VulnerabilityId, Vulnerability>();
  const byPackage = new Map<PackageId, VulnerabilityId[]>();
  // In the order of their ids, so that those of a package need not be sorted once more.
  for (const [id, { finding, packages }] of sortedEntries(affecting)) {
    const { namespace, row } = finding.by;
    vulnerabilities.set(id, toVulnerability(id, finding, facts.of(namespace), texts.get(row.advisory)));
    for (const packageId of packages) {
      const own = byPackage.get(packageId);
      if (own) own.push(id);
      else byPackage.set(packageId, [id]);
    }
  }
  return { vulnerabilities, packageVulnerabilities: new Map(sortedEntries(byPackage)) };
}

/** One of the findings of that id, and the packages of all of them. */
interface Affecting {
  readonly finding: Finding;
  readonly packages: PackageId[];
}

function* sortedEntries<K extends string, V>(map: ReadonlyMap<K, V>): Generator<readonly [K, V]> {
  // A sort without a comparator compares by code units, several times as fast as one that is told to.
  for (const key of [...map.keys()].sort()) {
    const value = map.get(key);
    if (value !== undefined) yield [key, value];
  }
}
