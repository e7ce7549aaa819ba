export { cvssEnricher } from './enricher.ts';
