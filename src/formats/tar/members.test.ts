import { describe, expect, it } from 'vitest';
import { collect } from '../../testing/collect.ts';
import { LayerBuilder } from '../../testing/layer-builder.ts';
import { tarMembers } from './index.ts';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const archive = new LayerBuilder()
  .file('a.json', 'one')
  .directory('d')
  .file('d/b.json', 'x'.repeat(5000))
  .file('c.txt', 'no')
  .file('e.json', '')
  .build();
const options = { maxBytes: 5000, wants: (path: string) => path.endsWith('.json') };

describe('tarMembers', () => {
  it.each([1, 100, 512, 100_000])('gives the wanted files, whole, from pieces of %i bytes', async (size) => {
    const members = await collect(tarMembers(pieces(archive, size), options));
    expect(members.map(({ path, bytes }) => [path, bytes.length])).toEqual([
      ['a.json', 3],
      ['d/b.json', 5000],
      ['e.json', 0],
    ]);
    expect(new TextDecoder().decode(members[0]?.bytes)).toBe('one');
  });

  it('gives each before what follows it is read', async () => {
    let read = 0;
    const counted = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces(archive, 512)) {
        read += piece.length;
        yield piece;
      }
    };
    for await (const { path } of tarMembers(counted(), options)) {
      expect(path).toBe('a.json');
      break;
    }
    expect(read).toBeLessThan(archive.length / 2);
  });

  it('refuses a file that is too long, before it is read', async () => {
    await expect(collect(tarMembers(pieces(archive, 512), { ...options, maxBytes: 4999 }))).rejects.toMatchObject({ code: 'LIMIT_READ' });
  });

  it.each([0, 100, 600, 2000])('refuses an archive that is cut after %i bytes', async (length) => {
    await expect(collect(tarMembers(pieces(archive.subarray(0, length), 512), options))).rejects.toMatchObject({ code: 'TAR_CORRUPT' });
  });

  it('refuses one that is cut between two files', async () => {
    const start = new LayerBuilder().file('a.json', 'one').build().subarray(0, 1024);
    await expect(collect(tarMembers(pieces(start, 512), options))).rejects.toMatchObject({ code: 'TAR_CORRUPT' });
  });

  it('stops when its caller leaves', async () => {
    const signal = AbortSignal.abort();
    await expect(collect(tarMembers(pieces(archive, 512), { ...options, signal }))).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
