import { encodeIndexReport } from '../../reports/index.ts';
import type { CliContext } from '../cli-context.ts';
import { indexDatabase } from '../database.ts';
import { exitCodes, type ExitCode } from '../exit-code.ts';
import { describeIndexFailure, exitCodeOfReport } from '../failure.ts';
import type { IndexOptions } from '../options/option-types.ts';
import { openOutput } from '../output-target.ts';
import { RunStats } from '../run-stats.ts';
import { indexReference } from '../steps/index-reference.ts';

/** Print what is installed in an image. A report of a failure is printed as well: it says how far it got. */
export async function indexImage(context: CliContext, options: IndexOptions, reference: string): Promise<ExitCode> {
  const stats = new RunStats();
  const database = indexDatabase(options, context.io.environment);
  using target = openOutput(options.output, context.io);
  const report = await indexReference(context, { reference, database, options, stats });
  await stats.time('write', () => target.write(encodeIndexReport(report)));
  target.commit();
  await stats.writeTo(options.stats, context.io);
  if (report.success) return exitCodes.done;
  context.fail(describeIndexFailure(report));
  return exitCodeOfReport(report);
}
