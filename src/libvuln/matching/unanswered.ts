import type { Namespace } from '../../contracts/index.ts';
import { isDistributionRepository, unreachable, type Gap, type IndexRecord, type UnknownReason } from '../../core/index.ts';
import type { FeedStates } from './feed-states.ts';

/** Why nothing, or not all, could be asked about a record as a whole. */
export interface Unanswered {
  readonly reason: UnknownReason;
  readonly about: GapSubject;
  readonly namespace?: string;
  /** The updaters whose data is missing. */
  readonly updaters: readonly string[];
  /** For the reader of a gap. */
  readonly detail: string;
}

export type GapSubject = Pick<Gap, 'subject' | 'subjectKind'>;

/** The ecosystem or the distribution that a record is of; a repository of the distribution's own packages is no ecosystem. */
export function gapSubject({ repository, distribution }: IndexRecord): GapSubject {
  if (repository && !isDistributionRepository(repository))
    return { subjectKind: 'ecosystem', subject: repository.name || repository.key || repository.uri };
  if (!distribution) return { subjectKind: 'image', subject: '' };
  const { did, name, versionId, version, versionCodeName } = distribution;
  return {
    subjectKind: 'distribution',
    subject: [did || name, versionId || version || versionCodeName].filter((part) => part !== '').join(' '),
  };
}

/** A record that no matcher takes. */
export function unansweredByAll(record: IndexRecord): Unanswered {
  const about = gapSubject(record);
  switch (about.subjectKind) {
    case 'ecosystem':
      return { reason: 'feed-not-loaded', about, updaters: [], detail: `no advisories for ${about.subject} are loaded` };
    case 'distribution':
      return unsupported(about);
    case 'image':
      return { reason: 'distribution-unidentified', about, updaters: [], detail: 'the distribution is not known' };
    default:
      return unreachable(about.subjectKind);
  }
}

/**
 * What is missing of the answers that a matcher should get for a record.
 * @param needed the namespaces that should answer
 * @param selected the namespaces that were asked
 */
export function unansweredOf(
  needed: readonly string[],
  record: IndexRecord,
  selected: readonly Namespace[],
  feeds: FeedStates,
): readonly Unanswered[] {
  // A matcher that names no namespace and finds none has nothing to go by.
  if (needed.length === 0) return selected.length === 0 ? [withoutNamespace(gapSubject(record))] : [];
  const unanswered: Unanswered[] = [];
  for (const namespace of needed) {
    const expected = feeds.expected(namespace);
    const absent = expected.filter((updater) => !feeds.isLoaded(updater));
    if (absent.length > 0) unanswered.push(notLoaded(gapSubject(record), namespace, absent, feeds));
    else if (!selected.some(({ key }) => key === namespace))
      unanswered.push({ ...withoutNamespace(gapSubject(record), expected.length > 0), namespace });
  }
  return unanswered;
}

function notLoaded(about: GapSubject, namespace: string, absent: readonly string[], feeds: FeedStates): Unanswered {
  const failed = absent.filter((updater) => feeds.state(updater) === 'failed');
  const missing = absent.filter((updater) => !failed.includes(updater));
  const details = [
    ...(failed.length > 0 ? [`failed: ${failed.join(', ')}`] : []),
    ...(missing.length > 0 ? [`not loaded: ${missing.join(', ')}`] : []),
  ];
  return { reason: failed.length > 0 ? 'feed-failed' : 'feed-not-loaded', about, namespace, updaters: absent, detail: details.join('; ') };
}

/** Its feeds are loaded and say nothing of the release, or there is no feed at all. */
function withoutNamespace(about: GapSubject, isFeedLoaded = true): Unanswered {
  if (about.subjectKind === 'distribution' && isFeedLoaded) return unsupported(about);
  return { reason: 'feed-not-loaded', about, updaters: [], detail: `no advisories for ${about.subject} are loaded` };
}

function unsupported(about: GapSubject): Unanswered {
  return { reason: 'distribution-unsupported', about, updaters: [], detail: `there are no advisories for ${about.subject}` };
}
