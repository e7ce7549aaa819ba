import type { Constraint, Namespace } from '../../contracts/index.ts';
import type { DistributionFacts, IndexRecord, RepositoryFacts } from '../../core/index.ts';
import type { MatcherPlan } from './matcher-plan.ts';

/** The fields that constraints on namespaces compare; the other constraints are about rows. */
const distributionFields: ReadonlyMap<Constraint, keyof DistributionFacts> = new Map([
  ['distribution-did', 'did'],
  ['distribution-name', 'name'],
  ['distribution-version', 'version'],
  ['distribution-version-code-name', 'versionCodeName'],
  ['distribution-version-id', 'versionId'],
  ['distribution-arch', 'arch'],
  ['distribution-cpe', 'cpe'],
  ['distribution-pretty-name', 'prettyName'],
]);
const repositoryFields: ReadonlyMap<Constraint, keyof RepositoryFacts> = new Map([
  ['repository-name', 'name'],
  ['repository-key', 'key'],
  ['repository-cpe', 'cpe'],
]);

/** Which namespaces of the store answer for a record: equality of the matcher's constraints with the record's own fields. */
export class NamespaceSelector {
  readonly #namespaces: readonly Namespace[];
  readonly #selected = new Map<MatcherPlan, Map<string, readonly Namespace[]>>();

  constructor(namespaces: readonly Namespace[]) {
    this.#namespaces = namespaces;
  }

  /** A record that lacks a field that is asked for is answered by none. */
  select(plan: MatcherPlan, record: IndexRecord): readonly Namespace[] {
    const place = `${record.distribution?.id ?? ''} ${record.repository?.id ?? ''}`;
    const known = this.#selected.get(plan) ?? new Map<string, readonly Namespace[]>();
    this.#selected.set(plan, known);
    let selected = known.get(place);
    if (!selected) {
      selected = this.#namespaces.filter((namespace) => plan.constraints.every((constraint) => holds(constraint, namespace, record)));
      known.set(place, selected);
    }
    return selected;
  }
}

function holds(constraint: Constraint, namespace: Namespace, { distribution, repository }: IndexRecord): boolean {
  const distributionField = distributionFields.get(constraint);
  if (distributionField) return isSame(distribution?.[distributionField], namespace.distribution?.[distributionField]);
  const repositoryField = repositoryFields.get(constraint);
  if (repositoryField) return isSame(repository?.[repositoryField], namespace.repository?.[repositoryField]);
  return true;
}

function isSame(own: string | undefined, theirs: string | undefined): boolean {
  return own !== undefined && own !== '' && own === theirs;
}
