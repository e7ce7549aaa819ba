import type { Database } from '../database.ts';
import { TextBlocks, type TextPlace } from '../../text-block.ts';
import { TextReader } from './text-reader.ts';

/** Blocks at a time: some 10 MB of texts. */
const mostBlocks = 1000;

/** An advisory, and where its text is. */
interface Reader extends TextPlace {
  readonly id: number;
}

/**
 * Inside a write transaction: puts the texts of blocks of which less than half is in use into new blocks.
 * A block goes only with the last of its advisories: without this, the texts of long ago would stay for the few that are left.
 */
export function repackTexts(database: Database): void {
  database.exec('CREATE TEMP TABLE IF NOT EXISTS sparse(id INTEGER PRIMARY KEY); DELETE FROM temp.sparse');
  const chosen = database.run('INSERT INTO sparse(id) SELECT id FROM text WHERE advisories * 2 < texts ORDER BY id LIMIT ?', mostBlocks);
  if (chosen === 0) return;
  // In the order of the texts: those that share one come together.
  const readers = database.all<Reader>(
    `SELECT id, text_id AS block, text_position AS position FROM advisory WHERE text_id IN (SELECT id FROM sparse) ORDER BY text_id, text_position`,
  );
  const moved = repack(database, readers);
  for (const [id, { block, position }] of moved) {
    database.run('UPDATE advisory SET text_id = ?, text_position = ? WHERE id = ?', block, position, id);
  }
  database.run('DELETE FROM text WHERE id IN (SELECT id FROM sparse)');
}

function repack(database: Database, readers: readonly Reader[]): ReadonlyMap<number, TextPlace> {
  const last = database.get<{ id: number }>('SELECT max(id) AS id FROM text')?.id ?? 0;
  const blocks = new TextBlocks(({ block, texts, advisories, body }) =>
    database.run('INSERT INTO text(id, texts, advisories, body) VALUES (?, ?, ?, ?)', last + block, texts, advisories, body),
  );
  const reader = new TextReader(database);
  const moved = new Map<number, TextPlace>();
  for (const { id, block, position } of readers) {
    const place = blocks.add(reader.read({ block, position }));
    moved.set(id, { block: last + place.block, position: place.position });
  }
  blocks.flush();
  return moved;
}
