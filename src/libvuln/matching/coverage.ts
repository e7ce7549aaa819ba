import type { Matcher } from '../../contracts/index.ts';
import type { Coverage, IndexReport, UnknownReason, Verdict } from '../../core/index.ts';
import type { PackageRecords } from '../../judging/index.ts';
import type { FeedStates } from './feed-states.ts';
import { Gaps } from './gaps.ts';
import type { Matched } from './match-packages.ts';
import { missingInventory } from './missing-inventory.ts';
import { gapSubject } from './unanswered.ts';

/** Told in a gap for what is unknown of single advisories. */
const details: Readonly<Record<UnknownReason, string>> = {
  'version-unparsable': 'installed versions that cannot be compared',
  'advisory-version-unparsable': 'advisories whose versions cannot be compared',
  'vendor-undetermined': 'advisories that the vendor has not decided on',
  'feed-not-loaded': 'feeds that are not loaded',
  'feed-failed': 'feeds that failed',
  'distribution-unsupported': 'a distribution without advisories',
  'distribution-unidentified': 'a distribution that is not known',
};

export interface CoverageInput {
  readonly packages: readonly PackageRecords[];
  readonly matched: Matched;
  readonly verdicts: readonly Verdict[];
  readonly feeds: FeedStates;
  readonly report: IndexReport;
  readonly matchers: readonly Matcher[];
}

/** What of the image was really checked, and what was not. */
export function toCoverage({ packages, matched, verdicts, feeds, report, matchers }: CoverageInput): Coverage {
  const gaps = new Gaps();
  for (const { package: found, by } of matched.findings) {
    if (by.judgement.kind !== 'unknown') continue;
    gaps.add(by.judgement.reason, gapSubject(by.record), found.id, details[by.judgement.reason]);
  }
  for (const { package: found, owners } of packages) {
    const reasons = [found.id, ...owners].flatMap((id) => matched.unanswered.get(id) ?? []);
    for (const { reason, about, detail } of reasons) gaps.add(reason, about, found.id, detail);
  }
  const updaters = new Set<string>();
  for (const [namespace, records] of matched.needed) {
    for (const updater of feeds.serving(namespace)) {
      updaters.add(updater);
      if (feeds.state(updater) !== 'stale') continue;
      const detail = `${updater} was last confirmed at ${feeds.coverage(updater).fetchedAt}`;
      for (const record of records) gaps.add('feed-stale', gapSubject(record), record.package.id, detail);
    }
  }
  const inventory = missingInventory(report, matchers);
  if (inventory) gaps.addImage(inventory.reason, inventory.about, inventory.detail);
  const closed = gaps.closed(report.diagnostics);
  const unknown = new Set(verdicts.filter(({ status }) => status === 'unknown').map(({ packageId }) => packageId)).size;
  return {
    complete: closed.length === 0,
    feeds: [...updaters].sort().map((updater) => feeds.coverage(updater)),
    packages: { total: packages.length, matched: packages.length - unknown, unknown },
    gaps: closed,
  };
}
