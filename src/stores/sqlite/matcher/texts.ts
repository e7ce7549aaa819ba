import type { AdvisoryText } from '../../../contracts/index.ts';
import type { Database } from '../database.ts';
import { unfoldWords } from '../../fold-text.ts';
import { urlWords } from '../../row-words.ts';
import { TextReader } from './text-reader.ts';

/** Descriptions and links of the advisories, as far as they are stored. */
export function texts(database: Database, advisories: readonly number[]): ReadonlyMap<number, AdvisoryText> {
  const places = database.all<{ id: number; part: string; name: string; block: number | null; position: number }>(
    `SELECT v.id, v.part, v.name, v.text_id AS block, v.text_position AS position
     FROM json_each(?) AS wanted CROSS JOIN advisory AS v ON v.id = wanted.value ORDER BY block`,
    JSON.stringify(advisories),
  );
  const found = new Map<number, AdvisoryText>();
  // Neighbours share a block: it is unpacked once.
  const reader = new TextReader(database);
  for (const { id, part, name, block, position } of places) {
    if (block === null) {
      found.set(id, { description: '', links: [] });
      continue;
    }
    const { description, links } = reader.read({ block, position });
    const words = urlWords({ part, name });
    found.set(id, { description, links: links.map((link) => unfoldWords(link, words)) });
  }
  return found;
}
