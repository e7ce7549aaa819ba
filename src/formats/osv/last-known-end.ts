import type { RawRange } from '../../core/index.ts';
import { member, text } from '../json-stream/index.ts';

/**
 * Where the affected versions end by `database_specific.last_known_affected_version_range` (`< 5.10.0`, `<= 1.2.3`): the end of GitHub's own
 * range. GitHub's records say it by an event only where they know of a fixed version; without one their events are open and take in all that
 * came after, which the advisory itself clears (https://github.com/github/advisory-database/issues/470). It is not told of as a fix.
 */
export function lastKnownEnd(databaseSpecific: unknown): RawRange | undefined {
  const said = text(member(databaseSpecific, 'last_known_affected_version_range'));
  const [, operator, version] = /^(<=?) {0,9}([^\s<>=,]{1,200})$/.exec(said ?? '') ?? [];
  if (version === undefined) return undefined;
  return operator === '<' ? { fixed: version } : { lastAffected: version };
}
