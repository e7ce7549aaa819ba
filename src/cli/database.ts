import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { UsageError } from '../core/index.ts';
import type { DataStoreOptions } from '../defaults/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What `--db` and `--index-db` say. */
export interface DatabaseOptions {
  readonly db?: string | undefined;
  readonly indexDb?: string | undefined;
}

/** Where advisories are: what `--db` names, or a file in the user's data directory (the store makes it, mode 0700). @throws UsageError */
export function advisoryDatabase({ db }: DatabaseOptions, environment: Environment): DataStoreOptions {
  if (db !== undefined) return parseDatabase('--db', db);
  return { dataStore: 'sqlite', path: join(dataDirectory(process.platform, environment, homedir()), 'claircore', 'claircore.db') };
}

/** Where index results are: what `--index-db` names, or with the advisories (of a file, beside it). @throws UsageError */
export function indexDatabase(options: DatabaseOptions, environment: Environment): DataStoreOptions {
  if (options.indexDb === undefined) return advisoryDatabase(options, environment);
  const named = parseDatabase('--index-db', options.indexDb);
  return named.dataStore === 'sqlite' ? { ...named, indexPath: named.path } : named;
}

function parseDatabase(option: string, text: string): DataStoreOptions {
  if (/^postgres(?:ql)?:\/\//i.test(text))
    return { dataStore: 'postgres', connectionString: text.replace(/^[^:]*/, (scheme) => scheme.toLowerCase()) };
  // Whatever it is, it may hold a password.
  if (/^[a-z][a-z0-9+]*:\/\//i.test(text))
    throw new UsageError('USAGE_OPTION', { option, value: text.replace(/:\/\/.*/s, '://…'), expected: ['a file', 'postgres://…'] });
  return { dataStore: 'sqlite', path: text };
}

/** Where programs of this user keep data (XDG Base Directory Specification; the vendors' rules elsewhere). */
export function dataDirectory(platform: NodeJS.Platform, environment: Environment, home: string): string {
  const named = (variable: string): string | undefined => {
    const path = environment[variable];
    // The specification says so: a relative path is to be ignored.
    return path !== undefined && isAbsolute(path) ? path : undefined;
  };
  switch (platform) {
    case 'win32':
      return named('LOCALAPPDATA') ?? join(home, 'AppData', 'Local');
    case 'darwin':
      return named('XDG_DATA_HOME') ?? join(home, 'Library', 'Application Support');
    default:
      return named('XDG_DATA_HOME') ?? join(home, '.local', 'share');
  }
}
