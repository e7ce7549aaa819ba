import { DatabaseSync } from 'node:sqlite';

/** Tables that a confirmation that nothing changed may touch: when a feed was last asked, and who holds which lock. */
const volatileTables = new Set(['updater', 'lease']);

/** Every row of every table that holds advisories, as text; sorted by table. Two equal dumps: nothing was written. */
export function dumpAdvisories(db: string): ReadonlyMap<string, readonly string[]> {
  using database = new DatabaseSync(db, { readOnly: true });
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name").all();
  const names = tables.map(({ name }) => String(name)).filter((name) => !volatileTables.has(name));
  return new Map(
    names.map((name) => [
      name,
      database
        .prepare(`SELECT * FROM "${name}"`)
        .all()
        .map((row) => toText(row))
        .sort(),
    ]),
  );
}

/** Leases that somebody holds, by the store's own account. */
export function heldLeases(db: string): readonly string[] {
  using database = new DatabaseSync(db, { readOnly: true });
  const rows = database.prepare("SELECT key FROM lease WHERE owner IS NOT NULL AND expires_at > unixepoch('subsec') ORDER BY key").all();
  return rows.map(({ key }) => String(key));
}

/** Id of every current advisory of an updater, by `part name`. */
export function currentAdvisories(db: string, updater: string): ReadonlyMap<string, number> {
  using database = new DatabaseSync(db, { readOnly: true });
  const sql = `SELECT a.id, a.part, a.name FROM advisory a JOIN updater u ON u.id = a.updater_id WHERE u.name = ? AND a.removed_op IS NULL`;
  const rows = database.prepare(sql).all(updater);
  return new Map(rows.map(({ id, part, name }) => [`${String(part)} ${String(name)}`, Number(id)]));
}

function toText(row: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(row, (_, value: unknown) => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
    return typeof value === 'bigint' ? String(value) : value;
  });
}
