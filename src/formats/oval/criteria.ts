import { attribute, child, type XmlElement } from '../xml/index.ts';

/** What has to be so for a definition to hold. */
export type OvalCriteria =
  | {
      readonly kind: 'criteria';
      readonly operator: OvalOperator;
      readonly isNegated: boolean;
      readonly parts: readonly OvalCriteria[];
    }
  | { readonly kind: 'criterion'; readonly test: string; readonly comment: string; readonly isNegated: boolean };

/** `ONE` and `XOR` exist too: no feed uses them. */
export type OvalOperator = 'AND' | 'OR' | 'other';

/** The criteria of a `definition`; undefined where it has none. An `extend_definition` is a criterion of what it extends. */
export function parseCriteria(definition: XmlElement): OvalCriteria | undefined {
  const element = child(definition, 'criteria');
  return element && toCriteria(element);
}

/** Recursion is bounded: XML is read only so deep. */
function toCriteria(element: XmlElement): OvalCriteria {
  const isNegated = attribute(element, 'negate') === 'true';
  if (element.name !== 'criteria') {
    const test = attribute(element, 'test_ref') || attribute(element, 'definition_ref');
    return { kind: 'criterion', test, comment: attribute(element, 'comment'), isNegated };
  }
  const parts = element.children.filter(({ name }) => partNames.has(name)).map(toCriteria);
  return { kind: 'criteria', operator: operatorOf(attribute(element, 'operator')), isNegated, parts };
}

const partNames: ReadonlySet<string> = new Set(['criteria', 'criterion', 'extend_definition']);

/** AND if absent (oval-definitions-schema, CriteriaType). */
function operatorOf(written: string): OvalOperator {
  if (written === '' || written === 'AND') return 'AND';
  return written === 'OR' ? 'OR' : 'other';
}
