import type { Order } from '../../contracts/index.ts';
import { compareSemver } from '../semver/index.ts';
import { toOrder } from '../to-order.ts';
import type { PubVersion } from './parse.ts';

/** As semantic versions; of equal ones that without a build is below, and builds are compared like pre-releases. */
export function comparePub(a: PubVersion, b: PubVersion): Order {
  return compareSemver(a, b) || compareBuilds(a.build, b.build);
}

function compareBuilds(a: readonly string[], b: readonly string[]): Order {
  if (a.length === 0 || b.length === 0) return toOrder(a.length - b.length);
  return compareSemver({ numbers: ['0'], prerelease: a }, { numbers: ['0'], prerelease: b });
}
