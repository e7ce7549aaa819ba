import { defineEnricher } from '../../contracts/index.ts';
import { enrichmentTypes } from '../../core/index.ts';
import { enrichByCve } from '../enrich-by-cve.ts';
import { kevNamespace, readKevFact } from './parse-kev.ts';
import { kevUpdaterSet } from './updater.ts';

/** What is known to be exploited, by CISA's catalogue (https://www.cisa.gov/known-exploited-vulnerabilities-catalog). */
export const kevEnricher = defineEnricher({
  id: 'kev',
  type: enrichmentTypes.kev,
  namespace: kevNamespace.key,
  updaterSet: kevUpdaterSet,
  enrich: (vulnerabilities, options) => enrichByCve(vulnerabilities, options, readKevFact),
});
