import {
  AbortedError,
  ClaircoreError,
  errorCodes,
  FeedError,
  InputError,
  LimitError,
  StoreError,
  UsageError,
  type ErrorCode,
  type ErrorData,
  type ErrorKind,
} from '../../../core/index.ts';

/** An error as it goes from one thread to another: structured cloning keeps neither classes nor codes. */
export interface WireError {
  readonly code: ErrorCode;
  readonly data: ErrorData;
  readonly cause?: { readonly name: string; readonly message: string; readonly stack?: string };
}

export function encodeError(error: unknown): WireError {
  if (!(error instanceof ClaircoreError)) return { code: 'INTERNAL', data: {}, cause: encodeCause(error) };
  const { code, data, cause } = error as ClaircoreError;
  return { code, data, ...(cause !== undefined && { cause: encodeCause(cause) }) };
}

/** The same class with the same code; its cause is an error with the same words. */
export function decodeError({ code, data, cause }: WireError): ClaircoreError {
  const options = cause ? { cause: decodeCause(cause) } : {};
  const kind = errorCodes[code].kind;
  if (kind === 'aborted') return new AbortedError(options);
  // The table gives each kind its class: the compiler cannot follow that a code is one of its kind's.
  return new classes[kind](code as never, data, options);
}

type ErrorClass = new (code: never, data: ErrorData, options: { readonly cause?: unknown }) => ClaircoreError;
const classes: Readonly<Record<Exclude<ErrorKind, 'aborted'>, ErrorClass>> = {
  usage: UsageError,
  input: InputError,
  feed: FeedError,
  store: StoreError,
  limit: LimitError,
  internal: ClaircoreError,
};

function encodeCause(cause: unknown): NonNullable<WireError['cause']> {
  if (!(cause instanceof Error)) return { name: 'Error', message: String(cause) };
  const { name, message, stack } = cause;
  return { name, message, ...(stack !== undefined && { stack }) };
}

function decodeCause({ name, message, stack }: NonNullable<WireError['cause']>): Error {
  const cause = new Error(message);
  cause.name = name;
  if (stack !== undefined) cause.stack = stack;
  return cause;
}
