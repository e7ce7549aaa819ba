import type { Namespace } from '../../../contracts/index.ts';
import { createOsvUpdaterSet, packageOf, wordOrVector, type OsvSource } from '../../../families/osv/index.ts';
import { member, text } from '../../../formats/json-stream/index.ts';
import { severityOfUrgency } from './release-state.ts';
import { isDebianNamespace, namespaceOf, releaseOfNumber } from './release.ts';

const namespaces = new Map<string, Namespace>();

/** The tracker as OSV has it: a record a CVE, speaking of source packages. What was never affected is in none of them. */
export const debianOsvSource: OsvSource = {
  bucket: 'Debian',
  updater: 'debian-osv-updater',
  version: 2,
  serves: isDebianNamespace,
  namespaceOf(ecosystem) {
    const number = /^Debian:([1-9]\d?)$/.exec(ecosystem)?.[1];
    if (number === undefined) return undefined;
    const namespace = namespaces.get(number) ?? namespaceOf(releaseOfNumber(number));
    namespaces.set(number, namespace);
    return namespace;
  },
  // DSA, DLA and DTSA collect the fixes of several CVEs, also for releases that one of them never concerned.
  leaves: ({ id }) => (/^(?:DEBIAN-)?CVE-|^(?:DEBIAN-)?TEMP-/.test(id) ? undefined : 'collection'),
  subjectsOf: ({ package: of }) => [{ package: { ...packageOf(of?.name ?? ''), kind: 'source' } }],
  severityOf(record, affected) {
    const urgency = text(member(affected?.ecosystemSpecific, 'urgency'));
    return urgency === undefined ? wordOrVector(record, '') : { severity: urgency, normalizedSeverity: severityOfUrgency(urgency) };
  },
};

/** In place of the tracker: `--feed-source debian=osv`. */
export const debianOsvUpdaterSet = createOsvUpdaterSet('osv', [debianOsvSource]);
