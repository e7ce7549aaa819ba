import { ClaircoreError, StoreError, type ErrorCodeOf } from '../../core/index.ts';
import type { DatabasePlace } from './connection-settings.ts';

/** SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html */
const sqlStates: ReadonlyMap<string, ErrorCodeOf<'store'>> = new Map([
  ['25006', 'STORE_WRITE'], // read_only_sql_transaction: a standby
  ['25P03', 'STORE_LOST'], // idle_in_transaction_session_timeout
  ['28000', 'STORE_DENIED'], // invalid_authorization_specification
  ['28P01', 'STORE_DENIED'], // invalid_password
  ['3D000', 'STORE_DATABASE_UNKNOWN'], // invalid_catalog_name
  ['40001', 'STORE_BUSY'], // serialization_failure
  ['40P01', 'STORE_BUSY'], // deadlock_detected
  ['42501', 'STORE_DENIED'], // insufficient_privilege
  ['42P01', 'STORE_CORRUPT'], // undefined_table
  ['42703', 'STORE_CORRUPT'], // undefined_column
  ['53100', 'STORE_WRITE'], // disk_full
  ['53200', 'STORE_WRITE'], // out_of_memory
  ['53300', 'STORE_UNREACHABLE'], // too_many_connections
  ['55P03', 'STORE_BUSY'], // lock_not_available
  ['57014', 'STORE_TIMEOUT'], // query_canceled
  ['57P01', 'STORE_LOST'], // admin_shutdown
  ['57P02', 'STORE_LOST'], // crash_shutdown
  ['57P03', 'STORE_UNREACHABLE'], // cannot_connect_now
  ['57P05', 'STORE_LOST'], // idle_session_timeout
  ['58030', 'STORE_WRITE'], // io_error
  ['XX001', 'STORE_CORRUPT'], // data_corrupted
  ['XX002', 'STORE_CORRUPT'], // index_corrupted
]);

const unreachable = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'ENOENT', 'EACCES']);
const lost = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_PREMATURE_CLOSE']);

/** What PostgreSQL, its driver or the network said, as an error of this package; errors that are ours already pass through. */
export function toStoreError(error: unknown, place: DatabasePlace): ClaircoreError {
  if (error instanceof ClaircoreError) return error as ClaircoreError;
  const code = storeCode(error);
  return code ? new StoreError(code, place, { cause: error }) : new ClaircoreError('INTERNAL', place, { cause: error });
}

/** Why a transaction may be worth another try: others were in its way, or its connection broke. */
export type Setback = 'conflict' | 'connection';

export function setbackOf(error: unknown): Setback | undefined {
  if (error instanceof ClaircoreError) return undefined;
  const state = codeOf(error);
  if (state === '40001' || state === '40P01') return 'conflict';
  const code = storeCode(error);
  return code === 'STORE_LOST' || code === 'STORE_UNREACHABLE' ? 'connection' : undefined;
}

/** To be thrown in a transaction that must begin anew because of what another one wrote: as if the server had said so. */
export class TransactionConflict extends Error {
  readonly code = '40001';
}

/** Whether the server said that it has no TLS. */
export function isTlsRefused(error: unknown): boolean {
  return error instanceof Error && error.message === 'The server does not support SSL connections';
}

function storeCode(error: unknown): ErrorCodeOf<'store'> | undefined {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : '';
  // A pooler has but one code for all that is its own.
  if (code === '08P01' && /no such (?:database|user)|authentication|password/.test(message)) {
    return message.includes('database') ? 'STORE_DATABASE_UNKNOWN' : 'STORE_DENIED';
  }
  if (code !== undefined) {
    const known = sqlStates.get(code);
    if (known) return known;
    if (code.startsWith('08') || lost.has(code)) return 'STORE_LOST';
    if (unreachable.has(code)) return 'STORE_UNREACHABLE';
    if (/CERT|^ERR_TLS|^ERR_SSL|SIGNATURE|ISSUER/.test(code)) return 'STORE_TLS';
  }
  return driverCode(message);
}

/** What the driver says without a code. */
function driverCode(message: string): ErrorCodeOf<'store'> | undefined {
  if (message.startsWith('The server does not support SSL')) return 'STORE_TLS';
  if (/^(?:timeout expired|timeout exceeded when trying to connect|Connection terminated due to connection timeout)/.test(message)) {
    return 'STORE_UNREACHABLE';
  }
  if (/^Connection terminated|^Client has encountered a connection error|^Client was closed/.test(message)) return 'STORE_LOST';
  if (message.startsWith('Query read timeout')) return 'STORE_TIMEOUT';
  if (/^SASL|password must be a string/.test(message)) return 'STORE_DENIED';
  return undefined;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
