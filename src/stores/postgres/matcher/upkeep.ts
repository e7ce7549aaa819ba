import type { PostgresDatabase } from '../database.ts';
import { repackTexts } from './repack-texts.ts';
import { isSweepDue, sweep } from './sweep.ts';
import { takeTurn } from './turn.ts';

/**
 * Keeps the database from growing without end. What costs a reading of whole tables is done once so much was deleted that it pays,
 * in several transactions: each leaves the database good, and what is left out is done another time. Free pages are the server's own care.
 * @throws StoreError
 */
export async function upkeep(database: PostgresDatabase): Promise<void> {
  if (!(await database.read(isSweepDue))) return;
  await database.write(async (sql) => {
    await takeTurn(sql);
    await repackTexts(sql);
  });
  await sweep(database);
}
