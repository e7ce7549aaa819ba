import { ClaircoreError, errorCodes, type ErrorCode, type ErrorData, type IndexReport } from '../core/index.ts';
import { printable } from '../reports/index.ts';
import { exitCodeOf, exitCodes, type ExitCode } from './exit-code.ts';

const mostValue = 300;
const mostCauses = 10;

/** One sentence, and what to do next: what the user reads when a command fails. */
export function describeFailure(error: unknown): string {
  if (!isOurs(error)) return sentence('INTERNAL', [describeForeign(error)]);
  return sentence(error.code, describeData(error.data));
}

/** What is wrong, in the middle of a sentence: no advice. */
export function describeBriefly(error: unknown): string {
  if (!isOurs(error)) return describeForeign(error);
  return errorCodes[error.code].message + parenthesised(describeData(error.data));
}

/** What the user reads of an image that could not be indexed. */
export function describeIndexFailure(report: IndexReport): string {
  const advice = report.errCode === undefined ? undefined : errorCodes[report.errCode].advice;
  return [`${printable(report.err)}.`, advice === undefined ? '' : toSentence(advice)].join(' ').trim();
}

/** All that is known, for --log-level debug: codes, data, causes, stacks. */
export function describeInFull(error: unknown): string {
  const lines: string[] = [];
  let current: unknown = error;
  for (let depth = 0; current !== undefined && depth < mostCauses; depth += 1) {
    const prefix = depth === 0 ? '' : 'caused by ';
    const code = isOurs(current) ? ` [${current.code}] ${JSON.stringify(current.data)}` : '';
    const stack = current instanceof Error ? (current.stack ?? current.message) : describeForeign(current);
    lines.push(...`${prefix}${stack}${code}`.split('\n').map((line) => `  ${printable(line)}`));
    current = current instanceof Error ? current.cause : undefined;
  }
  return lines.join('\n');
}

export function exitCodeOfError(error: unknown): ExitCode {
  return isOurs(error) ? exitCodeOf(error.kind) : exitCodes.internal;
}

/** An image that could not be indexed ends the command as the error would have. */
export function exitCodeOfReport(report: IndexReport): ExitCode {
  return exitCodeOf(report.errCode === undefined ? 'input' : errorCodes[report.errCode].kind);
}

/** `instanceof` alone leaves the code of a generic class without a type. */
function isOurs(error: unknown): error is ClaircoreError {
  return error instanceof ClaircoreError;
}

function sentence(code: ErrorCode, details: readonly string[]): string {
  const { message, advice } = errorCodes[code];
  return `${message}${parenthesised(details)}. ${toSentence(advice)}`;
}

function parenthesised(details: readonly string[]): string {
  return details.length === 0 ? '' : ` (${details.join(', ')})`;
}

function describeData(data: ErrorData): string[] {
  return Object.entries(data).flatMap(([key, value]) => {
    if (value === undefined || value === '') return [];
    const text = typeof value === 'object' ? value.join(', ') : String(value);
    return [`${key}: ${printable(text.slice(0, mostValue))}`];
  });
}

function describeForeign(error: unknown): string {
  return printable(
    (error instanceof Error ? `${error.name}: ${error.message}` : (JSON.stringify(error) ?? typeof error)).slice(0, mostValue),
  );
}

function toSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
