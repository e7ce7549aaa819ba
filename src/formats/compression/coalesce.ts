import { concat, markConsumable } from '../../runtime/index.ts';

/** Joins small chunks until they have that many bytes: what is done once a chunk is then done seldom. Large ones pass as they are. */
export async function* coalesce(source: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of source) {
    parts.push(chunk);
    total += chunk.length;
    if (total < length && !endsMemory(chunk, length)) continue;
    yield join(parts, total);
    parts = [];
    total = 0;
  }
  if (total > 0) yield join(parts, total);
}

/** Without copying where the parts lie side by side, as those of a decoder often do. */
function join(parts: readonly Uint8Array[], total: number): Uint8Array {
  const [first] = parts;
  if (!first || !parts.every((part, index) => index === 0 || isNextTo(parts[index - 1], part))) return markConsumable(concat(parts, total));
  return parts.length === 1 ? first : new Uint8Array(first.buffer, first.byteOffset, total);
}

function isNextTo(before: Uint8Array | undefined, after: Uint8Array): boolean {
  return before?.buffer === after.buffer && before.byteOffset + before.byteLength === after.byteOffset;
}

/** The last piece of a decoder's buffer is not held back: to join it with what comes next would be to copy both. */
function endsMemory({ buffer, byteOffset, byteLength }: Uint8Array, length: number): boolean {
  return buffer.byteLength >= length && byteOffset + byteLength === buffer.byteLength;
}
