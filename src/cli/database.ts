import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { UsageError } from '../core/index.ts';
import type { DataStoreOptions } from '../defaults/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The data stores that `--db` names, or those in the user's data directory (the store makes it, mode 0700). @throws UsageError */
export function resolveDatabase(db: string | undefined, environment: Environment): DataStoreOptions {
  if (db !== undefined) return parseDatabase(db);
  return { dataStore: 'sqlite', path: join(dataDirectory(process.platform, environment, homedir()), 'claircore', 'claircore.db') };
}

function parseDatabase(db: string): DataStoreOptions {
  if (/^[a-z][a-z0-9+]*:\/\//i.test(db))
    throw new UsageError('USAGE_OPTION', { option: '--db', value: db.replace(/:\/\/.*/s, '://…'), expected: 'a file' });
  return { dataStore: 'sqlite', path: db };
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
