import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../core/index.ts';
import { concatBytes, LayerBuilder } from '../../testing/layer-builder.ts';
import { indexArchive } from './archive-index.ts';
import type { RandomAccess } from './random-access.ts';

/** Counts what is read. */
function memory(bytes: Uint8Array, size = bytes.length): RandomAccess & { readonly reads: number[] } {
  const reads: number[] = [];
  return {
    size,
    reads,
    read: (offset, length) => {
      reads.push(offset);
      // Beyond what is there lies a hole, as in a sparse file.
      const found = bytes.slice(offset, offset + length);
      return Promise.resolve(concatBytes(found, new Uint8Array(Math.max(0, Math.min(length, size - offset) - found.length))));
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const limits = defaultLimits;
const long = `${'d'.repeat(120)}/${'ü'.repeat(60)}`;

describe('indexArchive', () => {
  it('knows where the content of a file lies, whatever form its name has', async () => {
    const tar = new LayerBuilder().file('./a', 'first').file(long, 'second').gnuLong('L', `${long}2`).file('short', 'third').build();
    const index = await indexArchive(memory(tar), { limits });
    for (const [path, content] of [
      ['a', 'first'],
      ['/a', 'first'],
      [long, 'second'],
      [`${long}2`, 'third'],
    ] as const) {
      const range = index.find(path);
      expect(range && new TextDecoder().decode(tar.subarray(range.offset, range.offset + range.length))).toBe(content);
    }
    expect([index.find('short'), index.has('b'), index.isCut]).toEqual([undefined, false, false]);
  });

  it('steps over contents: large members cost one read each', async () => {
    const head = new LayerBuilder()
      .block({ name: new TextEncoder().encode('big'), typeFlag: '0', size: 8_000_000_000, mode: 0o644 })
      .build({ trailer: 'none' });
    const source = memory(head, 8_000_000_000 + 512 + 1024);
    const index = await indexArchive(source, { limits });
    expect(index.find('big')).toEqual({ offset: 512, length: 8_000_000_000 });
    expect(source.reads).toHaveLength(2);
  });

  it('follows links inside the archive and no others', async () => {
    const tar = new LayerBuilder()
      .file('x/real', '1')
      .symlink('y/link', '../x/real')
      .symlink('abs', '/x/real')
      .hardlink('hard', 'y/link')
      .symlink('out', '../../x/real')
      .symlink('gone', 'z')
      .build();
    const index = await indexArchive(memory(tar), { limits });
    const real = index.find('x/real');
    for (const path of ['y/link', 'abs', 'hard', 'out']) expect(index.find(path)).toEqual(real);
    expect(index.find('gone')).toBeUndefined();
  });

  it('refuses circles, and what is no file', async () => {
    const index = await indexArchive(memory(new LayerBuilder().symlink('a', 'b').symlink('b', 'a').fifo('f').directory('d').build()), {
      limits,
    });
    for (const path of ['a', 'f', 'd']) expect(() => index.find(path)).toThrow(expect.objectContaining({ code: 'IMAGE_MALFORMED' }));
  });

  it('knows members that lie beyond the end, and refuses them when they are asked for', async () => {
    const tar = new LayerBuilder().file('a', '1').file('b', 'x'.repeat(3000)).build();
    const index = await indexArchive(memory(tar.subarray(0, 2048)), { limits });
    expect([index.isCut, index.find('a')]).toEqual([true, { offset: 512, length: 1 }]);
    expect(() => index.find('b')).toThrow(expect.objectContaining({ code: 'IMAGE_MALFORMED' }));
  });

  it('needs neither padding nor an end mark', async () => {
    const tar = new LayerBuilder().file('a', '1').build({ trailer: 'none', padLast: false });
    expect((await indexArchive(memory(tar), { limits })).find('a')).toEqual({ offset: 512, length: 1 });
  });

  it('does not go through gigabytes of nothing behind the end', async () => {
    const source = memory(new LayerBuilder().file('a', '1').build(), 50_000_000_000);
    expect((await indexArchive(source, { limits })).has('a')).toBe(true);
    expect(source.reads.length).toBeLessThan(2000);
  });

  it('bounds the number of members', async () => {
    const builder = new LayerBuilder();
    for (let at = 0; at < 20; at += 1) builder.file(`f${at}`);
    await expect(indexArchive(memory(builder.build()), { limits: { ...limits, layerEntries: 10 } })).rejects.toMatchObject({
      code: 'LIMIT_LAYER_ENTRIES',
    });
  });

  it.each([
    ['a wrong checksum', new LayerBuilder().badChecksum('a').build()],
    ['no tar', new TextEncoder().encode('{}'.repeat(600))],
  ])('refuses %s', async (_, bytes) => {
    await expect(indexArchive(memory(bytes), { limits })).rejects.toMatchObject({ code: 'TAR_CORRUPT' });
  });
});
