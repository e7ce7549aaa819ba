import { leaseTable } from '../lease-table.ts';
import { fourLetters, type Schema } from '../migrate.ts';

/** Facts of layers belong to no manifest; everything else goes when its manifest goes. */
const initial = `
  ${leaseTable}

  CREATE TABLE layer(
    id INTEGER PRIMARY KEY,
    map BLOB,                 -- NULL until a first walk was stored
    diagnostics BLOB          -- of all walks
  ) STRICT;

  -- A layer has one name for each form in which it was met: its diffID, and the digest of each blob.
  CREATE TABLE layer_alias(
    digest TEXT PRIMARY KEY,
    layer_id INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX layer_alias_layer ON layer_alias(layer_id);

  CREATE TABLE scanner(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    UNIQUE (name, version, kind)
  ) STRICT;

  -- asked = 0: what the walk gave; asked = 1: what was read again because other layers' links lead to it.
  CREATE TABLE artifact(
    id INTEGER PRIMARY KEY,
    layer_id INTEGER NOT NULL,
    asked INTEGER NOT NULL,
    scanner_id INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (layer_id, asked, scanner_id)
  ) STRICT;

  CREATE TABLE manifest(
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    -- The last report, if there was one: its state, and the number of the encoding.
    state TEXT,
    encoding INTEGER,
    report BLOB
  ) STRICT;
  CREATE TABLE manifest_layer(
    manifest_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    layer_id INTEGER NOT NULL,
    PRIMARY KEY (manifest_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX manifest_layer_layer ON manifest_layer(layer_id);

  -- Who took part in the finished report.
  CREATE TABLE manifest_scanner(
    manifest_id INTEGER NOT NULL,
    scanner_id INTEGER NOT NULL,
    PRIMARY KEY (manifest_id, scanner_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE indexed_package(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    kind TEXT NOT NULL,
    arch TEXT NOT NULL,
    module TEXT NOT NULL,
    source_name TEXT NOT NULL, -- empty: none
    UNIQUE (name, version, kind, arch, module, source_name)
  ) STRICT;
  CREATE TABLE manifest_package(
    manifest_id INTEGER NOT NULL,
    package_id INTEGER NOT NULL,
    PRIMARY KEY (manifest_id, package_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX manifest_package_package ON manifest_package(package_id);
`;

/** To find manifests by what they hold. */
const packageNames = `
  CREATE INDEX indexed_package_source ON indexed_package(source_name) WHERE source_name <> '';
`;

export const indexerSchema: Schema = { applicationId: fourLetters('CCix'), migrations: [initial, packageNames] };
