import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coalesce } from './coalesce.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);

async function collect(chunks: readonly Uint8Array[], length: number): Promise<Uint8Array[]> {
  async function* source(): AsyncGenerator<Uint8Array> {
    yield* chunks;
  }
  const joined: Uint8Array[] = [];
  for await (const chunk of coalesce(source(), length)) joined.push(chunk);
  return joined;
}

describe('coalesce', () => {
  it('gives the same bytes, wherever they were cut and whatever memory they lie in', async () => {
    const memories = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(memories, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 60 }), async (all, step, length) => {
        const chunks = all.flatMap((memory) =>
          Array.from({ length: Math.ceil(memory.length / step) }, (_, at) => memory.subarray(at * step, (at + 1) * step)),
        );
        const joined = await collect(chunks, length);
        expect(joined.flatMap((chunk) => [...chunk])).toEqual(all.flatMap((memory) => [...memory]));
      }),
      { numRuns },
    );
  });

  it('joins pieces that lie side by side without copying', async () => {
    const memory = new Uint8Array(100);
    const [joined] = await collect([memory.subarray(0, 10), memory.subarray(10, 30), memory.subarray(30, 60)], 50);
    expect([joined?.buffer, joined?.byteOffset, joined?.length]).toEqual([memory.buffer, 0, 60]);
  });

  it('does not hold back the end of a large memory, which to join would be to copy', async () => {
    const [first, second] = [new Uint8Array(100), new Uint8Array(100)];
    const joined = await collect([first.subarray(0, 90), first.subarray(90), second], 50);
    expect(joined.map((chunk) => chunk.length)).toEqual([90, 10, 100]);
    expect(joined[1]?.buffer).toBe(first.buffer);
  });

  it('joins what is small by itself', async () => {
    const joined = await collect(
      Array.from({ length: 100 }, () => new Uint8Array(10)),
      200,
    );
    expect(joined.map((chunk) => chunk.length)).toEqual([200, 200, 200, 200, 200]);
  });
});
