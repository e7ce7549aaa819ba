import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What rpm itself lists of a package: `name epoch:version-release arch source module`, 0 for no epoch. */
const format = '%{NAME} %{EPOCHNUM}:%{VERSION}-%{RELEASE} %{ARCH} %{SOURCERPM} %{MODULARITYLABEL} [%{FILENAMES},]\\n';

/** All packages of the database in a directory, sorted, by the rpm of this machine; undefined where it cannot read that form. */
export function listWithRpm(directory: string): readonly string[] | undefined {
  try {
    const text = execFileSync('rpm', ['--dbpath', directory, '-qa', '--qf', format], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.length === 0 ? undefined : lines.sort();
  } catch {
    return undefined;
  }
}

/** Puts a database where rpm looks for it. */
export function writeDatabase(directory: string, name: string, bytes: Uint8Array): string {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, name), bytes);
  return directory;
}

const indexes =
  'Name Basenames Group Requirename Providename Conflictname Obsoletename Triggername Dirnames Installtid Sigmd5 Sha1header ' +
  'Filetriggername Transfiletriggername Recommendname Suggestname Supplementname Enhancename';

/** The other tables of rpm's SQLite database: without them rpm refuses to read one that it may not change. */
export const rpmIndexTables = indexes
  .split(' ')
  .map(
    (name) => `CREATE TABLE '${name}' (key TEXT NOT NULL, hnum INTEGER NOT NULL, idx INTEGER NOT NULL);
    CREATE INDEX '${name}_key_idx' ON '${name}'(key ASC); CREATE INDEX '${name}_hnum_idx' ON '${name}'(hnum ASC);`,
  )
  .join('\n');
