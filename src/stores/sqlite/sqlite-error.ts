import { ClaircoreError, StoreError, type ErrorCodeOf } from '../../core/index.ts';

/** Primary result codes, https://www.sqlite.org/rescode.html */
const storeCodes: ReadonlyMap<number, ErrorCodeOf<'store'>> = new Map([
  [3, 'STORE_OPEN'], // SQLITE_PERM
  [5, 'STORE_BUSY'], // SQLITE_BUSY
  [6, 'STORE_BUSY'], // SQLITE_LOCKED
  [8, 'STORE_WRITE'], // SQLITE_READONLY
  [10, 'STORE_WRITE'], // SQLITE_IOERR
  [11, 'STORE_CORRUPT'], // SQLITE_CORRUPT
  [13, 'STORE_WRITE'], // SQLITE_FULL
  [14, 'STORE_OPEN'], // SQLITE_CANTOPEN
  [26, 'STORE_NOT_OURS'], // SQLITE_NOTADB
]);

/** What SQLite said, as an error of this package; errors that are ours already pass through. */
export function toStoreError(error: unknown, path: string): ClaircoreError {
  if (error instanceof ClaircoreError) return error as ClaircoreError;
  const code = storeCodes.get(primaryCode(error) ?? -1);
  return code ? new StoreError(code, { path }, { cause: error }) : new ClaircoreError('INTERNAL', { path }, { cause: error });
}

/** Whether the database was only locked at the moment. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === 5 || code === 6;
}

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  // The low byte of an extended result code is its primary code.
  return error.errcode & 0xff;
}
