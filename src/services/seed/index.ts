export { decodeSeedIndexReport } from './decode-index-report.ts';
export { decodeSeedManifest } from './decode-manifest.ts';
export { encodeSeedIndexReport } from './encode-index-report.ts';
export { encodeSeedVulnerabilityReport } from './encode-vulnerability-report.ts';
export { assignIntegers, integerOf } from './integer-ids.ts';
