import type { OvalCriteria } from '../../formats/oval/index.ts';
import type { RecognisedCriterion } from './oval-profile.ts';

/** A test that a package is held against. */
export interface PackageTest {
  readonly test: string;
  readonly isNegated: boolean;
  readonly word: string;
}

/** One way for a definition to hold: all of these at once. */
export interface Alternative {
  /** Any of them is installed; undefined where it does not matter. */
  readonly platforms?: readonly string[];
  readonly machines?: readonly string[];
  readonly module?: string;
  readonly tests: readonly PackageTest[];
}

export interface CriteriaReader {
  recognise(comment: string): RecognisedCriterion | undefined;
  wordOf(comment: string): string;
}

/** Real definitions have some ten thousand. */
const mostAlternatives = 200_000;

const always: Alternative = { tests: [] };

/**
 * Criteria as a list of alternatives (disjunctive normal form). `platform A or platform B` is one alternative with two platforms, so that
 * the products that SUSE lists do not multiply. Undefined where it cannot be written so: too many, or an operator or a negation without meaning here.
 */
export function alternativesOf(criteria: OvalCriteria, reader: CriteriaReader): readonly Alternative[] | undefined {
  return expand(criteria, false, reader);
}

function expand(criteria: OvalCriteria, isInverted: boolean, reader: CriteriaReader): readonly Alternative[] | undefined {
  const isNegated = criteria.isNegated !== isInverted;
  if (criteria.kind === 'criterion') return criterion(criteria.test, criteria.comment, isNegated, reader);
  if (criteria.operator === 'other') return undefined;
  // De Morgan: not (a and b) is (not a) or (not b)
  const isAnd = (criteria.operator === 'AND') !== isNegated;
  let found: readonly Alternative[] = isAnd ? [always] : [];
  for (const part of criteria.parts) {
    const of = expand(part, isNegated, reader);
    const joined = of && (isAnd ? both(found, of) : [...found, ...of]);
    if (!joined || joined.length > mostAlternatives) return undefined;
    found = joined;
  }
  return isAnd ? found : uniteConditions(found);
}

function criterion(test: string, comment: string, isNegated: boolean, reader: CriteriaReader): readonly Alternative[] | undefined {
  const recognised = reader.recognise(comment);
  if (!recognised) return [{ tests: [{ test, isNegated, word: reader.wordOf(comment) }] }];
  // "Not on that product" says nothing of where it is.
  if (isNegated) return undefined;
  switch (recognised.kind) {
    case 'platform':
      return [{ platforms: [recognised.platform], tests: [] }];
    case 'machine':
      return [{ machines: [recognised.arch], tests: [] }];
    case 'module':
      return [{ module: recognised.module, tests: [] }];
    default:
      return [always];
  }
}

/** Every pair of them that can hold at once; undefined beyond the limit, before it is made. */
function both(left: readonly Alternative[], right: readonly Alternative[]): readonly Alternative[] | undefined {
  if (left.length * right.length > mostAlternatives) return undefined;
  const joined: Alternative[] = [];
  for (const a of left) {
    for (const b of right) {
      const alternative = join(a, b);
      if (alternative) joined.push(alternative);
    }
  }
  return joined;
}

function join(a: Alternative, b: Alternative): Alternative | undefined {
  if (isFree(a)) return b;
  if (isFree(b)) return a;
  const [platforms, machines] = [intersect(a.platforms, b.platforms), intersect(a.machines, b.machines)];
  if (platforms?.length === 0 || machines?.length === 0) return undefined;
  if (a.module !== undefined && b.module !== undefined && a.module !== b.module) return undefined;
  const module = a.module ?? b.module;
  const tests = a.tests.length === 0 ? b.tests : b.tests.length === 0 ? a.tests : [...a.tests, ...b.tests];
  return { ...(platforms && { platforms }), ...(machines && { machines }), ...(module !== undefined && { module }), tests };
}

function isFree({ platforms, machines, module, tests }: Alternative): boolean {
  return tests.length === 0 && platforms === undefined && machines === undefined && module === undefined;
}

function intersect(a: readonly string[] | undefined, b: readonly string[] | undefined): readonly string[] | undefined {
  if (!a || !b) return a ?? b;
  return a.filter((each) => b.includes(each));
}

/** Of alternatives that only name platforms, or only machines, one each. */
function uniteConditions(alternatives: readonly Alternative[]): readonly Alternative[] {
  const platforms = alternatives.filter((each) => isOnly(each, 'platforms')).flatMap((each) => each.platforms ?? []);
  const machines = alternatives.filter((each) => isOnly(each, 'machines')).flatMap((each) => each.machines ?? []);
  if (platforms.length + machines.length < 2) return alternatives;
  const others = alternatives.filter((each) => !isOnly(each, 'platforms') && !isOnly(each, 'machines'));
  return [
    ...(platforms.length > 0 ? [{ platforms: [...new Set(platforms)], tests: [] }] : []),
    ...(machines.length > 0 ? [{ machines: [...new Set(machines)], tests: [] }] : []),
    ...others,
  ];
}

function isOnly({ platforms, machines, module, tests }: Alternative, condition: 'platforms' | 'machines'): boolean {
  if (tests.length > 0 || module !== undefined) return false;
  return condition === 'platforms' ? platforms !== undefined && machines === undefined : machines !== undefined && platforms === undefined;
}
