import { ClaircoreError, errorCodes, type ErrorCode, type ErrorData } from '../core/index.ts';

/** Why indexing failed, as a report says it. */
export interface Failure {
  readonly code: ErrorCode;
  /** One sentence: the code's message, and what it is about. */
  readonly sentence: string;
}

const maxValueLength = 160;
// eslint-disable-next-line no-control-regex -- foreign text: control characters must not reach a terminal
const controls = /[\u0000-\u001f\u007f-\u009f]/g;

/** What a report says of an error. Anything that was not thrown on purpose is our own fault. */
export function toFailure(error: unknown): Failure {
  const { code, data } = isOurs(error) ? error : new ClaircoreError('INTERNAL');
  return { code, sentence: errorCodes[code].message + describe(data) };
}

/** Whether the error is of the kind that a report tells; the others reject the call. */
export function isAboutImage(error: unknown): boolean {
  if (!isOurs(error)) return true;
  return error.kind !== 'store' && error.kind !== 'aborted' && error.kind !== 'usage';
}

/** The same error, with the layer that it is about among its data. */
export function inLayer(error: unknown, layer: string): unknown {
  if (!isOurs(error) || !isAboutImage(error) || error.data['layer'] !== undefined) return error;
  return new ClaircoreError(error.code, { layer, ...error.data }, { cause: error });
}

function isOurs(error: unknown): error is ClaircoreError {
  return error instanceof ClaircoreError;
}

function describe(data: ErrorData): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(data)) {
    if (value === undefined) continue;
    const text = typeof value === 'object' ? value.join(' ') : String(value);
    parts.push(`${key} ${text.slice(0, maxValueLength).replaceAll(controls, '\ufffd')}`);
  }
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
