import { enrichmentNamespacePrefix, type Namespace, type SelectedNamespace } from '../../contracts/index.ts';
import type { IndexRecord } from '../../core/index.ts';
import { isNamespaceMeant, type MatcherPlan } from '../../judging/index.ts';
import type { RepositoryNames } from './repository-names.ts';

/** Which namespaces of the store answer for a record: by the matcher's constraints and the record's own fields, unless the matcher chooses itself. */
export class NamespaceSelector {
  readonly #namespaces: readonly Namespace[];
  readonly #names: RepositoryNames;
  readonly #selected = new Map<MatcherPlan, Map<string, readonly SelectedNamespace[]>>();

  constructor(namespaces: readonly Namespace[], names: RepositoryNames) {
    this.#namespaces = namespaces.filter(({ key }) => !key.startsWith(enrichmentNamespacePrefix));
    this.#names = names;
  }

  /**
   * A record that lacks a field that is asked for is answered by none.
   * @param records of one package; more than one only where the matcher chooses itself
   */
  select(plan: MatcherPlan, records: readonly IndexRecord[]): readonly SelectedNamespace[] {
    const place = records.map(({ distribution, repository }) => `${distribution?.id ?? ''} ${repository?.id ?? ''}`).join('\n');
    const known = this.#selected.get(plan) ?? new Map<string, readonly SelectedNamespace[]>();
    this.#selected.set(plan, known);
    let selected = known.get(place);
    if (!selected) {
      selected = this.#choose(plan, records);
      known.set(place, selected);
    }
    return selected;
  }

  #choose(plan: MatcherPlan, records: readonly IndexRecord[]): readonly SelectedNamespace[] {
    const [namespaces, { matcher }] = [this.#namespaces, plan];
    if (matcher.selectNamespaces) {
      const namesOf = this.#names.of(matcher.repositoryNames);
      return matcher.selectNamespaces(records, { namespaces, namesOf });
    }
    return namespaces
      .filter((namespace) => records.some((record) => isNamespaceMeant(namespace, plan, record)))
      .map((namespace) => ({ namespace, notes: [] }));
  }
}
