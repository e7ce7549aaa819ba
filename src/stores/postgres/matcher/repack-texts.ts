import { StoreError } from '../../../core/index.ts';
import { TextBlocks, unpackTexts, type TextBlock, type TextPlace } from '../../text-block.ts';
import type { Sql } from '../sql.ts';

/** Blocks at a time: some 10 MB of texts. */
const mostBlocks = 1000;

/** An advisory, and where its text is. */
interface Reader extends TextPlace {
  readonly id: number;
}

/**
 * In a write transaction, by whoever has the turn: puts the texts of blocks of which less than half is in use into new blocks.
 * A block goes only with the last of its advisories: without this, the texts of long ago would stay for the few that are left.
 */
export async function repackTexts(sql: Sql): Promise<void> {
  const sparse = await sql.all<{ id: number; body: Uint8Array }>(
    'SELECT id, body FROM text_block WHERE advisories * 2 < texts ORDER BY id LIMIT $1',
    [mostBlocks],
  );
  if (sparse.length === 0) return;
  const ids = sparse.map(({ id }) => id);
  // In the order of the texts: those that share one come together.
  const readers = await sql.all<Reader>(
    `SELECT id, text_id AS block, text_position AS position FROM advisory WHERE text_id = ANY($1::int[]) ORDER BY text_id, text_position, id`,
    [ids],
  );
  const last = (await sql.get<{ last: number }>('SELECT max(id) AS last FROM text_block'))?.last ?? 0;
  const { blocks, places } = repack(new Map(sparse.map(({ id, body }) => [id, body])), readers);
  for (const { block, texts, advisories, body } of blocks) {
    const values = [last + block, texts, advisories, body];
    await sql.run('INSERT INTO text_block(id, texts, advisories, body) VALUES ($1, $2, $3, $4)', values);
  }
  await sql.run(
    `UPDATE advisory AS v SET text_id = m.block + $1, text_position = m.position
     FROM unnest($2::int[], $3::int[], $4::int[]) AS m(id, block, position) WHERE v.id = m.id`,
    [last, readers.map(({ id }) => id), places.map(({ block }) => block), places.map(({ position }) => position)],
  );
  await sql.run('DELETE FROM text_block WHERE id = ANY($1::int[])', [ids]);
}

interface Repacked {
  readonly blocks: readonly TextBlock[];
  /** Of each reader. */
  readonly places: readonly TextPlace[];
}

function repack(bodies: ReadonlyMap<number, Uint8Array>, readers: readonly Reader[]): Repacked {
  const blocks: TextBlock[] = [];
  const packer = new TextBlocks((block) => blocks.push(block));
  let unpacked: { readonly block: number; readonly texts: ReturnType<typeof unpackTexts> } | undefined;
  const places = readers.map(({ block, position }) => {
    if (unpacked?.block !== block) unpacked = { block, texts: unpackTexts(bodies.get(block) ?? new Uint8Array()) };
    const text = unpacked.texts[position];
    if (!text) throw new StoreError('STORE_CORRUPT', { table: 'text_block', text: block });
    return packer.add(text);
  });
  packer.flush();
  return { blocks, places };
}
