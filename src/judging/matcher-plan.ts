import type { Constraint, Matcher } from '../contracts/index.ts';

/** A matcher with what it asks, read once: it would be asked again for every row. */
export interface MatcherPlan {
  readonly matcher: Matcher;
  readonly constraints: readonly Constraint[];
  /** Whether source packages, and whether binary packages are looked up; one that names neither looks up both. */
  readonly asksSource: boolean;
  readonly asksBinary: boolean;
  readonly asksArch: boolean;
  readonly asksModule: boolean;
  readonly asksFix: boolean;
}

export function planMatcher(matcher: Matcher): MatcherPlan {
  const constraints = matcher.query();
  const [source, binary] = [constraints.includes('package-source-name'), constraints.includes('package-name')];
  return {
    matcher,
    constraints,
    asksSource: source || !binary,
    asksBinary: binary || !source,
    asksArch: constraints.includes('package-arch'),
    asksModule: constraints.includes('package-module'),
    asksFix: constraints.includes('has-fixed-in-version'),
  };
}
