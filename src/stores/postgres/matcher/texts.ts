import type { AdvisoryText } from '../../../contracts/index.ts';
import { StoreError } from '../../../core/index.ts';
import { unfoldWords } from '../../fold-text.ts';
import { urlWords } from '../../row-words.ts';
import { unpackTexts } from '../../text-block.ts';
import type { Sql } from '../sql.ts';
import { lookUpSettings } from './look-up-settings.ts';
import { fromStoredText } from './stored-text.ts';

interface TextRow {
  readonly id: number;
  readonly part: string;
  readonly name: string;
  readonly block: number | null;
  readonly position: number;
}

/** Blocks of one answer of the server: some 2 MB. */
const blocksAtOnce = 500;
const largestId = 2 ** 31 - 1;

/** Descriptions and links of the advisories, as far as they are stored. */
export async function texts(sql: Sql, advisories: readonly number[]): Promise<ReadonlyMap<number, AdvisoryText>> {
  const wanted = advisories.filter((id) => id >= 0 && id <= largestId);
  await sql.run(lookUpSettings);
  const rows = await sql.all<TextRow>(
    'SELECT id, part, name, text_id AS block, text_position AS position FROM advisory WHERE id = ANY($1::int[]) ORDER BY text_id',
    [wanted],
  );
  const found = new Map<number, AdvisoryText>();
  const byBlock = new Map<number, TextRow[]>();
  for (const row of rows) {
    if (row.block === null) {
      found.set(row.id, { description: '', links: [] });
      continue;
    }
    const readers = byBlock.get(row.block);
    if (readers) readers.push(row);
    else byBlock.set(row.block, [row]);
  }
  const blocks = [...byBlock.keys()];
  for (let at = 0; at < blocks.length; at += blocksAtOnce) {
    await readBlocks(sql, blocks.slice(at, at + blocksAtOnce), byBlock, found);
  }
  return found;
}

async function readBlocks(
  sql: Sql,
  blocks: readonly number[],
  byBlock: ReadonlyMap<number, readonly TextRow[]>,
  into: Map<number, AdvisoryText>,
): Promise<void> {
  const bodies = await sql.all<{ id: number; body: Uint8Array }>('SELECT id, body FROM text_block WHERE id = ANY($1::int[])', [blocks]);
  if (bodies.length < blocks.length) throw new StoreError('STORE_CORRUPT', { table: 'text_block' });
  for (const { id: block, body } of bodies) {
    const unpacked = unpackTexts(body);
    for (const { id, part, name, position } of byBlock.get(block) ?? []) {
      const text = unpacked[position];
      if (!text) throw new StoreError('STORE_CORRUPT', { table: 'text_block', text: block });
      const words = urlWords({ part: fromStoredText(part), name: fromStoredText(name) });
      into.set(id, { description: text.description, links: text.links.map((link) => unfoldWords(link, words)) });
    }
  }
}
