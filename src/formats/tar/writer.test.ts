import * as fc from 'fast-check';
import { extract, type Header } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { paxRecord, tarEnd, tarEntry, tarHeader, tarPadding, type TarEntryFields } from './writer.ts';

const runs = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const decoder = new TextDecoder();

interface ReadEntry {
  readonly header: Header;
  readonly content: Uint8Array;
}

/** tar-stream is the oracle: it reads what the writer wrote. */
async function readBack(chunks: AsyncIterable<Uint8Array>): Promise<ReadEntry[]> {
  const entries: ReadEntry[] = [];
  const reader = extract();
  reader.on('entry', (header, stream, next) => {
    const content: number[] = [];
    stream.on('data', (part) => {
      if (part instanceof Uint8Array) content.push(...part);
    });
    stream.on('end', () => {
      entries.push({ header, content: Uint8Array.from(content) });
      next();
    });
  });
  const done = new Promise<void>((resolve, reject) => {
    reader.on('finish', () => resolve());
    reader.on('error', reject);
  });
  for await (const chunk of chunks) reader.write(chunk);
  reader.end(undefined);
  await done;
  return entries;
}

async function* archive(...entries: readonly (readonly [TarEntryFields, Uint8Array | undefined])[]): AsyncGenerator<Uint8Array> {
  for (const [entry, content] of entries) yield* tarEntry(entry, content && [content]);
  yield tarEnd();
}

describe('tarEntry', () => {
  const cases: readonly (readonly [string, TarEntryFields, Partial<Header>])[] = [
    [
      'a file',
      { path: 'etc/passwd', type: 'file', size: 3, mode: 0o600, uid: 7, gid: 8, mtime: 9 },
      { name: 'etc/passwd', type: 'file', size: 3, mode: 0o600, uid: 7, gid: 8, mtime: new Date(9000) },
    ],
    ['a directory, which gets its slash', { path: 'etc', type: 'directory' }, { name: 'etc/', type: 'directory', mode: 0o755 }],
    ['a symlink', { path: 'a', type: 'symlink', linkTarget: '../b' }, { type: 'symlink', linkname: '../b' }],
    [
      'a hard link, whose size is none',
      { path: 'a', type: 'hardlink', linkTarget: 'b', size: 5 },
      { type: 'link', linkname: 'b', size: 0 },
    ],
    [
      'a device',
      { path: 'dev/null', type: 'character-device', deviceMajor: 1, deviceMinor: 3 },
      { type: 'character-device', devmajor: 1, devminor: 3 },
    ],
    [
      'a path of 101 bytes, split at a slash',
      { path: `${'d'.repeat(50)}/${'f'.repeat(50)}`, type: 'fifo' },
      { name: `${'d'.repeat(50)}/${'f'.repeat(50)}`, type: 'fifo', pax: null },
    ],
    ['a path without a slash to split at', { path: 'f'.repeat(101), type: 'fifo' }, { name: 'f'.repeat(101) }],
    ['a path of 5,000 bytes', { path: `${'d/'.repeat(2500)}x`, type: 'fifo' }, { name: `${'d/'.repeat(2500)}x` }],
    ['a path that is not ASCII', { path: 'ü/日本', type: 'fifo' }, { name: 'ü/日本', pax: { path: 'ü/日本' } }],
    ['a long link target', { path: 'a', type: 'symlink', linkTarget: 'é'.repeat(80) }, { linkname: 'é'.repeat(80) }],
    ['ids that octal cannot hold', { path: 'a', type: 'fifo', uid: 4_000_000_000 }, { pax: { uid: '4000000000' } }],
  ];

  it.each(cases)('writes %s so that another reader gives it back', async (_, entry, expected) => {
    const content = entry.type === 'file' ? new Uint8Array(entry.size ?? 0).fill(65) : undefined;
    const [read] = await readBack(archive([entry, content]));
    expect(read?.header).toMatchObject(expected);
    expect(read?.content).toEqual(content ?? new Uint8Array());
  });

  it('gives a size of 8 GiB and more in a pax record', () => {
    const header = tarHeader({ path: 'big', type: 'file', size: 2 ** 33 });
    expect(header).toHaveLength(3 * 512);
    expect(decoder.decode(header)).toContain('19 size=8589934592\n');
  });

  it('refuses content that is not as long as the header says', async () => {
    const drain = async (content: Uint8Array): Promise<void> => {
      for await (const _ of tarEntry({ path: 'a', type: 'file', size: 2 }, [content]));
    };
    await expect(drain(new Uint8Array(1))).rejects.toThrow(RangeError);
    await expect(drain(new Uint8Array(3))).rejects.toThrow(RangeError);
  });

  it('gives back any list of files', async () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 200 })
      .filter((text) => !text.includes('\0') && !text.endsWith('/'));
    const file = fc.record({ path: name, content: fc.uint8Array({ maxLength: 1500 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 5 }), async (files) => {
        const read = await readBack(
          archive(...files.map(({ path, content }) => [{ path, type: 'file', size: content.length }, content] as const)),
        );
        expect(read.map((entry) => [entry.header.name, entry.content])).toEqual(files.map((entry) => [entry.path, entry.content]));
      }),
      { numRuns: runs },
    );
  });
});

describe('paxRecord', () => {
  it.each([1, 4, 5, 6, 90, 91, 92, 93, 94, 990, 991, 992, 993, 994])('counts its own length right with a value of %i bytes', (length) => {
    const record = decoder.decode(paxRecord('path', new Uint8Array(length).fill(97)));
    expect(record).toBe(`${record.length} path=${'a'.repeat(length)}\n`);
  });
});

describe('tarPadding', () => {
  it.each([
    [0, 0],
    [1, 511],
    [511, 1],
    [512, 0],
    [513, 511],
  ])('after %i bytes it is %i', (size, padding) => {
    expect(tarPadding(size)).toHaveLength(padding);
  });
});
