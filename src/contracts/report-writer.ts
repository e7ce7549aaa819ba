import type { Severity, VulnerabilityReport } from '../core/index.ts';

export type ReportSort = 'severity' | 'risk' | 'name';

export interface WriteOptions {
  readonly sort?: ReportSort;
  /** Columns of the terminal; absent when the output is not one. */
  readonly columns?: number | undefined;
  readonly color?: boolean;
  /** What findings of Unknown severity count as. */
  readonly unknownAs?: Severity | undefined;
  /** What the user called the image. */
  readonly image?: string | undefined;
}

/** One output format. The same report and options give the same bytes. */
export interface ReportWriter {
  readonly id: string;
  write(report: VulnerabilityReport, options?: WriteOptions): Iterable<string>;
}
