// node test/bench/store.ts [ROWS…]: what the embedded matcher store takes and gives, on generated advisories.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteMatcherStore } from '../../src/stores/index.ts';
import { peakKiB } from '../support/peak-memory.ts';
import { printRows, type Row } from './measure.ts';
import { findRows, loadStore, type Load } from './store-load.ts';

const sizes = process.argv.slice(2).map(Number);

async function measure(rows: number): Promise<Row[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'claircore-bench-store-'));
  const keep = process.env['CLAIRCORE_BENCH_KEEP'];
  try {
    const path = keep ?? join(scratch, 'matcher.db');
    await using store = await openSqliteMatcherStore(path);
    const { load, unchanged } = await loadStore(store, rows);
    return [...loadRows(load, unchanged, statSync(path).size), ...(await findRows(store, 20))].map((row) => ({
      ...row,
      what: `${(load.rows / 1e6).toFixed(1)} M rows: ${row.what}`,
    }));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function loadRows(load: Load, unchanged: Load, bytes: number): Row[] {
  const perSecond = (load.rows / (load.stage + load.commit)) * 1000;
  const perCpuSecond = (load.rows / load.cpu) * 1000;
  const perRow = bytes / load.rows;
  const peak = peakKiB() / 1024;
  return [
    {
      what: 'load: stage and commit, without parsing and keys',
      measured: `${(perSecond / 1000).toFixed(0)} k rows/s, ${(perCpuSecond / 1000).toFixed(0)} k a second of processor time (stage ${(load.stage / 1000).toFixed(1)} s, commit ${(load.commit / 1000).toFixed(1)} s)`,
      budget: '≥ 100 k rows/s',
      met: perSecond >= 100_000,
    },
    { what: 'longest write transaction', measured: `${load.longest.toFixed(0)} ms`, budget: '', met: undefined },
    {
      what: 'the first feed again, unchanged',
      measured: `${(unchanged.stage + unchanged.commit).toFixed(0)} ms`,
      budget: '',
      met: undefined,
    },
    {
      what: 'database',
      measured: `${(bytes / 1e6).toFixed(0)} MB, ${perRow.toFixed(0)} bytes a row`,
      budget: '≤ 150 bytes a row',
      met: perRow <= 150,
    },
    { what: 'peak memory of the process', measured: `${peak.toFixed(0)} MiB`, budget: '≤ 512 MiB', met: peak <= 512 },
  ];
}

for (const rows of sizes.length > 0 ? sizes : [200_000]) printRows(await measure(rows));
