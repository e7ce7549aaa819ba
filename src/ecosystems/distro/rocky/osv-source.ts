import {
  severityOfWord,
  streamsIn,
  wordOrVector,
  type OsvSkipReason,
  type OsvSource,
  type OsvSubject,
} from '../../../families/osv/index.ts';
import type { OsvAffected, OsvRecord } from '../../../formats/osv/index.ts';
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
  subjectsOf,
  severityOf(record) {
    const word = wordOf(record);
    return word === '' ? wordOrVector(record, '') : { severity: word, normalizedSeverity: severityOfWord(word) };
  },
};

/** `RXSA` are of the special interest groups: their kernels (`….cloud`) are not the distribution's, and fixed elsewhere. */
function leavesRecord({ id }: OsvRecord): OsvSkipReason | undefined {
  return id.startsWith('RXSA-') ? 'other-repository' : undefined;
}

/** `Important: bcel security update` begins with the vendor's word. */
function wordOf({ summary }: OsvRecord): string {
  return /^(Critical|Important|Moderate|Low): /.exec(summary)?.[1] ?? '';
}

/**
 * A modular package is built for one stream of a module, which only the summary names (`container-tools:rhel8 security update`);
 * where it names two (`virt:rhel and virt-devel:rhel`), either may be meant.
 */
function subjectsOf({ package: of, ranges }: OsvAffected, { summary }: OsvRecord): readonly OsvSubject[] {
  const name = of?.name ?? '';
  const isModular = ranges.some(({ events }) => events.some(({ version }) => version.includes('.module+el')));
  return (isModular ? streamsIn(summary) : ['']).map((module) => ({
    package: { name, kind: 'source', module, arch: '', archOperation: '' },
  }));
}
