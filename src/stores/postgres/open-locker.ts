import type { Locker } from '../../contracts/index.ts';
import { AdvisoryLocker } from './advisory-locker.ts';
import type { PostgresDatabase } from './database.ts';
import type { Schema } from './migrate.ts';
import { openPostgresDatabase } from './open-database.ts';
import { PostgresLocker } from './postgres-locker.ts';
import type { PostgresStoreOptions } from './store-options.ts';

export interface LockerOfDatabase extends Locker, AsyncDisposable {}

const defaultLease = 15_000;
const defaultRetry = { lease: 500, 'postgres-advisory': 5_000 } as const;

/** A database of which `leaseTable` is a part, and the locks in it; to be disposed of in the opposite order. */
export async function openDatabaseWithLocker(
  options: PostgresStoreOptions,
  schema: Schema,
): Promise<{ readonly database: PostgresDatabase; readonly locker: LockerOfDatabase }> {
  const database = await openPostgresDatabase(options, schema);
  const { scanLock = 'lease', lease = defaultLease } = options;
  const lockerOptions = { lease, lockRetry: options.lockRetry ?? defaultRetry[scanLock] };
  const locker = scanLock === 'lease' ? new PostgresLocker(database, lockerOptions) : new AdvisoryLocker(database, lockerOptions);
  return { database, locker };
}
