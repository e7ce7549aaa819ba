import type { FixState, Severity } from '../../../core/index.ts';
import type { CsafRemediation } from '../../../formats/csaf/index.ts';

/** Why a product that is affected has no fix: by what Red Hat writes in the remediation (`no_fix_planned`: no more to come; `none_available`: not yet). */
export function fixStateOf(remediations: readonly CsafRemediation[]): FixState {
  for (const { category, details } of remediations) {
    const words = details.toLowerCase();
    if (category === 'no_fix_planned')
      return words.includes('out of support') || words.includes('end of life') ? 'end-of-life' : 'will-not-fix';
    if (category !== 'none_available') continue;
    if (words.includes('defer')) return 'deferred';
    return words.includes('investigation') ? 'under-investigation' : 'not-fixed';
  }
  return 'not-fixed';
}

const severities: ReadonlyMap<string, Severity> = new Map([
  ['low', 'Low'],
  ['moderate', 'Medium'],
  ['important', 'High'],
  ['critical', 'Critical'],
]);

/** Red Hat's words (https://access.redhat.com/security/updates/classification/). */
export function severityOf(impact: string): Severity {
  return severities.get(impact.toLowerCase()) ?? 'Unknown';
}

/** `RHSA-2023:5700` out of the address of the erratum that fixes a product; undefined where there is none. */
export function erratumOf(remediations: readonly CsafRemediation[]): string | undefined {
  const fix = remediations.find(({ category }) => category === 'vendor_fix');
  return fix && /\/(RH[SBE]A-\d{4}:\d{1,9})$/.exec(fix.url)?.[1];
}
