import {
  createOsvUpdaterSet,
  packageOf,
  severityOfWord,
  streamsIn,
  type OsvSkipReason,
  type OsvSource,
  type OsvSubject,
} from '../../../families/osv/index.ts';
import type { OsvAffected, OsvRecord } from '../../../formats/osv/index.ts';
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
  leaves: leavesRecord,
  subjectsOf,
  severityOf(record) {
    const word = wordOf(record);
    return { severity: word, normalizedSeverity: severityOfWord(word) };
  },
};

/** The set `osv`, in place of AlmaLinux's errata when asked for (`--feed-source alma=osv`). */
export const almaOsvUpdaterSet = createOsvUpdaterSet('osv', [almaOsvSource]);

/** Fixes of bugs (ALBA) and enhancements (ALEA) count where they are about a vulnerability, as in the errata. */
function leavesRecord({ id, related, upstream, aliases }: OsvRecord): OsvSkipReason | undefined {
  const isAboutOne = id.startsWith('ALSA-') || [related, upstream, aliases].some((ids) => ids.some((each) => each.startsWith('CVE-')));
  return isAboutOne ? undefined : 'not-security';
}

/** `Important: bcel security update` begins with the vendor's word. */
function wordOf({ summary }: OsvRecord): string {
  return /^(Critical|Important|Moderate|Low): /.exec(summary)?.[1] ?? '';
}

/** A modular package is of a stream that only the summary names; where it names two, either may be meant. */
function subjectsOf({ package: of, ranges }: OsvAffected, { summary }: OsvRecord): readonly OsvSubject[] {
  const isModular = ranges.some(({ events }) => events.some(({ version }) => version.includes('.module_el')));
  return (isModular ? streamsIn(summary) : ['']).map((module) => ({ package: { ...packageOf(of?.name ?? ''), module } }));
}
