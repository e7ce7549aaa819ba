export { decodeDiagnostic, decodeIndexReport } from './decode-index-report.ts';
export { encodeIndexReport } from './encode-index-report.ts';
export { encodeCoverage, encodeVerdict, encodeVulnerability, encodeVulnerabilityReport } from './encode-vulnerability-report.ts';
export { encodeDiagnostics } from './encode-inventory.ts';
export { JsonCursor } from './json-cursor.ts';
export { jsonPieces, type JsonMember } from './json-pieces.ts';
export { sortedBy } from './sorted.ts';
export type * from './wire-types.ts';
