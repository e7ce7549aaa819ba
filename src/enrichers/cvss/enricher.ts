import { defineEnricher } from '../../contracts/index.ts';
import { enrichmentTypes } from '../../core/index.ts';
import { severityOfCvss, toCvssEnrichment } from '../cvss-enrichment.ts';

/** The vectors that the advisories themselves carry in place of a word, with their scores. It has no feed, and is always on. */
export const cvssEnricher = defineEnricher({
  id: 'cvss',
  type: enrichmentTypes.cvss,
  enrich(vulnerabilities) {
    const found = vulnerabilities.flatMap(({ id, severity, updater }) => {
      const scored = toCvssEnrichment(severity, updater);
      return scored ? [[id, [scored]] as const] : [];
    });
    return Promise.resolve(new Map(found));
  },
  severityOf: severityOfCvss,
});
