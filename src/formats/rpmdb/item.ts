/** One record of a package database, or what keeps one (or the whole) from being read. */
export type RpmDatabaseItem = RpmRecord | RpmFault;

export interface RpmRecord {
  readonly kind: 'record';
  /** Under which rpm knows the header in its database (`hnum`). */
  readonly number: number;
  /** A header, without the magic that it has in a package file. */
  readonly blob: Uint8Array;
}

/** `record`: the others are not touched. `database`: records may be missing of which nothing is known. */
export interface RpmFault {
  readonly kind: 'fault';
  readonly scope: 'record' | 'database';
  /** A constant sentence. */
  readonly reason: string;
  readonly number?: number;
  readonly page?: number;
}

type FaultPlace = Pick<RpmFault, 'number' | 'page'>;

export function recordFault(reason: string, place: FaultPlace = {}): RpmFault {
  return { kind: 'fault', scope: 'record', reason, ...place };
}

export function databaseFault(reason: string, place: FaultPlace = {}): RpmFault {
  return { kind: 'fault', scope: 'database', reason, ...place };
}

/** What is read of a database at most. */
export interface RpmDatabaseLimits {
  /** Bytes of one header: the greatest of real ones have a few MiB. */
  readonly headerBytes: number;
  readonly records: number;
  readonly faults: number;
}

export const rpmDatabaseLimits: RpmDatabaseLimits = { headerBytes: 16 * 1024 * 1024, records: 30_000, faults: 5_000 };

export const headerTooLong = 'a header is longer than is read';
