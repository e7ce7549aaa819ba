/**
 * `claircore/libvuln`: which known vulnerabilities affect what is installed in an image, why, and how sure that is.
 *
 * @example
 * import { Libvuln } from 'claircore/libvuln';
 *
 * await using libvuln = await Libvuln.open({ store, updaterSets, matchers, versionSchemes, feeds, initialUpdate: 'wait' });
 * const report = await libvuln.scan(indexReport);
 * for (const verdict of report.verdicts) {
 *   if (verdict.status === 'affected') console.log(verdict.name, verdict.evidence.subject, verdict.evidence.comparison);
 * }
 */
export { Libvuln } from './libvuln.ts';
export type { FeedStatus } from './feed-status.ts';
export type { LibvulnOptions, ScanReportOptions, UpdateOptions, UpdateProgress, UpdateResult } from './options.ts';
