import { errorCodes, type ErrorCode, type ErrorCodeOf, type ErrorKind } from './error-codes.ts';

/** What varies from one error to the next: plain values, never credentials or header values. */
export type ErrorData = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/**
 * Every error this package throws on purpose. Switch on `code`, never on the message:
 * the message of a code is constant, `data` holds what varies, `cause` what lay underneath.
 */
export class ClaircoreError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name: string = 'ClaircoreError';
  readonly code: C;
  readonly data: ErrorData;

  constructor(code: C, data: ErrorData = {}, options?: { readonly cause?: unknown }) {
    super(errorCodes[code].message, options);
    this.code = code;
    this.data = data;
  }

  get kind(): ErrorKind {
    return errorCodes[this.code].kind;
  }

  /** One sentence: what the user can do next. */
  get advice(): string {
    return errorCodes[this.code].advice;
  }
}

/** The caller asked for something that cannot be. */
export class UsageError extends ClaircoreError<ErrorCodeOf<'usage'>> {
  override readonly name = 'UsageError';
}

/** What was given is damaged, hostile or not what it says. */
export class InputError extends ClaircoreError<ErrorCodeOf<'input'>> {
  override readonly name = 'InputError';
}

/** A feed or a remote host did not give what was asked. */
export class FeedError extends ClaircoreError<ErrorCodeOf<'feed'>> {
  override readonly name = 'FeedError';
}

/** A store or a lock in it failed. */
export class StoreError extends ClaircoreError<ErrorCodeOf<'store'>> {
  override readonly name = 'StoreError';
}

/** A limit on foreign input was passed; `data` names the limit and its value. */
export class LimitError extends ClaircoreError<ErrorCodeOf<'limit'>> {
  override readonly name = 'LimitError';
}

/** The caller's AbortSignal fired. */
export class AbortedError extends ClaircoreError<'ABORTED'> {
  override readonly name = 'AbortedError';
  constructor(options?: { readonly cause?: unknown }) {
    super('ABORTED', {}, options);
  }
}

/** Throws {@link AbortedError} when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AbortedError({ cause: signal.reason });
}

/** For the `default` of an exhaustive switch: the compiler proves that it is never reached. */
export function unreachable(value: never): never {
  throw new ClaircoreError('INTERNAL', { value: String(value) });
}
