import { concat } from '../../runtime/index.ts';

/** Joins small chunks until they have that many bytes: what is done once a chunk is then done seldom. Large ones pass as they are. */
export async function* coalesce(source: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of source) {
    if (total === 0 && chunk.length >= length) {
      yield chunk;
      continue;
    }
    parts.push(chunk);
    total += chunk.length;
    if (total < length) continue;
    yield concat(parts, total);
    parts = [];
    total = 0;
  }
  if (total > 0) yield concat(parts, total);
}
