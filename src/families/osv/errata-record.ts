import { isCveId, type PackageKind } from '../../core/index.ts';
import type { OsvAffected, OsvRecord } from '../../formats/osv/index.ts';
import { packageOf } from './advisories-of-record.ts';
import type { OsvSkipReason, OsvSubject } from './osv-source.ts';

/*
 * Red Hat and its rebuilds write their errata into OSV in one way: fixes of bugs and enhancements among those of vulnerabilities, and severity and
 * module in nothing but the summary (`Important: container-tools:rhel8 security update`).
 */

/**
 * Leaves out what is not about a vulnerability; fixes of bugs and enhancements count where they name one.
 * @param security how ids of security advisories begin, e.g. `RHSA-`
 */
export function leavesOtherErrata({ id, related, upstream, aliases }: OsvRecord, security: string): OsvSkipReason | undefined {
  const isAboutOne = id.startsWith(security) || [related, upstream, aliases].some((ids) => ids.some(isCveId));
  return isAboutOne ? undefined : 'not-security';
}

/** The vendor's word for the severity; empty where the summary has none. */
export function wordInSummary({ summary }: OsvRecord): string {
  return /^(Critical|Important|Moderate|Low): /.exec(summary)?.[1] ?? '';
}

export interface ModularPackages {
  readonly kind: PackageKind;
  /** What versions of modular packages hold, e.g. `.module+el`. */
  readonly mark: string;
}

/** The package of an entry; a modular one for each stream that the summary names: where it names two, either may be meant. None: it names none. */
export function modularSubjects(
  { package: of, ranges }: OsvAffected,
  { summary }: OsvRecord,
  { kind, mark }: ModularPackages,
): readonly OsvSubject[] {
  const isModular = ranges.some(({ events }) => events.some(({ version }) => version.includes(mark)));
  return (isModular ? streamsIn(summary) : ['']).map((module) => ({ package: { ...packageOf(of?.name ?? ''), kind, module } }));
}

/** `name:stream` of each module that a summary names: `virt:rhel and virt-devel:rhel security update`. */
function streamsIn(summary: string): readonly string[] {
  const found = summary.slice(0, 1000).matchAll(/(?:^|[\s,(])([a-z0-9][\w.+-]{0,99}:[\w.+-]{1,99})(?=$|[\s,)])/gi);
  return [...new Set([...found].map(([, stream = '']) => stream))];
}
