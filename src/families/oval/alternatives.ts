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

/** Real definitions have some ten thousand alternatives, of two or three tests each. */
const mostAlternatives = 200_000;
const mostTests = 64;
/** Comparisons of one alternative with another, of one definition: what it costs at the most. */
const mostWork = 5_000_000;

const always: Alternative = { tests: [] };

/**
 * Criteria as a list of alternatives (disjunctive normal form). `platform A or platform B` is one alternative with two platforms, so that
 * the products that SUSE lists do not multiply. Undefined where it cannot be written so: too many, or an operator or a negation without meaning here.
 */
export function alternativesOf(criteria: OvalCriteria, reader: CriteriaReader): readonly Alternative[] | undefined {
  return new Expansion(reader).expand(criteria, false);
}

class Expansion {
  readonly #reader: CriteriaReader;
  #work = mostWork;

  constructor(reader: CriteriaReader) {
    this.#reader = reader;
  }

  expand(criteria: OvalCriteria, isInverted: boolean): readonly Alternative[] | undefined {
    const isNegated = criteria.isNegated !== isInverted;
    if (criteria.kind === 'criterion') return criterion(criteria.test, criteria.comment, isNegated, this.#reader);
    if (criteria.operator === 'other') return undefined;
    // De Morgan: not (a and b) is (not a) or (not b)
    const isAnd = (criteria.operator === 'AND') !== isNegated;
    return isAnd ? this.#all(criteria.parts, isNegated) : this.#any(criteria.parts, isNegated);
  }

  #all(parts: readonly OvalCriteria[], isInverted: boolean): readonly Alternative[] | undefined {
    let found: readonly Alternative[] = [always];
    for (const part of parts) {
      const of = this.expand(part, isInverted);
      const joined = of && this.#both(found, of);
      if (!joined) return undefined;
      found = joined;
    }
    return found;
  }

  #any(parts: readonly OvalCriteria[], isInverted: boolean): readonly Alternative[] | undefined {
    const found: Alternative[] = [];
    for (const part of parts) {
      const of = this.expand(part, isInverted);
      if (!of || found.length + of.length > mostAlternatives || !this.#charge(of.length)) return undefined;
      for (const alternative of of) found.push(alternative);
    }
    return uniteConditions(found);
  }

  /** Every pair of them that can hold at once; undefined beyond a limit, before it is made. */
  #both(left: readonly Alternative[], right: readonly Alternative[]): readonly Alternative[] | undefined {
    if (left.length === 1 && isFree(left[0] ?? always)) return right;
    if (right.length === 1 && isFree(right[0] ?? always)) return left;
    if (left.length * right.length > mostAlternatives) return undefined;
    const joined: Alternative[] = [];
    for (const a of left) {
      for (const b of right) {
        if (a.tests.length + b.tests.length > mostTests || !this.#charge(1 + conditions(a) * conditions(b))) return undefined;
        const alternative = join(a, b);
        if (alternative) joined.push(alternative);
      }
    }
    return joined;
  }

  /** False where a definition costs too much. */
  #charge(work: number): boolean {
    this.#work -= work;
    return this.#work >= 0;
  }
}

function conditions({ platforms, machines }: Alternative): number {
  return (platforms?.length ?? 0) + (machines?.length ?? 0);
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
    case 'never':
      return [];
    default:
      return [always];
  }
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
