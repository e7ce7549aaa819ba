import { defineMatcher, type AffectedRow } from '../../../contracts/index.ts';
import type { IndexRecord } from '../../../core/index.ts';
import { createRpmMatcher } from '../../../families/index.ts';
import { isInRange, rpmScheme } from '../../../versions/index.ts';
import { endOfLife, namespaceKey } from './release.ts';

const ofBinaries = createRpmMatcher({
  id: 'rocky-matcher',
  isOurs: ({ did }) => did === 'rocky',
  namespacesOf: ({ distribution: { versionId } }) => (versionId === '' ? [] : [namespaceKey(versionId)]),
  namesModules: true,
  endOfLife,
});

/**
 * Rows of OSV speak of source packages, those of the errata of binary ones. A database names the source package without its epoch, and a
 * binary's may be another (`perl-Errno` of `perl`): within a release the epoch of a source package does not change, so sources are compared without.
 */
export const rockyMatcher = defineMatcher({
  ...ofBinaries,
  query: () => ['package-source-name', ...ofBinaries.query()],
  versionFilter: false,
  vulnerable: ({ package: found }: IndexRecord, { package: of, range }: AffectedRow) =>
    of.kind === 'source' ? holds(withoutEpoch(found.source?.version ?? ''), mapEnds(range, withoutEpoch)) : holds(found.version, range),
});

function holds(version: string, range: AffectedRow['range']): boolean | 'unknown' {
  if (Object.values(range).every((end) => end === undefined)) return true;
  const installed = rpmScheme.parse(version);
  return installed.ok ? isInRange(rpmScheme, installed.value, range) : 'unknown';
}

function mapEnds({ introduced, fixed, lastAffected }: AffectedRow['range'], map: (version: string) => string): AffectedRow['range'] {
  return {
    ...(introduced !== undefined && { introduced: map(introduced) }),
    ...(fixed !== undefined && { fixed: map(fixed) }),
    ...(lastAffected !== undefined && { lastAffected: map(lastAffected) }),
  };
}

function withoutEpoch(version: string): string {
  return version.slice(version.indexOf(':') + 1);
}
