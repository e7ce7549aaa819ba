import type { AffectedRow } from '../contracts/index.ts';
import type { IndexRecord, RawRange } from '../core/index.ts';
import { isInRange, rpmScheme } from '../versions/index.ts';

/** Whether a range holds the version of a package itself; for `Matcher.vulnerable`. */
export function isPackageInRange({ package: { version } }: IndexRecord, range: RawRange): boolean | 'unknown' {
  return holds(version, range);
}

/**
 * Whether a range holds the version of a package's source. A database names the source package by its file, without its epoch; a binary's may
 * be another (`perl-Errno` of `perl`), and some feeds write 0 whatever it is. Within a release the epoch of a source package does not change,
 * so both sides are compared without.
 */
export function isSourceInRange({ package: { source } }: IndexRecord, range: RawRange): boolean | 'unknown' {
  return holds(withoutEpoch(source?.version ?? ''), mapEnds(range, withoutEpoch));
}

function holds(version: string, range: RawRange): boolean | 'unknown' {
  if (Object.values(range).every((end) => end === undefined)) return true;
  const installed = rpmScheme.parse(version);
  return installed.ok ? isInRange(rpmScheme, installed.value, range) : 'unknown';
}

function mapEnds({ introduced, fixed, lastAffected }: RawRange, map: (version: string) => string): RawRange {
  return {
    ...(introduced !== undefined && { introduced: map(introduced) }),
    ...(fixed !== undefined && { fixed: map(fixed) }),
    ...(lastAffected !== undefined && { lastAffected: map(lastAffected) }),
  };
}

/** How versions of sources are compared; for `Matcher.asCompared`. */
export function withoutEpochOfSource(version: string, { package: { kind } }: AffectedRow): string {
  return kind === 'source' ? withoutEpoch(version) : version;
}

function withoutEpoch(version: string): string {
  return version.slice(version.indexOf(':') + 1);
}
