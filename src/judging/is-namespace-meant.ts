import type { Constraint, Namespace } from '../contracts/index.ts';
import { isProductSuperset, parseCpe, type DistributionFacts, type IndexRecord, type RepositoryFacts } from '../core/index.ts';
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
]);

/** The facts of a namespace that constraints are compared with. */
export type NamespaceFacts = Pick<Namespace, 'distribution' | 'repository'>;

/**
 * Whether a namespace answers for a record: equality of the matcher's constraints with the record's own fields; of CPEs of repositories, that the
 * namespace's product holds the record's.
 * A record that lacks a field that is asked for is answered by none.
 */
export function isNamespaceMeant(namespace: NamespaceFacts, { constraints }: MatcherPlan, record: IndexRecord): boolean {
  return constraints.every((constraint) => holds(constraint, namespace, record));
}

function holds(constraint: Constraint, namespace: NamespaceFacts, { distribution, repository }: IndexRecord): boolean {
  const distributionField = distributionFields.get(constraint);
  if (distributionField) return isSame(distribution?.[distributionField], namespace.distribution?.[distributionField]);
  const repositoryField = repositoryFields.get(constraint);
  if (repositoryField) return isSame(repository?.[repositoryField], namespace.repository?.[repositoryField]);
  return constraint !== 'repository-cpe' || isProductHeld(namespace.repository?.cpe, repository?.cpe);
}

function isProductHeld(theirs: string | undefined, own: string | undefined): boolean {
  const [holder, held] = [theirs, own].map((cpe) => (cpe === undefined ? undefined : parseCpe(cpe)));
  return holder !== undefined && held !== undefined && isProductSuperset(holder, held);
}

function isSame(own: string | undefined, theirs: string | undefined): boolean {
  return own !== undefined && own !== '' && own === theirs;
}
