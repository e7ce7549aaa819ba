import { defineReportWriter, type WriteOptions } from '../../contracts/index.ts';
import { severities, type Severity, type VulnerabilityReport } from '../../core/index.ts';
import { count, diagnosticLines, gapLines } from './coverage-lines.ts';
import { endOfLifeLines } from './end-of-life-lines.ts';
import { findingLines } from './finding-lines.ts';
import { countFindings, type FindingCounts } from './findings.ts';
import { displayWidth } from './display-width.ts';
import { createPaint, type Paint } from './paint.ts';
import { printable } from './printable.ts';
import { truncate } from './wrap.ts';

/** Columns where the output is not a terminal, and the bounds of what a terminal may say. */
const defaultWidth = 120;
const leastWidth = 80;
const mostWidth = 200;

/** For people: the image, what was not checked, what was found, how much of each severity. */
export const tableWriter = defineReportWriter({
  id: 'table',
  *write(report, options = {}) {
    const width = Math.min(Math.max(options.columns ?? defaultWidth, leastWidth), mostWidth);
    const paint = createPaint(options.color ?? false);
    const counts = countFindings(report);
    for (const line of allLines(report, options, { width, paint, counts })) yield `${line}\n`;
  },
});

interface Page {
  readonly width: number;
  readonly paint: Paint;
  readonly counts: FindingCounts;
}

function* allLines(report: VulnerabilityReport, options: WriteOptions, page: Page): Generator<string> {
  yield* headerLines(report, options, page);
  yield* endOfLifeLines(report, page);
  yield* gapLines(report, page);
  yield* diagnosticLines(report, page);
  if (page.counts.pairs > 0) yield* findingLines(report, { ...page, sort: options.sort ?? 'severity' });
  yield* summaryLines(report, options, page);
}

function* headerLines(report: VulnerabilityReport, options: WriteOptions, { width, paint }: Page): Generator<string> {
  const { index } = report;
  const title = options.image === undefined ? index.manifestHash : printable(options.image);
  yield paint.style(truncate(title, width), 'bold');
  if (options.image !== undefined) yield paint.style(truncate(index.manifestHash, width), 'dim');
  const distribution = index.distributionId === undefined ? undefined : index.distributions.get(index.distributionId);
  const name = distribution === undefined ? '' : distribution.prettyName || `${distribution.did} ${distribution.versionId}`;
  const system = name === '' ? 'distribution not identified' : printable(name);
  yield truncate([system, count(index.packages.size, 'package'), feedsText(report)].filter((part) => part !== '').join(' · '), width);
  yield '';
}

/** How old what was asked is: the oldest counts. */
function feedsText(report: VulnerabilityReport): string {
  const times = report.coverage.feeds.flatMap(({ fetchedAt }) => fetchedAt ?? []).sort();
  const [oldest] = times;
  return oldest === undefined ? '' : `advisories of ${printable(oldest.slice(0, 16).replace('T', ' '))}`;
}

function* summaryLines(report: VulnerabilityReport, options: WriteOptions, { width, paint, counts }: Page): Generator<string> {
  if (counts.pairs === 0) {
    yield emptySummary(report, paint);
    return;
  }
  const total = `${count(counts.pairs, 'finding')} (${counts.advisories} ${counts.advisories === 1 ? 'advisory' : 'advisories'}) in ${count(counts.packages, 'package')}:`;
  const present = severities.toReversed().filter((severity) => counts.bySeverity.has(severity));
  const texts = present.map((severity) => severityText(severity, counts, options));
  const isOneLine = displayWidth([total, texts.join(' · ')].join(' ')) <= width;
  yield (
    paint.style(total, 'bold') +
      (isOneLine ? ' ' : '\n  ') +
      present.map((severity, index) => paint.severity(texts[index] ?? '', severity)).join(' · ')
  );
  const filled = report.verdicts.filter(({ evidence }) => evidence.notes?.includes('severity-from-cvss') === true).length;
  if (filled > 0) yield paint.style(`The severity of ${filled} of them is from CVSS: their vendors give none.`, 'dim');
}

function severityText(severity: Severity, counts: FindingCounts, options: WriteOptions): string {
  const countedAs = severity === 'Unknown' && options.unknownAs !== undefined ? ` (counted as ${options.unknownAs})` : '';
  return `${counts.bySeverity.get(severity) ?? 0} ${severity}${countedAs}`;
}

/** Nothing found is good news only where everything was asked. */
function emptySummary(report: VulnerabilityReport, paint: Paint): string {
  const { complete, packages } = report.coverage;
  if (complete && packages.total === 0) return paint.style('No packages were found in this image.', 'bold');
  if (complete) return paint.style(`No vulnerabilities: all ${count(packages.total, 'package')} were checked.`, 'bold', 'green');
  if (packages.matched === 0) return paint.style('Nothing could be checked: this says nothing about the image.', 'bold', 'yellow');
  return paint.style(
    `Nothing found in the ${count(packages.matched, 'package')} that could be checked; see the gaps above.`,
    'bold',
    'yellow',
  );
}
