import { leaseTable } from '../lease-table.ts';
import type { Schema } from '../migrate.ts';
import { createStageTables, sharedStage } from './stage-tables.ts';

/**
 * As in SQLite: history lives on the advisory, from operation `added_op` until `removed_op`, and its rows never change; what thousands of
 * rows share is interned. What is interned is known by `hash`, the first 16 bytes of SHA-256 over all that it says (see identity.ts):
 * texts of any length are told apart by a small index, which a B-tree over the texts themselves would refuse beyond 2,704 bytes.
 * Ids of what is interned are never given twice, so that processes may keep it in memory.
 */
const initial = `
  ${leaseTable}

  -- One row, made by the first. Who changes what is found locks it first: operations are visible in the order of their numbers, and no two commits can deadlock.
  CREATE TABLE matcher_state(
    id smallint PRIMARY KEY CHECK (id = 1),
    revision bigint NOT NULL,              -- of what is found: grows with each commit that changes it
    deleted bigint NOT NULL                -- affected rows, since what rows share was last looked through
  );

  CREATE TABLE updater(
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    version int NOT NULL DEFAULT 0,
    fingerprint text,
    body_digest text,
    last_attempt text,
    last_success text,
    error_code text,
    error_message text,
    advisories int NOT NULL DEFAULT 0,     -- current ones
    affected int NOT NULL DEFAULT 0        -- their rows
  );

  -- Updates that have staging tables (see stage-tables.ts); a row outlives its session where the process was killed.
  CREATE TABLE update_session(
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    updater text COLLATE "C" NOT NULL,
    batches int NOT NULL                   -- how many were staged: none is staged twice when a connection breaks
  );

  ${createStageTables(sharedStage)}

  CREATE TABLE namespace(
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash uuid NOT NULL UNIQUE,
    key text COLLATE "C" NOT NULL,
    scheme text NOT NULL,
    distribution text,                     -- JSON of the facts
    repository text
  );
  -- How many current rows of an updater speak of a namespace.
  CREATE TABLE updater_namespace(
    updater_id int NOT NULL,
    namespace_id int NOT NULL,
    affected int NOT NULL,
    PRIMARY KEY (updater_id, namespace_id)
  );

  CREATE TABLE update_operation(
    id int PRIMARY KEY,
    updater_id int NOT NULL,
    at text NOT NULL,
    body_digest text NOT NULL,
    added int NOT NULL,
    removed int NOT NULL,
    -- The ids of what it added; none if the first is above the last. They make an index on added_op needless.
    first_advisory int NOT NULL,
    last_advisory int NOT NULL
  );
  CREATE INDEX update_operation_updater ON update_operation(updater_id, id);

  CREATE TABLE package(
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace_id int NOT NULL,
    hash uuid NOT NULL UNIQUE,
    question uuid NOT NULL,                -- hash of namespace, name and kind: what is asked for
    name text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    module text COLLATE "C" NOT NULL,
    arch text COLLATE "C" NOT NULL,
    arch_operation text NOT NULL
  );
  CREATE INDEX package_question ON package(question);

  -- A range as the advisory writes it. Its keys stand with the rows; here only those that an index would not take (see key-bounds.ts).
  CREATE TABLE version_range(
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    exact smallint NOT NULL,
    hash uuid NOT NULL UNIQUE,             -- also over the keys
    long_lo bytea,
    long_hi bytea,
    introduced text COLLATE "C",
    fixed text COLLATE "C",
    last_affected text COLLATE "C"
  );

  -- What a row says, and where in the document it stands, without what the row's other columns say already (see fold-text.ts).
  CREATE TABLE statement(
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash uuid NOT NULL UNIQUE,
    status text NOT NULL,
    fix_state text NOT NULL,
    severity text NOT NULL,
    normalized_severity text NOT NULL,
    pointer text COLLATE "C" NOT NULL
  );

  CREATE TABLE url(
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash uuid NOT NULL UNIQUE,
    url text COLLATE "C" NOT NULL
  );

  -- Descriptions and links of neighbouring advisories, packed together.
  CREATE TABLE text_block(
    id int PRIMARY KEY,
    texts int NOT NULL,                    -- how many it holds
    advisories int NOT NULL,               -- how many it still serves
    body bytea NOT NULL
  );
  ALTER TABLE text_block ALTER COLUMN body SET STORAGE EXTERNAL; -- packed already

  CREATE TABLE advisory(
    id int PRIMARY KEY,
    updater_id int NOT NULL,
    text_id int,                           -- NULL: neither description nor links
    text_position int NOT NULL,
    added_op int NOT NULL,
    removed_op int,                        -- NULL: current
    hash uuid NOT NULL,                    -- over what it says
    place_hash bytea NOT NULL,             -- over where it says so
    part text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    issued text NOT NULL,
    aliases text                           -- JSON; NULL: none
  );
  CREATE INDEX advisory_current ON advisory(updater_id, hash) WHERE removed_op IS NULL;
  CREATE INDEX advisory_removed ON advisory(removed_op) WHERE removed_op IS NOT NULL;
  CREATE INDEX advisory_text ON advisory(text_id);

  -- Rows of current advisories.
  CREATE TABLE affected(
    package_id int NOT NULL,
    advisory_id int NOT NULL,
    range_id int NOT NULL,
    statement_id int NOT NULL,
    url_id int NOT NULL,                   -- of the advisory; here, for it may change where all else of an advisory does not
    place text COLLATE "C" NOT NULL,       -- the numbers of the pointer
    -- Half-open on keys: lo <= key < hi; hi = x'ff': no upper end. The widest where the range is not exact; as short as an index wants them.
    lo bytea NOT NULL,
    hi bytea NOT NULL
  );
  -- Most ranges have no lower end: the rows of a package above the upper ends that a version has left behind are nearly those that hold it.
  CREATE INDEX affected_package ON affected(package_id, hi);
  -- For what an operation closes or moves.
  CREATE INDEX affected_advisory ON affected(advisory_id);

  -- Rows of closed ones: put away, so that a look-up meets none of them.
  CREATE TABLE closed_affected(LIKE affected);
  CREATE INDEX closed_affected_advisory ON closed_affected(advisory_id);
`;

export const matcherSchema: Schema = { name: 'claircore_matcher', migrations: [initial] };
