import { unreachable } from '../../core/index.ts';
import { bdbByteOrder } from './bdb/meta.ts';
import { readBdb } from './bdb/read-bdb.ts';
import { databaseFault, rpmDatabaseLimits, type RpmDatabaseItem, type RpmDatabaseLimits } from './item.ts';
import { isNdb, readNdb } from './ndb/read-ndb.ts';
import type { RandomAccess } from './random-access.ts';
import { isSqlite } from './sqlite/pages.ts';
import { readSqlite } from './sqlite/read-sqlite.ts';

/** The three forms of rpm's package database. */
export type RpmDatabaseKind = 'bdb' | 'ndb' | 'sqlite';

/** Which form begins with these bytes (16 are enough); undefined where none does. */
export function detectRpmDatabase(head: Uint8Array): RpmDatabaseKind | undefined {
  if (isSqlite(head)) return 'sqlite';
  if (isNdb(head)) return 'ndb';
  return bdbByteOrder(head) === undefined ? undefined : 'bdb';
}

export interface ReadRpmDatabaseOptions {
  /** SQLite's write-ahead log: the file beside the database whose name ends in `-wal`. */
  readonly log?: RandomAccess | undefined;
  readonly limits?: Partial<RpmDatabaseLimits>;
}

/**
 * Reads the headers of a package database one by one, in the order in which they lie in it. Damage is a fault in the place of what it hit, and
 * the rest goes on; memory and time are bounded by the file's size, whatever it says of itself. A record's bytes are
 * valid until the next is asked for.
 * Sources: Berkeley DB's `db_page.h`, rpm's `lib/backend/ndb`, sqlite.org/fileformat2.html.
 */
export async function* readRpmDatabase(
  kind: RpmDatabaseKind,
  source: RandomAccess,
  { log, limits: given }: ReadRpmDatabaseOptions = {},
): AsyncGenerator<RpmDatabaseItem> {
  const limits = { ...rpmDatabaseLimits, ...given };
  let [records, faults] = [0, 0];
  let bytesLeft = source.size + (log?.size ?? 0) + limits.headerBytes;
  for await (const item of itemsOf(kind, source, log, limits)) {
    if (item.kind === 'record') [records, bytesLeft] = [records + 1, bytesLeft - item.blob.length];
    else faults += 1;
    if (records > limits.records) return void (yield databaseFault('the database has more records than are read'));
    if (faults > limits.faults) return void (yield databaseFault('the database has more faults than are told'));
    if (bytesLeft < 0) return void (yield databaseFault('the headers are more than the file has room for'));
    yield item;
  }
}

function itemsOf(
  kind: RpmDatabaseKind,
  source: RandomAccess,
  log: RandomAccess | undefined,
  limits: RpmDatabaseLimits,
): AsyncIterable<RpmDatabaseItem> {
  switch (kind) {
    case 'bdb':
      return readBdb(source, limits);
    case 'ndb':
      return readNdb(source, limits);
    case 'sqlite':
      return readSqlite(source, log, limits);
    default:
      return unreachable(kind);
  }
}
