import { ClaircoreError, errorCodes, type ErrorData } from '../../core/index.ts';

/** The one table of what a request can end with besides success. `method-not-allowed`, `bad-request` and `scan-error` are v0.0.7's. */
export const problems = {
  'bad-request': { status: 400, message: 'the request cannot be understood' },
  'not-found': { status: 404, message: 'there is nothing of that name' },
  'method-not-allowed': { status: 405, message: 'the method is not allowed here' },
  'request-timeout': { status: 408, message: 'the request did not come in time' },
  'payload-too-large': { status: 413, message: 'the body is larger than the limit' },
  'unsupported-media-type': { status: 415, message: 'the body is not application/json in UTF-8, uncompressed' },
  'headers-too-large': { status: 431, message: 'the headers are larger than the limit' },
  'scan-error': { status: 500, message: 'the work failed' },
  'internal-error': { status: 500, message: 'the service failed; this is a defect of ours' },
  unavailable: { status: 503, message: 'the service cannot do that now' },
} as const satisfies Record<string, { readonly status: number; readonly message: string }>;

export type ProblemCode = keyof typeof problems;

/** The body of every answer that is not a success. */
export interface ProblemBody {
  readonly code: ProblemCode;
  readonly message: string;
  readonly additional?: ErrorData;
}

/** A request that does not end with success. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly code: ProblemCode;
  readonly additional: ErrorData | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(options.message ?? problems[code].message, { cause: options.cause });
    this.code = code;
    this.additional = options.additional;
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return problems[this.code].status;
  }

  get body(): ProblemBody {
    return { code: this.code, message: this.message, ...(this.additional && { additional: this.additional }) };
  }
}

export interface ProblemOptions {
  readonly message?: string;
  readonly additional?: ErrorData;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** What is read of a request, or the problem of it. @throws HttpProblem `bad-request` for whatever one of our errors says of it */
export function readRequest<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw isOurs(cause) ? badRequest(cause) : cause;
  }
}

export function badRequest(error: ClaircoreError): HttpProblem {
  const { message } = errorCodes[error.code];
  return new HttpProblem('bad-request', { message, additional: { code: error.code, ...error.data }, cause: error });
}

/**
 * What a client is told of a failure: for what is ours the code and its constant message, never data (paths, addresses) and never
 * a stack.
 */
export function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (!isOurs(error) || error.kind === 'internal') return new HttpProblem('internal-error', { cause: error });
  const { message } = errorCodes[error.code];
  const options = { message, additional: { code: error.code }, cause: error };
  const isStopping = error.kind === 'aborted' || error.code === 'USAGE_CLOSED';
  return isStopping ? new HttpProblem('unavailable', { cause: error }) : new HttpProblem('scan-error', options);
}

function isOurs(error: unknown): error is ClaircoreError {
  return error instanceof ClaircoreError;
}
