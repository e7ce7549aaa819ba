import type { ClientConfig, Pool } from 'pg';
import { UsageError } from '../../core/index.ts';
import { parseConnectionString, type ConnectionSettings } from './connection-settings.ts';
import { PooledDatabase, type PostgresDatabase } from './database.ts';
import { prepareSchema, type Schema } from './migrate.ts';
import { isTlsRefused, toStoreError } from './postgres-error.ts';
import type { PostgresStoreOptions } from './store-options.ts';

const defaultMaxConnections = 10;
/** ms after which a connection that nobody uses is closed. */
const idleConnectionTimeout = 30_000;
/** OID of `bigint`: no number of ours passes 2^53. */
const bigintType = 20;

/**
 * Connects, and makes the schema or brings it up to date.
 * @throws StoreError `STORE_UNREACHABLE`, `STORE_DENIED`, `STORE_DATABASE_UNKNOWN`, `STORE_TLS`, `STORE_VERSION`, `STORE_OUTDATED`, `STORE_NOT_OURS`
 * @throws UsageError `USAGE_OPTION` when the connection string cannot be read
 */
export async function openPostgresDatabase(options: PostgresStoreOptions, schema: Schema): Promise<PostgresDatabase> {
  const poolSize = options.maxConnections ?? defaultMaxConnections;
  if (!Number.isSafeInteger(poolSize) || poolSize < 1) throw new UsageError('USAGE_OPTION', { option: 'maxConnections', value: poolSize });
  const settings = parseConnectionString(options.connectionString);
  // Loaded here: who has no PostgreSQL does not pay for its driver.
  const [{ default: driver }, copyStreams] = await Promise.all([import('pg'), import('pg-copy-streams')]);
  const getTypeParser = (type: number, format?: 'text' | 'binary'): unknown =>
    type === bigintType && format !== 'binary' ? Number : driver.types.getTypeParser(type, format);
  const types = { getTypeParser: getTypeParser as typeof driver.types.getTypeParser };
  const config = { ...(await settledConfig(settings, (config) => new driver.Client(config))), types };
  const newPool = (max: number): Pool =>
    new driver.Pool({ ...config, max, idleTimeoutMillis: idleConnectionTimeout, allowExitOnIdle: true });
  const database = new PooledDatabase({
    place: settings.place,
    schema: schema.name,
    pool: newPool(poolSize),
    poolSize,
    reserved: newPool(1),
    newClient: () => new driver.Client(config),
    copyStreams: { from: copyStreams.from, to: copyStreams.to },
  });
  try {
    await prepareSchema(database, schema, options.migrations ?? true);
    return database;
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}

interface Connectable {
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<unknown>;
  end(): Promise<unknown>;
}

/** Connects once, without patience: whoever names a wrong host or password is told at once. Settles whether TLS is used. */
async function settledConfig(settings: ConnectionSettings, newClient: (config: ClientConfig) => Connectable): Promise<ClientConfig> {
  const forms = settings.isTlsOptional ? [settings.config, { ...settings.config, ssl: false }] : [settings.config];
  for (const config of forms) {
    const client = newClient(config);
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return config;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (config === forms.at(-1) || !isTlsRefused(error)) throw toStoreError(error, settings.place);
    }
  }
  return settings.config;
}
