import { leaseTable } from '../lease-table.ts';
import { fourLetters, type Schema } from '../migrate.ts';

/**
 * History lives on the advisory: it holds from operation `added_op` until `removed_op`, and its rows never change.
 * What thousands of rows share is interned: package, range, statement, url.
 */
const initial = `
  ${leaseTable}

  CREATE TABLE updater(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL DEFAULT 0,
    fingerprint TEXT,
    body_digest TEXT,
    last_attempt TEXT,
    last_success TEXT,
    error_code TEXT,
    error_message TEXT,
    advisories INTEGER NOT NULL DEFAULT 0, -- current ones
    affected INTEGER NOT NULL DEFAULT 0    -- their rows
  ) STRICT;

  CREATE TABLE namespace(
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    scheme TEXT NOT NULL,
    distribution TEXT,                     -- JSON of the facts
    repository TEXT
  ) STRICT;
  -- How many current rows of an updater speak of a namespace.
  CREATE TABLE updater_namespace(
    updater_id INTEGER NOT NULL,
    namespace_id INTEGER NOT NULL,
    affected INTEGER NOT NULL,
    PRIMARY KEY (updater_id, namespace_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE update_operation(
    id INTEGER PRIMARY KEY,
    updater_id INTEGER NOT NULL,
    at TEXT NOT NULL,
    body_digest TEXT NOT NULL,
    added INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    -- The ids of what it added; none if the first is above the last. They make an index on added_op needless.
    first_advisory INTEGER NOT NULL,
    last_advisory INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX update_operation_updater ON update_operation(updater_id);

  CREATE TABLE package(
    id INTEGER PRIMARY KEY,
    namespace_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    module TEXT NOT NULL,
    arch TEXT NOT NULL,
    arch_operation TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX package_key ON package(namespace_id, name, kind, module, arch, arch_operation);

  -- Half-open on keys: lo <= key < hi; hi = x'ff': no upper end. Beside them the ends as the advisory writes them.
  CREATE TABLE range(
    id INTEGER PRIMARY KEY,
    lo BLOB NOT NULL,
    hi BLOB NOT NULL,
    exact INTEGER NOT NULL,
    introduced TEXT,
    fixed TEXT,
    last_affected TEXT
  ) STRICT;
  -- Texts nearly decide the keys: what differs in the rest alone is few.
  CREATE INDEX range_texts ON range(fixed, introduced, last_affected);

  -- What a row says, and where in the document it stands, without what the row's other columns say already (see fold-text.ts).
  CREATE TABLE statement(
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL,
    fix_state TEXT NOT NULL,
    severity TEXT NOT NULL,
    normalized_severity TEXT NOT NULL,
    pointer TEXT NOT NULL,
    UNIQUE (pointer, severity, status, fix_state, normalized_severity)
  ) STRICT;

  CREATE TABLE url(
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE
  ) STRICT;

  -- Descriptions and links of neighbouring advisories, packed together: a third smaller and ten times faster than one by one.
  CREATE TABLE text(
    id INTEGER PRIMARY KEY,
    advisories INTEGER NOT NULL,           -- how many it still serves
    body BLOB NOT NULL
  ) STRICT;

  CREATE TABLE advisory(
    id INTEGER PRIMARY KEY,
    updater_id INTEGER NOT NULL,
    part TEXT NOT NULL,
    name TEXT NOT NULL,
    aliases TEXT,                          -- JSON; NULL: none
    issued TEXT NOT NULL,
    url_id INTEGER NOT NULL,
    text_id INTEGER,                       -- NULL: neither description nor links
    text_position INTEGER NOT NULL,
    hash BLOB NOT NULL,                    -- over what it says
    place_hash BLOB NOT NULL,              -- over where it says so
    added_op INTEGER NOT NULL,
    removed_op INTEGER                     -- NULL: current
  ) STRICT;
  -- The first bytes of a hash find it; the row says whether it is the one.
  CREATE INDEX advisory_current ON advisory(updater_id, substr(hash, 1, 6)) WHERE removed_op IS NULL;
  CREATE INDEX advisory_removed ON advisory(removed_op) WHERE removed_op IS NOT NULL;

  CREATE TABLE affected(
    package_id INTEGER NOT NULL,
    advisory_id INTEGER NOT NULL,
    range_id INTEGER NOT NULL,
    statement_id INTEGER NOT NULL,
    place TEXT NOT NULL,                   -- the numbers of the pointer
    PRIMARY KEY (package_id, advisory_id, range_id, statement_id, place)
  ) STRICT, WITHOUT ROWID;
  -- For retention and for what an operation closes.
  CREATE INDEX affected_advisory ON affected(advisory_id);
`;

/** What upkeep goes by: see matcher/upkeep.ts. */
const upkeep = `
  ALTER TABLE text ADD COLUMN texts INTEGER NOT NULL DEFAULT 0; -- how many it holds; 0: not counted
  CREATE TABLE upkeep(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    deleted INTEGER NOT NULL               -- affected rows, since what rows share was last looked through
  ) STRICT;
  INSERT INTO upkeep(id, deleted) VALUES (1, 0);
`;

export const matcherSchema: Schema = { applicationId: fourLetters('CCvu'), migrations: [initial, upkeep] };
