import { defineEnricher } from '../../contracts/index.ts';
import { enrichmentTypes, type EpssEnrichment } from '../../core/index.ts';
import { enrichByCve, type CveFact } from '../enrich-by-cve.ts';
import { epssNamespace } from './parse-epss.ts';
import { epssUpdaterSet } from './updater.ts';

/** How likely exploitation is, by FIRST's Exploit Prediction Scoring System (https://www.first.org/epss/). */
export const epssEnricher = defineEnricher({
  id: 'epss',
  type: enrichmentTypes.epss,
  namespace: epssNamespace.key,
  updaterSet: epssUpdaterSet,
  enrich: (vulnerabilities, options) => enrichByCve(vulnerabilities, options, toItems),
});

function toItems({ cve, fact, issued, version }: CveFact): readonly EpssEnrichment[] {
  const [epss, percentile] = fact.split(' ').map(Number);
  if (epss === undefined || Number.isNaN(epss)) return [];
  return [{ cve, epss, ...(percentile !== undefined && { percentile }), modelVersion: version, date: issued }];
}
