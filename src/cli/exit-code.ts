import type { ErrorKind } from '../core/index.ts';

/** What the process ends with: the contract with scripts. Documented in --help. */
export const exitCodes = {
  done: 0,
  failOn: 1,
  usage: 2,
  incomplete: 3,
  input: 4,
  feed: 5,
  store: 6,
  limit: 7,
  internal: 70,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const byKind: Readonly<Record<ErrorKind, ExitCode>> = {
  usage: exitCodes.usage,
  input: exitCodes.input,
  feed: exitCodes.feed,
  store: exitCodes.store,
  limit: exitCodes.limit,
  aborted: exitCodes.interrupted,
  internal: exitCodes.internal,
};

export function exitCodeOf(kind: ErrorKind): ExitCode {
  return byKind[kind];
}

export const exitCodeHelp = `
Exit codes:
  0  done                          1  --fail-on was met
  2  wrong usage                   3  with --fail-on: not met, but coverage is incomplete
  4  image or input unreadable     5  network or feed failed
  6  database failed               7  a limit was passed
  70 a defect of claircore         130, 143 interrupted`;
