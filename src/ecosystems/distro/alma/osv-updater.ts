import {
  createOsvUpdaterSet,
  leavesOtherErrata,
  modularSubjects,
  severityOfWord,
  wordInSummary,
  type OsvSource,
} from '../../../families/osv/index.ts';
import { namespaceOf, releaseOfNamespace } from './release.ts';

const ecosystemPrefix = 'AlmaLinux:';

/** AlmaLinux's own records in OSV: of binary packages, with their epoch, of any architecture. */
export const almaOsvSource: OsvSource = {
  bucket: 'AlmaLinux',
  updater: 'alma-osv-updater',
  version: 1,
  serves: (namespace) => releaseOfNamespace(namespace) !== undefined,
  namespaceOf(ecosystem) {
    if (!ecosystem.startsWith(ecosystemPrefix)) return undefined;
    const release = releaseOfNamespace(`alma:${ecosystem.slice(ecosystemPrefix.length)}`);
    return release === undefined ? undefined : namespaceOf(release);
  },
  leaves: (record) => leavesOtherErrata(record, 'ALSA-'),
  subjectsOf: (affected, record) => modularSubjects(affected, record, { kind: 'binary', mark: '.module_el' }),
  severityOf(record) {
    const word = wordInSummary(record);
    return { severity: word, normalizedSeverity: severityOfWord(word) };
  },
};

/** The set `osv`, in place of AlmaLinux's errata when asked for (`--feed-source alma=osv`). */
export const almaOsvUpdaterSet = createOsvUpdaterSet('osv', [almaOsvSource]);
