import type { Database } from '../database.ts';
import { repackTexts } from './repack-texts.ts';
import { isSweepDue, sweep } from './sweep.ts';

/** Share of free pages from which on the file is written anew without them. */
const slack = 0.25;
/** Below so many free pages (1 MB) it is not worth it. */
const worthVacuum = 256;

/**
 * Keeps the file from growing without end. What costs a reading of whole tables is done once so much was deleted that it pays,
 * in several short transactions: each leaves the file good, and what is left out is done another time.
 * @throws StoreError
 */
export async function upkeep(database: Database): Promise<void> {
  if (await database.read(() => isSweepDue(database))) {
    await database.write(() => repackTexts(database));
    await sweep(database);
  }
  if (await database.read(() => isSlack(database))) await database.vacuum();
}

function isSlack(database: Database): boolean {
  const pages = database.get<{ free: number; all: number }>(
    'SELECT freelist_count AS free, page_count AS "all" FROM pragma_freelist_count, pragma_page_count',
  );
  return pages !== undefined && pages.free >= worthVacuum && pages.free >= pages.all * slack;
}
