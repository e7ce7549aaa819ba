import { compareText, unreachable, type EvidenceNote, type Package, type Verdict } from '../../core/index.ts';
import type { PackageRecords } from '../../judging/index.ts';
import { evidenceOf } from './evidence.ts';
import type { Finding } from './finding.ts';
import type { Matched } from './match-packages.ts';
import type { Unanswered } from './unanswered.ts';
import type { FindingIds } from './vulnerabilities.ts';

/** The verdicts, sorted by package id, name, reason; `packages` is sorted by id. */
export function toVerdicts(packages: readonly PackageRecords[], matched: Matched, ids: FindingIds): readonly Verdict[] {
  const findings = Map.groupBy(matched.findings, (finding) => finding.package.id);
  const all: Verdict[] = [];
  for (const records of packages) {
    const verdicts = verdictsOf(records, matched, findings.get(records.package.id) ?? [], ids);
    verdicts.sort((a, b) => compareText(a.name, b.name) || compareText(reasonOf(a), reasonOf(b)));
    for (const verdict of verdicts) all.push(verdict);
  }
  return all;
}

function verdictsOf(records: PackageRecords, matched: Matched, findings: readonly Finding[], ids: FindingIds): Verdict[] {
  const reasons = matched.unanswered.get(records.package.id) ?? [];
  const verdicts = reasons.length > 0 ? packageVerdicts(records.package, reasons) : [];
  if (records.owners.length > 0) verdicts.push(...ownedVerdicts(records, matched));
  for (const finding of findings) verdicts.push(findingVerdict(finding, ids));
  return verdicts;
}

function findingVerdict(finding: Finding, ids: FindingIds): Verdict {
  const base = { packageId: finding.package.id, name: finding.name, evidence: evidenceOf(finding) };
  const { judgement } = finding.by;
  switch (judgement.kind) {
    case 'affected':
      return { ...base, status: 'affected', vulnerabilityId: ids.of(finding) };
    case 'not_affected':
      return { ...base, status: 'not_affected' };
    case 'unknown':
      return { ...base, status: 'unknown', reason: judgement.reason };
    default:
      return unreachable(judgement);
  }
}

/** One for each reason. */
function packageVerdicts(found: Package, unanswered: readonly Unanswered[], notes: readonly EvidenceNote[] = []): Verdict[] {
  const byReason = Map.groupBy(unanswered, ({ reason }) => reason);
  return [...byReason].map(([reason, group]) => {
    const [updater, ...updaters] = new Set(group.flatMap((one) => one.updaters));
    const [namespace, ...namespaces] = new Set(group.flatMap((one) => one.namespace ?? []));
    return {
      packageId: found.id,
      name: '',
      status: 'unknown',
      reason,
      evidence: {
        // Named where there is only one to name.
        ...(updater !== undefined && updaters.length === 0 && { updater }),
        ...(namespace !== undefined && namespaces.length === 0 && { namespace }),
        subject: `${found.kind} ${found.name}`,
        installed: found.version,
        ...(notes.length > 0 && { notes }),
      },
    };
  });
}

/** The owner's vendor answers for what it owns: unknown where the owner is. What the vendor found is told of the owner alone, never twice. */
function ownedVerdicts({ package: found, owners }: PackageRecords, { unanswered }: Matched): readonly Verdict[] {
  const reasons = owners.flatMap((owner) => unanswered.get(owner) ?? []);
  return packageVerdicts(found, reasons, ['vendor-supplied']);
}

function reasonOf(verdict: Verdict): string {
  return verdict.status === 'unknown' ? verdict.reason : '';
}
