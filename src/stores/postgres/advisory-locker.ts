import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import type { Lease, Locker, LockOptions } from '../../contracts/index.ts';
import { throwIfAborted } from '../../core/index.ts';
import { HeldLease, untilLocked } from '../held-lease.ts';
import type { PostgresDatabase } from './database.ts';
import { raiseFence, releaseLease } from './lease-table.ts';
import type { LockerOptions } from './postgres-locker.ts';

/**
 * Locks that are held by a connection, one for each: when it breaks the lock is free at once. A fence is raised beside, so that who
 * does not know yet that it lost its lock cannot write. All processes on a database must use the same kind of lock.
 */
export class AdvisoryLocker implements Locker, AsyncDisposable {
  readonly #database: PostgresDatabase;
  readonly #options: LockerOptions;
  readonly #held = new Set<HeldLease>();

  constructor(database: PostgresDatabase, options: LockerOptions) {
    this.#database = database;
    this.#options = options;
  }

  async lock(key: string, options: LockOptions = {}): Promise<Lease> {
    return await untilLocked(() => this.tryLock(key, options), this.#options.lockRetry, options.signal);
  }

  async tryLock(key: string, options: LockOptions = {}): Promise<Lease | undefined> {
    throwIfAborted(options.signal);
    const client = await this.#database.connectApart();
    try {
      if (await this.#tryAdvisory(client, key)) return await this.#hold(client, key);
    } catch (error) {
      await endQuietly(client);
      throw this.#database.toStoreError(error);
    }
    await endQuietly(client);
    return undefined;
  }

  /** Releases what is still held. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#held].map((held) => held.release()));
  }

  /** The transaction stays open while the lock is held; the server ends it when its holder gives no sign of life. */
  async #tryAdvisory(client: Client, key: string): Promise<boolean> {
    await client.query(`BEGIN; SET LOCAL idle_in_transaction_session_timeout = ${this.#options.lease}`);
    const answer = await client.query<{ held: boolean }>('SELECT pg_try_advisory_xact_lock($1::bigint) AS held', [fnv1a64(key).toString()]);
    return answer.rows[0]?.held ?? false;
  }

  async #hold(client: Client, key: string): Promise<HeldLease> {
    const owner = randomUUID();
    const fence = await this.#database.write((sql) => raiseFence(sql, key, owner), { lostCommit: 'repeat' });
    const held = new HeldLease({ key, fence }, this.#options.lease, {
      renew: () =>
        client.query('SELECT 1').then(
          () => true,
          () => false,
        ),
      release: async (proof) => {
        try {
          await this.#database.write((sql) => releaseLease(sql, proof, owner), { lostCommit: 'repeat' });
        } finally {
          await endQuietly(client);
        }
      },
      forget: (lease) => void this.#held.delete(lease),
    });
    this.#held.add(held);
    for (const event of ['error', 'end'] as const) client.on(event, () => held.lose());
    held.signal.addEventListener('abort', () => void endQuietly(client), { once: true });
    return held;
  }
}

async function endQuietly(client: Client): Promise<void> {
  try {
    // The lock is free when this is answered; a connection that closes says nothing about when.
    await client.query('ROLLBACK');
  } catch {
    // It is broken: then the lock is free already.
  }
  await client.end().catch(() => undefined);
}

const fnvOffset = 0xcbf29ce484222325n;
const fnvPrime = 0x100000001b3n;

/** http://www.isthe.com/chongo/tech/comp/fnv/ as the signed number that PostgreSQL takes. */
export function fnv1a64(text: string): bigint {
  let hash = fnvOffset;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * fnvPrime);
  return BigInt.asIntN(64, hash);
}
