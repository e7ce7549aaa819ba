import { createReadStream } from 'node:fs';
import { ClaircoreError, InputError, type IndexReport } from '../../core/index.ts';
import { decodeIndexReport } from '../../reports/index.ts';
import { readAll } from '../../runtime/index.ts';
import { abortable } from '../abortable.ts';
import type { CliContext } from '../cli-context.ts';
import { advisoryDatabase } from '../database.ts';
import type { ExitCode } from '../exit-code.ts';
import { describeIndexFailure, exitCodeOfReport } from '../failure.ts';
import type { MatchOptions } from '../options/option-types.ts';
import { openOutput } from '../output-target.ts';
import { RunStats } from '../run-stats.ts';
import { matchReport } from '../steps/match-report.ts';
import { writeReport } from '../steps/write-report.ts';

/** Bytes of an index report: a hundred times that of an image with ten thousand packages. */
const mostBytes = 256 * 1024 * 1024;

/** Report from what `claircore index` printed. */
export async function match(context: CliContext, options: MatchOptions, file: string): Promise<ExitCode> {
  const stats = new RunStats();
  const database = advisoryDatabase(options, context.io.environment);
  using target = openOutput(options.output, context.io);
  const index = await stats.time('open', () => readIndexReport(context, file));
  if (index.state === 'IndexError') {
    context.fail(describeIndexFailure(index));
    return exitCodeOfReport(index);
  }
  const report = await matchReport(context, { report: index, database, options, stats });
  const exitCode = await stats.time('write', () => writeReport(context, { report, options, target }));
  await stats.writeTo(options.stats, context.io);
  return exitCode;
}

async function readIndexReport({ io }: CliContext, file: string): Promise<IndexReport> {
  const source = file === '-' ? io.stdin : createReadStream(file);
  try {
    const bytes = await readAll(abortable(source, io.signal), { max: mostBytes, what: 'index report' });
    return decodeIndexReport(decodeUtf8(bytes));
  } catch (cause) {
    if (cause instanceof ClaircoreError) throw cause;
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
    throw new InputError('INPUT_UNREADABLE', { path: file, reason }, { cause });
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new InputError('INDEX_REPORT_INVALID', { path: '', expected: 'UTF-8' }, { cause });
  }
}
