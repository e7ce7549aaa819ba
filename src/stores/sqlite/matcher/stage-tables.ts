/** Of temporary tables; to be said outside a transaction. Their journal is thrown away after each batch: it needs no file. */
export const stageSettings = 'PRAGMA temp.cache_size = -16384; PRAGMA temp.journal_mode = MEMORY;';

/**
 * Temporary tables of one update: they live in a file of their own, so that the database is neither locked nor written while a feed is parsed.
 * Their ids count from 1 in each session; `stored` is the id in the database, known at the commit.
 */
export const stageTables = `
  CREATE TEMP TABLE seen(id INTEGER PRIMARY KEY);
  CREATE TEMP TABLE staged_namespace(id INTEGER PRIMARY KEY, key TEXT, scheme TEXT, distribution TEXT, repository TEXT, affected INTEGER, stored INTEGER);
  CREATE TEMP TABLE staged_package(id INTEGER PRIMARY KEY, namespace INTEGER, name TEXT, kind TEXT, module TEXT, arch TEXT, arch_operation TEXT, stored INTEGER);
  CREATE TEMP TABLE staged_range(id INTEGER PRIMARY KEY, lo BLOB, hi BLOB, exact INTEGER, introduced TEXT, fixed TEXT, last_affected TEXT, stored INTEGER);
  CREATE TEMP TABLE staged_statement(id INTEGER PRIMARY KEY, status TEXT, fix_state TEXT, severity TEXT, normalized_severity TEXT, pointer TEXT, stored INTEGER);
  CREATE TEMP TABLE staged_url(id INTEGER PRIMARY KEY, url TEXT, stored INTEGER);
  CREATE TEMP TABLE staged_text(id INTEGER PRIMARY KEY, texts INTEGER, advisories INTEGER, body BLOB);
  CREATE TEMP TABLE staged_advisory(
    id INTEGER PRIMARY KEY, part TEXT, name TEXT, aliases TEXT, issued TEXT, url INTEGER, text INTEGER, text_position INTEGER, hash BLOB, place_hash BLOB
  );
  CREATE TEMP TABLE staged_affected(package INTEGER, advisory INTEGER, range INTEGER, statement INTEGER, place TEXT);
  -- Stored advisories that only moved in their document, by their ids in the database, and their rows as they stand there now.
  CREATE TEMP TABLE moved_advisory(id INTEGER PRIMARY KEY, url INTEGER, place_hash BLOB);
  CREATE TEMP TABLE moved_affected(package INTEGER, advisory INTEGER, range INTEGER, statement INTEGER, place TEXT);
`;
