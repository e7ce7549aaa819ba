import { compareText, diagnosticCodes, type DiagnosticCode, type Gap, type GapReason, type VulnerabilityReport } from '../../core/index.ts';
import { sortedBy } from '../wire/sorted.ts';
import { grid } from './grid.ts';
import type { Paint } from './paint.ts';
import { printable } from './printable.ts';
import { truncate } from './wrap.ts';

const reasonWords: Readonly<Record<GapReason, string>> = {
  'version-unparsable': 'installed version cannot be read',
  'advisory-version-unparsable': 'version of an advisory cannot be read',
  'feed-not-loaded': 'advisories not loaded',
  'feed-failed': 'advisories could not be loaded',
  'feed-stale': 'advisories are old',
  'distribution-unsupported': 'distribution not supported',
  'distribution-unidentified': 'distribution not identified',
  'vendor-undetermined': 'vendor has not decided',
  'package-database-removed': 'package database removed',
  'file-unidentified': 'file not identified',
};

export interface CoverageLines {
  readonly width: number;
  readonly paint: Paint;
}

/** What was not checked, and why. Nothing where coverage is complete. */
export function* gapLines(report: VulnerabilityReport, { width, paint }: CoverageLines): Generator<string> {
  const { coverage } = report;
  const gaps = [...coverage.gaps, ...unmentioned(report)];
  if (coverage.complete && gaps.length === 0) return;
  if (!coverage.complete) {
    const left = coverage.packages.unknown;
    const what = left === 0 ? '' : `: ${left} of ${count(coverage.packages.total, 'package')} could not be judged in full`;
    yield paint.style(truncate(`! Coverage is incomplete${what}`, width), 'bold', 'yellow');
  } else {
    yield paint.style('Not decided', 'bold');
  }
  const sorted = sortedBy(gaps, (gap) => [gap.reason, gap.subject, gap.detail]);
  const rows = sorted.map((gap) => [
    reasonWords[gap.reason],
    printable(gap.subject),
    gap.packages === 0 ? '' : count(gap.packages, 'package'),
    printable(gap.detail),
  ]);
  const lines = grid(
    [
      { title: 'GAP', least: 14 },
      { title: 'WHAT', least: 8 },
      { title: 'PACKAGES', least: 8 },
      { title: 'DETAIL', least: 16 },
    ],
    rows,
    width - 2,
  );
  let isTitle = true;
  for (const line of lines) {
    yield `  ${isTitle ? paint.style(line, 'dim') : line}`;
    isTitle = false;
  }
  yield '';
}

/** Unknown verdicts whose reason no gap names: they must not vanish from the table. */
function unmentioned(report: VulnerabilityReport): Gap[] {
  const named = new Set<GapReason>(report.coverage.gaps.map(({ reason }) => reason));
  const byReason = new Map<GapReason, { packages: Set<string>; verdicts: number }>();
  for (const verdict of report.verdicts) {
    if (verdict.status !== 'unknown' || named.has(verdict.reason)) continue;
    const group = byReason.get(verdict.reason) ?? { packages: new Set(), verdicts: 0 };
    group.packages.add(verdict.packageId);
    group.verdicts += 1;
    byReason.set(verdict.reason, group);
  }
  return Array.from(byReason, ([reason, { packages, verdicts }]) => ({
    reason,
    subject: '',
    subjectKind: 'image',
    packages: packages.size,
    detail: `${count(verdicts, 'question')} without an answer`,
  }));
}

/** What was met while the image was read: one line a kind, warnings and errors only. */
export function* diagnosticLines(report: VulnerabilityReport, { width, paint }: CoverageLines): Generator<string> {
  const byCode = new Map<DiagnosticCode, string[]>();
  for (const { code, level, path } of report.index.diagnostics) {
    // The end of a release stands above the findings: see endOfLifeLines.
    if (level === 'info' || code === 'DISTRIBUTION_END_OF_LIFE') continue;
    const paths = byCode.get(code) ?? [];
    paths.push(path ?? '');
    byCode.set(code, paths);
  }
  if (byCode.size === 0) return;
  yield paint.style('Met while reading the image', 'bold');
  for (const [code, paths] of [...byCode].sort(([a], [b]) => compareText(a, b))) {
    const first = paths.find((path) => path !== '') ?? '';
    const more = paths.length > 1 ? ` and ${paths.length - 1} more` : '';
    const where = first === '' ? more : `: ${printable(first.slice(0, 200))}${more}`;
    yield `  ${truncate(`${diagnosticCodes[code].message}${where}`, width - 2)}`;
  }
  yield '';
}

/** `1 package`, `2 packages`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
