import type { AffectedRow, Matcher, VersionScheme } from '../contracts/index.ts';
import type { IndexRecord, RawRange, UnknownReason } from '../core/index.ts';
import type { Logger } from '../runtime/index.ts';
import { isInRange } from '../versions/index.ts';
import type { InstalledVersion } from './installed-versions.ts';

/** What a row says of a package. */
export type Judgement =
  | { readonly kind: 'affected' | 'not_affected'; readonly isCompared: boolean }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason }
  /** Nothing: the installed version lies outside its range. */
  | { readonly kind: 'silent' };

type Place = 'inside' | 'outside' | UnknownReason;

/** Whether the range has no end: it holds every version, also one that cannot be read. */
export function isOpenRange({ introduced, fixed, lastAffected }: RawRange): boolean {
  return introduced === undefined && fixed === undefined && lastAffected === undefined;
}

/**
 * Judges a row that the range look-up found: with a key on both sides it has decided; else the versions are compared here.
 * @param scheme the one of installed version and row alike; undefined where they differ and nothing can be compared
 */
export function judgeByRange(row: AffectedRow, installed: InstalledVersion, scheme: VersionScheme | undefined): Judgement {
  return judge(row, isOpenRange(row.range) ? 'inside' : placeOf(row, installed, scheme));
}

/**
 * Judges a row by the matcher's own `vulnerable`: it says whether the row's versions hold the installed one, its status what that means.
 * One version that an embedder's matcher stumbles over must not take the rest with it: it is logged, and unknown.
 */
export function judgeByMatcher(row: AffectedRow, record: IndexRecord, matcher: Matcher, logger: Logger): Judgement {
  const answer = ask(row, record, matcher, logger);
  if (answer === 'unknown') return judge(row, 'version-unparsable');
  return judge(row, answer ? 'inside' : 'outside');
}

function ask(row: AffectedRow, record: IndexRecord, matcher: Matcher, logger: Logger): boolean | 'unknown' {
  try {
    return matcher.vulnerable?.(record, row) ?? 'unknown';
  } catch (error) {
    logger.log('error', 'a matcher failed', { matcher: matcher.id, package: record.package.name, name: row.name, error });
    return 'unknown';
  }
}

function placeOf(row: AffectedRow, installed: InstalledVersion, scheme: VersionScheme | undefined): Place {
  if (!installed.ok) return 'version-unparsable';
  if (!scheme) return 'advisory-version-unparsable';
  if (row.exact && installed.key) return 'inside';
  const isInside = isInRange(scheme, installed.value, row.range);
  if (isInside === 'unknown') return 'advisory-version-unparsable';
  return isInside ? 'inside' : 'outside';
}

function judge(row: AffectedRow, place: Place): Judgement {
  if (place === 'outside') return { kind: 'silent' };
  if (place !== 'inside') return { kind: 'unknown', reason: place };
  if (row.status === 'undetermined') return { kind: 'unknown', reason: 'vendor-undetermined' };
  return { kind: row.status, isCompared: !isOpenRange(row.range) };
}
