import type { AdvisoryText } from '../../../contracts/index.ts';
import { StoreError } from '../../../core/index.ts';
import type { Database } from '../database.ts';
import { unfoldWords } from './fold-text.ts';
import { urlWords } from './row-words.ts';
import { unpackTexts } from './text-block.ts';

/** Descriptions and links of the advisories, as far as they are stored. */
export function texts(database: Database, advisories: readonly number[]): ReadonlyMap<number, AdvisoryText> {
  const places = database.all<{ id: number; part: string; name: string; block: number | null; position: number }>(
    `SELECT v.id, v.part, v.name, v.text_id AS block, v.text_position AS position
     FROM json_each(?) AS wanted CROSS JOIN advisory AS v ON v.id = wanted.value ORDER BY block`,
    JSON.stringify(advisories),
  );
  const found = new Map<number, AdvisoryText>();
  let block: { readonly id: number; readonly texts: readonly AdvisoryText[] } | undefined;
  for (const { id, part, name, block: blockId, position } of places) {
    if (blockId === null) {
      found.set(id, { description: '', links: [] });
      continue;
    }
    // Neighbours share a block: it is unpacked once.
    if (block?.id !== blockId) block = { id: blockId, texts: readBlock(database, blockId) };
    const text = block.texts[position];
    if (!text) throw new StoreError('STORE_CORRUPT', { path: database.path, text: blockId });
    const words = urlWords({ part, name });
    found.set(id, { description: text.description, links: text.links.map((link) => unfoldWords(link, words)) });
  }
  return found;
}

function readBlock(database: Database, id: number): readonly AdvisoryText[] {
  const row = database.get<{ body: Uint8Array }>('SELECT body FROM text WHERE id = ?', id);
  if (!row) throw new StoreError('STORE_CORRUPT', { path: database.path, text: id });
  return unpackTexts(row.body);
}
