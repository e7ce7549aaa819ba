export { packageOf } from './advisories-of-record.ts';
export { leavesOtherErrata, modularSubjects, wordInSummary } from './errata-record.ts';
export { createLanguageOsvUpdaterSet } from './language-osv.ts';
export { severityOfWord, wordOrVector } from './osv-severity.ts';
export { namesOfAdvisory, type OsvSkipReason, type OsvSource } from './osv-source.ts';
export { createOsvUpdaterSet } from './osv-updater.ts';
export { parseOsvZip } from './parse-osv-zip.ts';
export { createSuseOsvUpdaterSet, suseOsvSources } from './suse-osv.ts';
