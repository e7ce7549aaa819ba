import type { Sql } from '../sql.ts';

/** Waits until no other transaction changes what is found, and keeps others waiting until this one ends. Readers do not wait. */
export async function takeTurn(sql: Sql): Promise<void> {
  const text = 'SELECT 1 AS taken FROM matcher_state FOR NO KEY UPDATE';
  if (await sql.get(text)) return;
  await sql.run('INSERT INTO matcher_state(id, revision, deleted) VALUES (1, 0, 0) ON CONFLICT DO NOTHING');
  await sql.get(text);
}
