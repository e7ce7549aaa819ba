export { severityOfCvss, toCvssEnrichment } from './cvss-enrichment.ts';
