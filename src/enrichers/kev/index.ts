export { kevEnricher } from './enricher.ts';
