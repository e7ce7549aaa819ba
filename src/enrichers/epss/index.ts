export { epssEnricher } from './enricher.ts';
