import {
  modularSubjects,
  severityOfWord,
  wordInSummary,
  wordOrVector,
  type OsvSkipReason,
  type OsvSource,
} from '../../../families/osv/index.ts';
import type { OsvRecord } from '../../../formats/osv/index.ts';
import { isRockyNamespace, namespaceOf, releaseOfProduct } from './release.ts';

/** Rocky's advisories as OSV has them: they speak of source packages, with their epoch, of any architecture. */
export const rockyOsvSource: OsvSource = {
  bucket: 'Rocky Linux',
  updater: 'rocky-osv-updater',
  version: 2,
  serves: isRockyNamespace,
  namespaceOf(ecosystem) {
    const release = releaseOfProduct(ecosystem);
    return release === undefined ? undefined : namespaceOf(release);
  },
  leaves: leavesRecord,
  subjectsOf: (affected, record) => modularSubjects(affected, record, { kind: 'source', mark: '.module+el' }),
  severityOf(record) {
    const word = wordInSummary(record);
    return word === '' ? wordOrVector(record, '') : { severity: word, normalizedSeverity: severityOfWord(word) };
  },
};

/** `RXSA` are of the special interest groups: their kernels (`….cloud`) are not the distribution's, and fixed elsewhere. */
function leavesRecord({ id }: OsvRecord): OsvSkipReason | undefined {
  return id.startsWith('RXSA-') ? 'other-repository' : undefined;
}
