// node test/bench/postgres.ts [ROWS…]: what the matcher store takes and gives on PostgreSQL, beside the embedded one, on generated advisories.
// The server is one of its own, with its promises kept (fsync on). CLAIRCORE_TEST_POSTGRES: another one, whose user may create databases.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteMatcherStore } from '../../src/stores/index.ts';
import { openPostgresMatcherStore } from '../../src/stores/postgres/index.ts';
import { printRows, type Row } from './measure.ts';
import { ask, startServer, type Server } from './postgres-server.ts';
import { findRows, loadStore, type Load } from './store-load.ts';

const sizes = process.argv.slice(2).map(Number);
const scratch = mkdtempSync(join(tmpdir(), 'claircore-bench-postgres-'));
async function measure(server: Server, rows: number): Promise<Row[]> {
  const name = `bench_${rows}`;
  await ask(server.connectionString, `CREATE DATABASE ${name}`);
  const uri = new URL(server.connectionString);
  uri.pathname = `/${name}`;
  try {
    await using store = await openPostgresMatcherStore({ connectionString: uri.href });
    const { load, unchanged } = await loadStore(store, rows);
    const fresh = await findRows(store, 40);
    // What the server does by itself within a minute.
    await ask(uri.href, 'VACUUM ANALYZE');
    const settled = await findRows(store, 40);
    const size = await ask<{ bytes: string }>(uri.href, `SELECT pg_database_size('${name}') AS bytes`);
    return [
      loadRow('PostgreSQL', load),
      { what: 'longest commit', measured: `${load.longest.toFixed(0)} ms`, budget: '', met: undefined },
      {
        what: 'the first feed again, unchanged',
        measured: `${(unchanged.stage + unchanged.commit).toFixed(0)} ms`,
        budget: '',
        met: undefined,
      },
      { what: 'database', measured: sizeText(Number(size?.bytes), load.rows), budget: '', met: undefined },
      ...fresh.map((row) => ({ ...row, what: `just loaded: ${row.what}` })),
      ...settled,
      ...(await measureSqlite(rows)),
    ];
  } finally {
    await ask(server.connectionString, `DROP DATABASE ${name} WITH (FORCE)`);
  }
}

/** The same in the embedded store, in the same minutes of the same machine. */
async function measureSqlite(rows: number): Promise<readonly Row[]> {
  await using store = await openSqliteMatcherStore(join(scratch, `${rows}.db`));
  const { load } = await loadStore(store, rows);
  return [loadRow('SQLite', load), ...(await findRows(store, 20)).map((row) => ({ ...row, what: `SQLite: ${row.what}` }))];
}

function loadRow(store: string, load: Load): Row {
  const perSecond = (load.rows / (load.stage + load.commit)) * 1000;
  const [stage, commit] = [load.stage / 1000, load.commit / 1000].map((seconds) => seconds.toFixed(1));
  const measured = `${(perSecond / 1000).toFixed(0)} k rows/s (stage ${stage} s, commit ${commit} s)`;
  return { what: `load into ${store}: stage and commit, without parsing and keys`, measured, budget: '', met: undefined };
}

function sizeText(bytes: number, rows: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB, ${(bytes / rows).toFixed(0)} bytes a row`;
}

try {
  await using server = await startServer(scratch);
  for (const rows of sizes.length > 0 ? sizes : [200_000]) {
    const measured = await measure(server, rows);
    printRows(measured.map((row) => ({ ...row, what: `${(rows / 1e6).toFixed(1)} M rows: ${row.what}` })));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
