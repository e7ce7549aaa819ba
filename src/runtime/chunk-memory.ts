/**
 * Memory of chunks that flow by, freed when they have been looked at and not when the garbage collector comes round to it:
 * a layer is gigabytes of them, and to collect them costs more time than to hash them, and many times the memory.
 *
 * Whoever makes a chunk in memory of its own, to which nobody else has a way, says so with `markConsumable`; whoever has looked
 * at it, and knows that nobody behind it kept a view, calls `freeConsumed`. Chunks of other makers are left to the collector.
 */
const consumable = new WeakSet<ArrayBufferLike>();

/** The memory under this chunk has no other use than the chunks that are cut from it, front to back. */
export function markConsumable(chunk: Uint8Array): Uint8Array {
  consumable.add(chunk.buffer);
  return chunk;
}

/** Frees the memory of a chunk that ends where its memory ends; of any other, a later chunk may share it. The chunk is empty then. */
export function freeConsumed(chunk: Uint8Array): void {
  const { buffer } = chunk;
  if (chunk.byteOffset + chunk.byteLength !== buffer.byteLength || !consumable.delete(buffer)) return;
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
