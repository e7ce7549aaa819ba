import type { CliContext } from '../cli-context.ts';
import { advisoryDatabase, indexDatabase } from '../database.ts';
import type { ExitCode } from '../exit-code.ts';
import { describeIndexFailure, exitCodeOfReport } from '../failure.ts';
import type { ScanOptions } from '../options/option-types.ts';
import { openOutput } from '../output-target.ts';
import { RunStats } from '../run-stats.ts';
import { indexReference } from '../steps/index-reference.ts';
import { matchReport } from '../steps/match-report.ts';
import { writeReport } from '../steps/write-report.ts';

/** Index an image, fetch the feeds that it needs if they are old, match, report. */
export async function scan(context: CliContext, options: ScanOptions, reference: string): Promise<ExitCode> {
  const stats = new RunStats();
  const database = advisoryDatabase(options, context.io.environment);
  const indexResults = indexDatabase(options, context.io.environment);
  using target = openOutput(options.output, context.io);
  const index = await indexReference(context, { reference, database: indexResults, options, stats });
  if (!index.success) {
    context.fail(describeIndexFailure(index));
    await stats.writeTo(options.stats, context.io);
    return exitCodeOfReport(index);
  }
  const report = await matchReport(context, { report: index, database, options, stats });
  const exitCode = await stats.time('write', () => writeReport(context, { report, options, target, image: reference }));
  await stats.writeTo(options.stats, context.io);
  return exitCode;
}
