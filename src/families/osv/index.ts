export { advisoriesOfRecord, osvRecordUrl, packageOf, type OsvReading } from './advisories-of-record.ts';
export {
  namesOfAdvisory,
  severityOfWord,
  wordOrVector,
  type OsvNames,
  type OsvSeverityWord,
  type OsvSkipReason,
  type OsvSource,
  type OsvSubject,
} from './osv-source.ts';
export { createOsvUpdater, createOsvUpdaterSet } from './osv-updater.ts';
export { parseOsvZip } from './parse-osv-zip.ts';
export { createSuseOsvUpdaterSet, suseOsvSources, type SuseOsvOptions } from './suse-osv.ts';
