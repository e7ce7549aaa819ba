import type { Matcher } from '../../contracts/index.ts';
import type { Distribution, Environment, GapReason, IndexRecord, IndexReport, LayerDigest, PackageId } from '../../core/index.ts';
import { gapSubject, type GapSubject } from './unanswered.ts';

export interface MissingInventory {
  readonly reason: GapReason;
  readonly about: GapSubject;
  readonly detail: string;
}

/** Stands for whatever package the distribution would have. */
const anyPackage: IndexRecord['package'] = Object.freeze({
  id: '' as PackageId,
  name: 'any',
  version: '0',
  kind: 'binary',
  arch: '',
  module: '',
  source: { name: 'any', version: '0', module: '' },
  cpe: '',
  detector: '',
});

const anywhere: Environment = Object.freeze({ packageDb: '', introducedIn: '' as LayerDigest, repositoryIds: [] });

/**
 * An image without a single package of its distribution is not clean: its database is of a kind that is not read, or it is
 * not there. So is one in which nothing at all was recognised. Undefined where packages were found.
 */
export function missingInventory(report: IndexReport, matchers: readonly Matcher[]): MissingInventory | undefined {
  const distribution = distributionOf(report);
  if (!distribution) {
    if (report.packages.size > 0) return undefined;
    return {
      reason: 'distribution-unidentified',
      about: { subject: '', subjectKind: 'image' },
      detail: 'nothing that is installed was recognised',
    };
  }
  const environments = [...report.environments.values()].flat();
  if (environments.some(({ distributionId }) => distributionId !== undefined)) return undefined;
  const record: IndexRecord = { package: anyPackage, environment: anywhere, distribution };
  const about = gapSubject(record);
  if (matchers.some((matcher) => matcher.filter(record))) {
    return { reason: 'package-database-removed', about, detail: `no package database of ${about.subject} was found` };
  }
  return {
    reason: 'distribution-unsupported',
    about,
    detail: `the packages of ${about.subject} are not read, and there are no advisories for it`,
  };
}

function distributionOf({ distributionId, distributions }: IndexReport): Distribution | undefined {
  const [any] = distributions.values();
  return distributionId === undefined ? any : distributions.get(distributionId);
}
