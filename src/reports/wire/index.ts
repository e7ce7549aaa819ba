export { decodeIndexReport } from './decode-index-report.ts';
export { encodeIndexReport } from './encode-index-report.ts';
export { encodeVulnerabilityReport } from './encode-vulnerability-report.ts';
export type * from './wire-types.ts';
