import type { VulnerabilityReport } from '../../core/index.ts';
import { reportWriters } from '../../defaults/index.ts';
import type { CliContext } from '../cli-context.ts';
import { isColored } from '../cli-io.ts';
import type { ExitCode } from '../exit-code.ts';
import { gate } from '../gate.ts';
import type { ReportOptions } from '../options/option-types.ts';
import type { OutputTarget } from '../output-target.ts';
import { UsageError } from '../../core/index.ts';

export interface WriteRequest {
  readonly report: VulnerabilityReport;
  readonly options: ReportOptions;
  readonly target: OutputTarget;
  /** What the user called the image. */
  readonly image?: string | undefined;
}

/** Writes the report and says how the command ends. @throws UsageError `OUTPUT_FAILED` */
export async function writeReport(context: CliContext, { report, options, target, image }: WriteRequest): Promise<ExitCode> {
  const { format, sort, unknownAs } = options;
  const writer = reportWriters.find(({ id }) => id === format);
  if (writer === undefined) throw new UsageError('USAGE_OPTION', { option: '--format', value: format });
  const { stdout, environment } = context.io;
  const color = target.isStdout && isColored(stdout, environment);
  await target.write(writer.write(report, { sort, columns: target.columns, color, unknownAs, image }));
  target.commit();
  const result = gate(report, options);
  const isTold = format === 'table' && target.isStdout;
  if (!report.coverage.complete && !isTold && options.failOn === undefined)
    context.warn('coverage is incomplete: see the gaps in the report.');
  for (const sentence of result.sentences) context.warn(sentence);
  return result.exitCode;
}
