export { createNvdEnricher, nvdEnricher } from './enricher.ts';
