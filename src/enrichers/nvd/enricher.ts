import { defineEnricher, type Enricher } from '../../contracts/index.ts';
import { enrichmentTypes } from '../../core/index.ts';
import { severityOfCvss } from '../cvss-enrichment.ts';
import { enrichByCve } from '../enrich-by-cve.ts';
import { nvdNamespace, readNvdFact } from './parse-nvd.ts';
import { createNvdUpdaterSet } from './updater.ts';

/** CVSS vectors of the National Vulnerability Database (https://nvd.nist.gov/vuln/data-feeds). */
export function createNvdEnricher(options: { readonly now?: () => Date } = {}): Enricher {
  return defineEnricher({
    id: 'nvd',
    type: enrichmentTypes.cvss,
    namespace: nvdNamespace.key,
    updaterSet: createNvdUpdaterSet(options),
    enrich: (vulnerabilities, options) => enrichByCve(vulnerabilities, options, readNvdFact),
    severityOf: severityOfCvss,
  });
}

export const nvdEnricher = createNvdEnricher();
