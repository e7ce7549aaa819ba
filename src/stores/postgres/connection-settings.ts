import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { ClientConfig } from 'pg';
import { UsageError } from '../../core/index.ts';

/** Where a database is, in words that may be shown: never the password. */
export interface DatabasePlace {
  readonly [word: string]: string | number;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

export interface ConnectionSettings {
  readonly place: DatabasePlace;
  readonly config: ClientConfig;
  /** TLS is tried, and done without where the server has none: `sslmode=prefer`, which is what libpq does unless told. */
  readonly isTlsOptional: boolean;
}

type Words = ReadonlyMap<string, string>;

/** https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS, and the variable that stands in for each. */
const knownWords: ReadonlyMap<string, string | undefined> = new Map([
  ['host', 'PGHOST'],
  ['port', 'PGPORT'],
  ['user', 'PGUSER'],
  ['password', 'PGPASSWORD'],
  ['dbname', 'PGDATABASE'],
  ['sslmode', 'PGSSLMODE'],
  ['sslrootcert', 'PGSSLROOTCERT'],
  ['sslcert', 'PGSSLCERT'],
  ['sslkey', 'PGSSLKEY'],
  ['application_name', 'PGAPPNAME'],
  ['connect_timeout', 'PGCONNECT_TIMEOUT'],
  ['options', undefined],
]);

/** Seconds. */
const defaultConnectTimeout = '10';

/**
 * How to connect: from a URI or from `word=value` pairs, as libpq reads both; what is absent from the environment.
 * @throws UsageError `USAGE_OPTION`
 */
export function parseConnectionString(text: string, environment: NodeJS.ProcessEnv = process.env): ConnectionSettings {
  const given = /^postgres(?:ql)?:\/\//.test(text) ? wordsOfUri(text) : wordsOfPairs(text);
  const word = (name: string): string | undefined => given.get(name) ?? environment[knownWords.get(name) ?? ''];
  const user = word('user') ?? environment['USER'] ?? 'postgres';
  const place = {
    host: word('host') ?? 'localhost',
    port: wholeNumber('port', word('port') ?? '5432'),
    database: word('dbname') ?? user,
    user,
  };
  const { ssl, isTlsOptional } = tlsOf(word);
  const [password, options] = [word('password'), word('options')];
  const config: ClientConfig = {
    ...place,
    ssl,
    ...(password !== undefined && { password }),
    ...(options !== undefined && { options }),
    application_name: word('application_name') ?? 'claircore',
    connectionTimeoutMillis: wholeNumber('connect_timeout', word('connect_timeout') ?? defaultConnectTimeout) * 1000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
  return { place, config, isTlsOptional };
}

function wordsOfUri(text: string): Words {
  // The text itself stays out of the error: it holds the password.
  const uri = URL.parse(text);
  if (!uri) throw unreadable();
  const words = new Map<string, string>();
  const put = (name: string, value: string): void => {
    if (value !== '') words.set(name, decode(value));
  };
  put('user', uri.username);
  put('password', uri.password);
  put('host', uri.hostname.replace(/^\[(.*)\]$/, '$1'));
  put('port', uri.port);
  put('dbname', uri.pathname.slice(1));
  for (const [name, value] of uri.searchParams) words.set(knownWord(name), value);
  return words;
}

function wordsOfPairs(text: string): Words {
  const words = new Map<string, string>();
  const pair = /\s*([a-z_]+)\s*=\s*('(?:[^'\\]|\\.)*'|[^\s']\S*|)(?:\s+|$)/gy;
  while (pair.lastIndex < text.length) {
    const [, name, value] = pair.exec(text) ?? [];
    if (name === undefined || value === undefined) throw unreadable();
    words.set(knownWord(name), value.replace(/^'(.*)'$/s, '$1').replace(/\\(.)/gs, '$1'));
  }
  return words;
}

function knownWord(name: string): string {
  const word = name === 'database' ? 'dbname' : name;
  if (!knownWords.has(word)) throw new UsageError('USAGE_OPTION', { option: 'connection string', word });
  return word;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unreadable();
  }
}

function unreadable(): UsageError {
  return new UsageError('USAGE_OPTION', { option: 'connection string', expected: 'postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=…' });
}

function wholeNumber(name: string, value: string): number {
  if (!/^\d{1,6}$/.test(value)) throw new UsageError('USAGE_OPTION', { option: 'connection string', word: name, value });
  return Number(value);
}

type Tls = Pick<ConnectionSettings, 'isTlsOptional'> & { readonly ssl: ConnectionOptions | false };

/** https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION */
function tlsOf(word: (name: string) => string | undefined): Tls {
  const mode = word('sslmode') ?? 'prefer';
  const files = {
    ...fileOption('ca', 'sslrootcert', word('sslrootcert')),
    ...fileOption('cert', 'sslcert', word('sslcert')),
    ...fileOption('key', 'sslkey', word('sslkey')),
  };
  const chainOnly = { ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined };
  switch (mode) {
    case 'disable':
      return { ssl: false, isTlsOptional: false };
    case 'allow':
    case 'prefer':
      return { ssl: { ...files, rejectUnauthorized: false }, isTlsOptional: true };
    case 'require':
      // With authorities of its own it checks the chain, as libpq does.
      return { ssl: files.ca === undefined ? { ...files, rejectUnauthorized: false } : chainOnly, isTlsOptional: false };
    case 'verify-ca':
      return { ssl: chainOnly, isTlsOptional: false };
    case 'verify-full':
      return { ssl: { ...files, rejectUnauthorized: true }, isTlsOptional: false };
    default:
      throw new UsageError('USAGE_OPTION', { option: 'connection string', word: 'sslmode', value: mode });
  }
}

function fileOption(
  option: 'ca' | 'cert' | 'key',
  word: string,
  path: string | undefined,
): { readonly ca?: string; readonly cert?: string; readonly key?: string } {
  // `system`: the authorities that Node trusts.
  if (path === undefined || (word === 'sslrootcert' && path === 'system')) return {};
  try {
    return { [option]: readFileSync(path, 'utf8') };
  } catch (cause) {
    throw new UsageError('USAGE_OPTION', { option: 'connection string', word, path }, { cause });
  }
}
