import { leaseTable } from '../lease-table.ts';
import type { Schema } from '../migrate.ts';

/** Facts of layers belong to no manifest; everything else goes when its manifest goes. Bodies are packed already: STORAGE EXTERNAL. */
const initial = `
  ${leaseTable}

  CREATE TABLE layer(
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    map bytea,        -- NULL until a first walk was stored
    diagnostics bytea -- of all walks
  );
  ALTER TABLE layer ALTER map SET STORAGE EXTERNAL, ALTER diagnostics SET STORAGE EXTERNAL;

  -- A layer has one name for each form in which it was met: its diffID, and the digest of each blob.
  CREATE TABLE layer_alias(
    digest text COLLATE "C" PRIMARY KEY,
    layer_id int NOT NULL
  );
  CREATE INDEX layer_alias_layer ON layer_alias(layer_id);

  CREATE TABLE scanner(
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    UNIQUE (name, version, kind)
  );

  -- asked = 0: what the walk gave; asked = 1: what was read again because other layers' links lead to it.
  CREATE TABLE artifact(
    layer_id int NOT NULL,
    asked smallint NOT NULL,
    scanner_id int NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (layer_id, asked, scanner_id)
  );
  ALTER TABLE artifact ALTER body SET STORAGE EXTERNAL;

  CREATE TABLE manifest(
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest text COLLATE "C" NOT NULL UNIQUE,
    -- The last report, if there was one: its state, and the number of the encoding.
    state text,
    encoding int,
    report bytea
  );
  ALTER TABLE manifest ALTER report SET STORAGE EXTERNAL;
  CREATE TABLE manifest_layer(
    manifest_id int NOT NULL,
    position int NOT NULL,
    layer_id int NOT NULL,
    PRIMARY KEY (manifest_id, position)
  );
  CREATE INDEX manifest_layer_layer ON manifest_layer(layer_id);

  -- Who took part in the finished report.
  CREATE TABLE manifest_scanner(
    manifest_id int NOT NULL,
    scanner_id int NOT NULL,
    PRIMARY KEY (manifest_id, scanner_id)
  );

  -- A name may be longer than a tree index can hold: what is unique is a hash over all of it, names are found by their hash.
  CREATE TABLE indexed_package(
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash bytea NOT NULL UNIQUE,
    name text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    arch text COLLATE "C" NOT NULL,
    module text COLLATE "C" NOT NULL,
    source_name text COLLATE "C" NOT NULL -- empty: none
  );
  CREATE INDEX indexed_package_name ON indexed_package USING hash (name);
  CREATE INDEX indexed_package_source ON indexed_package USING hash (source_name) WHERE source_name <> '';
  CREATE TABLE manifest_package(
    manifest_id int NOT NULL,
    package_id int NOT NULL,
    PRIMARY KEY (manifest_id, package_id)
  );
  CREATE INDEX manifest_package_package ON manifest_package(package_id);
`;

export const indexerSchema: Schema = { name: 'claircore_indexer', migrations: [initial] };
