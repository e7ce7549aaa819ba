import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect } from '../testing/index.ts';
import { readBundle, writeBundle, type BundlePart } from './feed-bundle.ts';

interface Part {
  readonly name: string;
  readonly chunks: readonly Uint8Array[] | undefined;
}

async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield chunk;
}

async function* toParts(parts: readonly Part[]): AsyncGenerator<BundlePart> {
  for (const { name, chunks } of parts) yield { name, body: chunks && stream(chunks) };
}

async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<readonly number[]> {
  return (await collect(source)).flatMap((chunk) => [...chunk]);
}

async function read(
  bytes: Uint8Array,
  size: number,
  leaves = false,
): Promise<readonly (readonly [string, readonly number[] | undefined])[]> {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  const parts: (readonly [string, readonly number[] | undefined])[] = [];
  for await (const { name, body } of readBundle(stream(pieces), 'sole')) parts.push([name, body && (leaves ? [] : await bytesOf(body))]);
  return parts;
}

const chunks = fc.option(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 4 }), { nil: undefined });
const parts = fc.array(fc.record({ name: fc.string({ maxLength: 10 }), chunks }), { maxLength: 5 });

describe('a bundle of documents', () => {
  it('gives back what went in, however it is cut, read or left', async () => {
    await fc.assert(
      fc.asyncProperty(parts, fc.integer({ min: 1, max: 40 }), async (given, size) => {
        const bytes = Uint8Array.from(await bytesOf(writeBundle(toParts(given))));
        expect(await read(bytes, size)).toEqual(given.map((part) => [part.name, part.chunks?.flatMap((chunk) => [...chunk])]));
        expect((await read(bytes, size, true)).map(([name]) => name)).toEqual(given.map(({ name }) => name));
      }),
      { numRuns: 100 },
    );
  });

  it('that was cut anywhere is no bundle that ended', async () => {
    const bytes = Uint8Array.from(await bytesOf(writeBundle(toParts([{ name: 'a', chunks: [Uint8Array.of(1, 2, 3)] }]))));
    const magic = 20;
    for (let length = magic + 1; length < bytes.length; length += 1) {
      await expect(read(bytes.subarray(0, length), 7)).rejects.toMatchObject({ code: 'FEED_TRUNCATED' });
    }
  });

  it('is one document by a given name where it is something else', async () => {
    expect(await read(new TextEncoder().encode('<updates/>'), 3)).toEqual([['sole', [...new TextEncoder().encode('<updates/>')]]]);
  });

  it('refuses a frame that nobody writes', async () => {
    const bytes = Uint8Array.from(await bytesOf(writeBundle(toParts([]))));
    bytes[bytes.length - 5] = 9;
    await expect(read(bytes, 100)).rejects.toMatchObject({ code: 'FEED_MALFORMED' });
  });
});
