import { compareSeverity, type Severity, type VulnerabilityReport } from '../core/index.ts';
import { countFindings } from '../reports/index.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import type { ReportOptions } from './options/option-types.ts';

/** What `--fail-on` makes of a report: how the command ends, and what to tell the user about it. */
export interface GateResult {
  readonly exitCode: ExitCode;
  readonly sentences: readonly string[];
}

/**
 * A finding counts at its normalised severity; one of Unknown severity only with `--unknown-as`.
 * A report that did not check everything is no pass, unless `--allow-incomplete` says so.
 */
export function gate(report: VulnerabilityReport, options: Pick<ReportOptions, 'failOn' | 'unknownAs' | 'allowIncomplete'>): GateResult {
  const { failOn, unknownAs, allowIncomplete } = options;
  if (failOn === undefined) return { exitCode: exitCodes.done, sentences: [] };
  const { bySeverity } = countFindings(report);
  const failing = countFrom(bySeverity, failOn, unknownAs);
  const sentences = [unknownSentence(bySeverity.get('Unknown') ?? 0, unknownAs)];
  if (failing > 0) {
    sentences.push(`--fail-on ${failOn.toLowerCase()} is met by ${failing} ${failing === 1 ? 'finding' : 'findings'}.`);
    return { exitCode: exitCodes.failOn, sentences: sentences.filter((sentence) => sentence !== '') };
  }
  const isIncomplete = !report.coverage.complete && allowIncomplete !== true;
  if (isIncomplete)
    sentences.push('--fail-on is not met, but coverage is incomplete: see the gaps in the report, or use --allow-incomplete.');
  return { exitCode: isIncomplete ? exitCodes.incomplete : exitCodes.done, sentences: sentences.filter((sentence) => sentence !== '') };
}

function countFrom(bySeverity: ReadonlyMap<Severity, number>, least: Severity, unknownAs: Severity | undefined): number {
  let sum = 0;
  for (const [severity, number] of bySeverity) {
    const countsAs = severity === 'Unknown' ? unknownAs : severity;
    if (countsAs !== undefined && compareSeverity(countsAs, least) >= 0) sum += number;
  }
  return sum;
}

function unknownSentence(unknown: number, unknownAs: Severity | undefined): string {
  if (unknown === 0) return '';
  const findings = `${unknown} ${unknown === 1 ? 'finding' : 'findings'} of Unknown severity`;
  return unknownAs === undefined
    ? `${findings} not counted by --fail-on; use --unknown-as to count them.`
    : `${findings} counted as ${unknownAs}.`;
}
