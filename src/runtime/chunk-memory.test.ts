import { describe, expect, it } from 'vitest';
import { freeConsumed, markConsumable } from './chunk-memory.ts';

describe('memory of chunks', () => {
  it('is freed with the chunk that ends where it ends', () => {
    const chunk = markConsumable(new Uint8Array(100));
    freeConsumed(chunk);
    expect(chunk.length).toBe(0);
    expect(chunk.buffer.byteLength).toBe(0);
  });

  it('stays while a later chunk may lie in it', () => {
    const { buffer } = markConsumable(new Uint8Array(100));
    const [first, second] = [new Uint8Array(buffer, 0, 60), new Uint8Array(buffer, 60, 40)];
    freeConsumed(first);
    expect(second.length).toBe(40);
    freeConsumed(second);
    expect(second.length).toBe(0);
  });

  it('stays where nobody said that it may go', () => {
    const chunk = new Uint8Array(100);
    freeConsumed(chunk);
    expect(chunk.length).toBe(100);
  });

  it('is freed once: what is freed again is empty already', () => {
    const chunk = markConsumable(new Uint8Array(100));
    freeConsumed(chunk);
    expect(() => freeConsumed(chunk)).not.toThrow();
  });
});
