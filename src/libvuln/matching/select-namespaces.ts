import type { Namespace } from '../../contracts/index.ts';
import type { IndexRecord } from '../../core/index.ts';
import { isNamespaceMeant, type MatcherPlan } from '../../judging/index.ts';

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
      selected = this.#namespaces.filter((namespace) => isNamespaceMeant(namespace, plan, record));
      known.set(place, selected);
    }
    return selected;
  }
}
