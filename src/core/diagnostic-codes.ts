import type { GapReason } from './coverage.ts';

/**
 * The one table of diagnostics: what was met on the way that did not stop the work.
 * `gap` names what it takes away from the coverage of a report. Mirrored in docs/reference/diagnostics.md.
 */
export const diagnosticCodes = {
  ENTRY_NAME_TOO_LONG: { level: 'warning', message: 'an entry with a path beyond the limit was skipped' },
  ENTRY_NAME_INVALID: { level: 'info', message: 'the bytes of a path are not UTF-8; they were replaced' },
  ENTRY_OUTSIDE_ROOT: { level: 'warning', message: 'a path that leads out of the root was kept inside it' },
  TAR_TRAILER_MISSING: { level: 'info', message: 'the archive has no end mark' },
  TAR_SPARSE_INVALID: { level: 'warning', message: 'the map of a sparse file cannot be read; the file was skipped' },
  LINK_CYCLE: { level: 'warning', message: 'links form a circle; the path was given up' },
  LINK_TARGET_MISSING: { level: 'info', message: 'a wanted path is a link to nothing' },
  LINK_BUDGET: { level: 'warning', message: 'there are more ways through links than are followed', gap: 'file-unidentified' },
  LINK_UNREADABLE: {
    level: 'warning',
    message: 'a wanted path leads through a link to a file that cannot be read again',
    gap: 'file-unidentified',
  },
  FILE_TOO_LARGE: { level: 'warning', message: 'a wanted file is larger than the limit', gap: 'file-unidentified' },
  FILE_UNREADABLE: {
    level: 'warning',
    message: 'a file or directory cannot be read; what is in it is not known',
    gap: 'file-unidentified',
  },
  FILE_UNPARSABLE: { level: 'warning', message: 'a wanted file cannot be parsed', gap: 'file-unidentified' },
  FILE_UNIDENTIFIED: { level: 'info', message: 'a file shows a package without name or version', gap: 'file-unidentified' },
  ARCHIVE_LIMIT: {
    level: 'warning',
    message: 'an archive goes beyond a limit; what is in it beyond that was not read',
    gap: 'file-unidentified',
  },
  PACKAGE_NAME_ASSUMED: {
    level: 'info',
    message: 'an archive does not say by what name its registry knows it; advisories may use another than the one it was given',
    gap: 'file-unidentified',
  },
  PACKAGE_INCOMPLETE: { level: 'warning', message: 'an entry of a package database has no name or version', gap: 'file-unidentified' },
  PACKAGE_REPLACED: {
    level: 'info',
    message: 'another version was put over a package; its metadata was left behind and does not count',
  },
  PACKAGE_HALF_INSTALLED: { level: 'warning', message: 'a package is half installed: its installation was begun and not finished' },
  PACKAGE_STATUS_UNKNOWN: { level: 'warning', message: 'a package has a status that dpkg does not have; it counts as present' },
  PACKAGE_STATUS_MISSING: {
    level: 'warning',
    message: 'a package has no status; as for dpkg, it counts as not installed',
    gap: 'file-unidentified',
  },
  PACKAGE_DATABASE_REMOVED: {
    level: 'warning',
    message: 'a package database was removed by a higher layer; the packages it listed may still be there',
    gap: 'package-database-removed',
  },
  PACKAGE_DATABASE_FOREIGN: {
    level: 'warning',
    message: 'a file has the name of a package database and is none',
    gap: 'file-unidentified',
  },
  PACKAGE_DATABASE_DAMAGED: {
    level: 'warning',
    message: 'a package database is damaged; what it lists there is not known',
    gap: 'file-unidentified',
  },
  PACKAGE_DATABASE_UNUSED: {
    level: 'warning',
    message: 'a package database was not read: another in the same directory is the one that counts',
    gap: 'file-unidentified',
  },
  PACKAGE_FILES_CUT: {
    level: 'warning',
    message: 'not all files that a package owns are known; what is found in the others counts as not owned',
  },
  DISTRIBUTION_UNREADABLE: { level: 'warning', message: 'a release file cannot be parsed' },
  DISTRIBUTION_END_OF_LIFE: {
    level: 'warning',
    message: 'the release is out of support: its vendor tells of no new vulnerabilities and fixes for it',
  },
  FEED_SHRUNK: { level: 'warning', message: 'a feed lost more than a fifth of its rows since it was last loaded' },
  FEED_RECORD_UNUSED: { level: 'info', message: 'records of a feed say nothing that packages can be held against, and were left out' },
  FEED_PART_MISSING: { level: 'warning', message: 'a part that a feed names is not there' },
  FEED_RECORD_SKIPPED: { level: 'warning', message: 'records of a feed cannot be read and were skipped' },
} as const satisfies Record<string, { readonly level: DiagnosticLevel; readonly message: string; readonly gap?: GapReason }>;

export type DiagnosticLevel = 'info' | 'warning' | 'error';
export type DiagnosticCode = keyof typeof diagnosticCodes;
