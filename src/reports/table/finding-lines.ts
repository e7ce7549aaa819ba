import type { ReportSort } from '../../contracts/index.ts';
import type { VulnerabilityReport } from '../../core/index.ts';
import { toFindings, type Finding } from './findings.ts';
import { grid, type GridColumn } from './grid.ts';
import type { Paint } from './paint.ts';
import { printable } from './printable.ts';
import type { Risk } from './risk.ts';

interface FindingColumn {
  readonly title: string;
  /** Columns of the terminal that it keeps when room is short; and beside what enrichers know, for then there are more. */
  readonly least: number;
  readonly crowded: number;
  /** Left out where it says nothing of any finding. */
  readonly isOptional: boolean;
  readonly cell: (finding: Finding) => string;
}

const kev = 'KEV';
const epss = 'EPSS';

const allColumns: readonly FindingColumn[] = [
  { title: 'SEVERITY', least: 10, crowded: 10, isOptional: false, cell: ({ severity }) => severity },
  { title: 'ADVISORY', least: 14, crowded: 12, isOptional: false, cell: ({ name }) => printable(name) },
  { title: 'PACKAGE', least: 12, crowded: 8, isOptional: false, cell: ({ packages }) => packages.map(printable).join(', ') },
  { title: 'INSTALLED', least: 10, crowded: 9, isOptional: false, cell: ({ installed }) => printable(installed) },
  { title: 'FIXED IN', least: 10, crowded: 8, isOptional: false, cell: ({ fix }) => printable(fix) },
  { title: kev, least: 6, crowded: 6, isOptional: true, cell: ({ risk }) => exploitedText(risk) },
  { title: epss, least: 6, crowded: 6, isOptional: true, cell: ({ risk }) => epssText(risk) },
  { title: 'WHERE', least: 10, crowded: 7, isOptional: true, cell: ({ where }) => printable(where) },
];

export interface FindingLines {
  readonly sort: ReportSort;
  readonly width: number;
  readonly paint: Paint;
}

/** The findings, a line or more each, under their titles. */
export function* findingLines(report: VulnerabilityReport, { sort, width, paint }: FindingLines): Generator<string> {
  const findings = toFindings(report, sort);
  const columns = allColumns.filter(({ isOptional, cell }) => !isOptional || findings.some((finding) => cell(finding) !== ''));
  const isCrowded = columns.some(({ title }) => title === kev || title === epss);
  const gridColumns = columns.map(({ title, least, crowded }, index): GridColumn => {
    const column = { title, least: isCrowded ? crowded : least };
    return index > 0 ? column : { ...column, paint: (line, row) => paint.severity(line, findings[row]?.severity ?? 'Unknown') };
  });
  const rows = findings.map((finding) => columns.map(({ cell }) => cell(finding)));
  let isTitle = true;
  for (const line of grid(gridColumns, rows, width)) {
    yield isTitle ? paint.style(line, 'dim') : line;
    isTitle = false;
  }
  yield '';
}

/** Whether it is known to be exploited, and that by ransomware. */
function exploitedText({ isExploited, isRansomware }: Risk): string {
  if (!isExploited) return '';
  return isRansomware ? 'ransom' : 'yes';
}

/** In percent. */
function epssText({ epss: probability }: Risk): string {
  if (probability === undefined) return '';
  return probability < 0.001 ? '<0.1%' : `${(probability * 100).toFixed(1)}%`;
}
