import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { ClaircoreError, type Diagnostic, type EntryHeader } from '../../core/index.ts';
import { concatBytes, LayerBuilder, paxRecordBytes, toBytes } from '../../testing/layer-builder.ts';
import { TarReader } from './reader.ts';
import { sealTarBlock, ustarBlock } from './writer.ts';

const runs = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const conformance = join(dirname(fileURLToPath(import.meta.url)), '../../../../shared/conformance/layers');

interface Read {
  readonly path: string;
  readonly header: EntryHeader;
  readonly content: Uint8Array | undefined;
}

interface Reading {
  readonly entries: readonly Read[];
  readonly diagnostics: readonly { readonly code: Diagnostic['code']; readonly path?: string | undefined }[];
}

/** Reads a whole archive, given in pieces that end at these places. */
function read(tar: Uint8Array, cuts: readonly number[] = [], pathBytes = 4096): Reading {
  const entries: { path: string; header: EntryHeader; content: Uint8Array | undefined }[] = [];
  const diagnostics: { code: Diagnostic['code']; path?: string | undefined }[] = [];
  const reader = new TarReader(
    {
      entry: ({ path, header }) => {
        const entry = { path, header, content: undefined as Uint8Array | undefined };
        entries.push(entry);
        if (header.type !== 'file' || header.size > 1_000_000) return undefined;
        const content = new Uint8Array(header.size).fill(0xff);
        let at = 0;
        return {
          write: (chunk) => {
            content.set(chunk, at);
            at += chunk.length;
          },
          hole: (length) => {
            content.fill(0, at, at + length);
            at += length;
          },
          end: () => {
            expect(at).toBe(header.size);
            entry.content = content;
          },
        };
      },
      diagnostic: (code, { path }) => void diagnostics.push({ code, path }),
    },
    { pathBytes },
  );
  let from = 0;
  for (const cut of [...cuts, tar.length]) {
    reader.write(tar.subarray(from, cut));
    from = cut;
  }
  reader.end();
  return { entries, diagnostics };
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ClaircoreError) return String(error.code);
    throw error;
  }
  return 'none';
}

function contents(reading: Reading): Record<string, string | undefined> {
  return Object.fromEntries(reading.entries.map(({ path, content }) => [path, content && new TextDecoder().decode(content)]));
}

const codes = (reading: Reading): readonly string[] => reading.diagnostics.map(({ code }) => code);
const longName = `app/${'d'.repeat(90)}/${'e'.repeat(90)}/package.json`;
const file = (size: number): EntryHeader => ({ type: 'file', size, mode: 0o644 });

describe('entries', () => {
  it('have the types, modes and targets of their headers', () => {
    const tar = new LayerBuilder()
      .directory('d', { mode: 0o700 })
      .file('d/f', 'x', { mode: 0o4755 })
      .symlink('s', '../up')
      .hardlink('h', './d//f')
      .characterDevice('c')
      .blockDevice('b')
      .fifo('p')
      .build();
    const got = read(tar).entries.map(({ path, header }) => [path, header.type, header.mode, header.linkTarget]);
    expect(got).toEqual([
      ['d', 'directory', 0o700, undefined],
      ['d/f', 'file', 0o4755, undefined],
      ['s', 'symlink', 0o644, '../up'],
      ['h', 'hardlink', 0o644, 'd/f'],
      ['c', 'other', 0o644, undefined],
      ['b', 'other', 0o644, undefined],
      ['p', 'other', 0o644, undefined],
    ]);
  });

  it.each(['', './', '/', '../../'])('of names that begin with %j lie inside the root', (prefix) => {
    const reading = read(new LayerBuilder().file(`${prefix}a//b`, 'x').build());
    expect(contents(reading)).toEqual({ 'a/b': 'x' });
    expect(codes(reading)).toEqual(prefix.includes('..') ? ['ENTRY_OUTSIDE_ROOT'] : []);
  });

  it('of an old archive are directories where their name ends in a slash', () => {
    const block = ustarBlock({ name: toBytes('old/'), typeFlag: '\0', size: 0, mode: 0o755 });
    block.fill(0, 257);
    expect(read(new LayerBuilder().raw(sealTarBlock(block)).build()).entries[0]?.header.type).toBe('directory');
  });

  it('that nobody knows are files, labels of volumes are nothing', () => {
    const tar = new LayerBuilder()
      .block({ name: toBytes('label'), typeFlag: 'V', size: 0, mode: 0 })
      .block({ name: toBytes('odd'), typeFlag: 'q', size: 2, mode: 0o644 }, 'hi')
      .build();
    expect(contents(read(tar))).toEqual({ odd: 'hi' });
  });

  it('other than files have no content, whatever size they claim', () => {
    const tar = new LayerBuilder()
      .block({ name: toBytes('s'), typeFlag: '2', size: 512, mode: 0o777, linkName: toBytes('t') })
      .file('f', 'x')
      .build();
    expect(contents(read(tar))).toEqual({ s: undefined, f: 'x' });
  });

  it('take the prefix of ustar and of star, not of GNU', () => {
    const fields = { name: toBytes('n'), typeFlag: '0', size: 0, mode: 0o644, prefix: toBytes('p') };
    const star = ustarBlock(fields);
    star.set(toBytes('tar\0'), 508);
    const gnu = ustarBlock(fields);
    gnu.set(toBytes('ustar  \0'), 257);
    const tar = concatBytes(ustarBlock(fields), sealTarBlock(star), sealTarBlock(gnu), new Uint8Array(1024));
    expect(read(tar).entries.map(({ path }) => path)).toEqual(['p/n', 'p/n', 'n']);
  });
});

describe('long and odd names', () => {
  it('come from GNU records', () => {
    const tar = new LayerBuilder()
      .gnuLong('L', longName)
      .file('short', 'x')
      .gnuLong('L', 'lnk')
      .gnuLong('K', longName)
      .symlink('s', 't')
      .build();
    const { entries } = read(tar);
    expect(entries.map(({ path, header }) => [path, header.linkTarget])).toEqual([
      [longName, undefined],
      ['lnk', longName],
    ]);
  });

  it('come from pax records, the last of a key, for one entry', () => {
    const body = concatBytes(paxRecordBytes('path', 'first'), paxRecordBytes('comment', 'a=b\nc'), paxRecordBytes('path', longName));
    const tar = new LayerBuilder().paxBytes('x', body).file('short', 'x').file('next', 'y').build();
    expect(contents(read(tar))).toEqual({ [longName]: 'x', next: 'y' });
  });

  it('come from global pax records until an entry says otherwise', () => {
    const tar = new LayerBuilder()
      .pax('g', { linkpath: 'everywhere' })
      .symlink('a', 'x')
      .pax('x', { linkpath: 'here' })
      .symlink('b', 'x')
      .pax('x', { linkpath: '' })
      .symlink('c', 'own')
      .build();
    expect(read(tar).entries.map(({ header }) => header.linkTarget)).toEqual(['everywhere', 'here', 'own']);
  });

  it('that are not UTF-8 are replaced', () => {
    const reading = read(new LayerBuilder().fileNamed(Uint8Array.of(0x61, 0xfd), 'x').build());
    expect(contents(reading)).toEqual({ 'a\uFFFD': 'x' });
    expect(codes(reading)).toEqual(['ENTRY_NAME_INVALID']);
  });

  it('with a NUL in a pax record are replaced', () => {
    const reading = read(new LayerBuilder().pax('x', { path: 'a\0b' }).file('short', 'x').build());
    expect(contents(reading)).toEqual({ 'a\uFFFDb': 'x' });
    expect(codes(reading)).toEqual(['ENTRY_NAME_INVALID']);
  });

  it('begin with a byte order mark where they do', () => {
    expect(read(new LayerBuilder().file('\uFEFFa', 'x').build()).entries[0]?.path).toBe('\uFEFFa');
  });

  it.each([
    ['pax', (name: string) => new LayerBuilder().pax('x', { path: name })],
    ['GNU', (name: string) => new LayerBuilder().gnuLong('L', name)],
    ['the target, pax', (name: string) => new LayerBuilder().pax('x', { linkpath: name })],
    ['the target, GNU', (name: string) => new LayerBuilder().gnuLong('K', name)],
  ])('beyond the limit cost the entry (%s)', (_, builder) => {
    for (const length of [4097, 1_000_000, 3_000_000]) {
      const reading = read(builder('n'.repeat(length)).file('short', 'x').file('next', 'y').build());
      expect(contents(reading)).toEqual({ next: 'y' });
      expect(codes(reading)).toEqual(['ENTRY_NAME_TOO_LONG']);
    }
    expect(read(builder('n'.repeat(4096)).file('short', 'x').build()).entries).toHaveLength(1);
  });

  it('in the header itself are held to the limit too', () => {
    expect(codes(read(new LayerBuilder().file('n'.repeat(60)).build(), [], 50))).toEqual(['ENTRY_NAME_TOO_LONG']);
  });
});

describe('numbers', () => {
  it('may be in base 256', () => {
    expect(contents(read(new LayerBuilder().base256File('f', 'content').file('g', 'x').build()))).toEqual({ f: 'content', g: 'x' });
  });

  it.each([-1n, 2n ** 60n, 2n ** 94n - 1n])('out of range (%s) end the reading', (size) => {
    expect(codeOf(() => read(new LayerBuilder().base256File('f', '', size).build()))).toBe('TAR_CORRUPT');
  });

  it('take the size of a pax record', () => {
    const tar = new LayerBuilder()
      .pax('x', { size: '4' })
      .block({ name: toBytes('f'), typeFlag: '0', size: 0, mode: 0 }, 'four')
      .file('g', 'x')
      .build();
    expect(contents(read(tar))).toEqual({ f: 'four', g: 'x' });
  });

  it.each(['-1', '1e3', ' 4', '99999999999999999999'])('of a pax record that are none (%j) end the reading', (size) => {
    expect(codeOf(() => read(new LayerBuilder().pax('x', { size }).file('f').build()))).toBe('TAR_CORRUPT');
  });

  it('that are not octal end the reading where they are a size', () => {
    const block = ustarBlock({ name: toBytes('f'), typeFlag: '0', size: 0, mode: 0 });
    block.set(toBytes('12345678901'), 124);
    expect(codeOf(() => read(new LayerBuilder().raw(sealTarBlock(block)).build()))).toBe('TAR_CORRUPT');
  });
});

describe('checksums', () => {
  it('may be sums of signed bytes', () => {
    const block = ustarBlock({ name: Uint8Array.of(0x61, 0xc3, 0xa9), typeFlag: '0', size: 0, mode: 0o644 });
    const unsigned = Number.parseInt(new TextDecoder().decode(block.subarray(148, 154)), 8);
    block.set(toBytes((unsigned - 512).toString(8).padStart(6, '0')), 148);
    expect(read(new LayerBuilder().raw(block).build()).entries[0]?.path).toBe('aé');
  });

  it('that are wrong end the reading', () => {
    expect(codeOf(() => read(new LayerBuilder().file('a', 'x').badChecksum('b').build()))).toBe('TAR_CORRUPT');
    expect(codeOf(() => read(toBytes('no tar at all, but long enough for a header'.repeat(20))))).toBe('TAR_CORRUPT');
  });

  it('of what follows the end mark do not matter', () => {
    expect(contents(read(concatBytes(new LayerBuilder().file('a', 'x').build(), new Uint8Array(600).fill(7))))).toEqual({ a: 'x' });
  });
});

describe('the end', () => {
  it.each([0, 1, 511, 512, 1024, 10_240])('of an archive of %i zeros is where it begins', (length) => {
    expect(read(new Uint8Array(length))).toEqual({ entries: [], diagnostics: [] });
  });

  it('without mark or padding is told, and nothing is lost', () => {
    const tar = new LayerBuilder().file('a', 'x').file('b', 'yz').build({ trailer: 'none', padLast: false });
    expect(tar.length % 512).toBe(2);
    const reading = read(tar);
    expect(contents(reading)).toEqual({ a: 'x', b: 'yz' });
    expect(codes(reading)).toEqual(['TAR_TRAILER_MISSING']);
  });

  it('may be one block of zeros, and is no end where another archive follows', () => {
    const first = new LayerBuilder().file('a', 'x').build();
    const second = new LayerBuilder().file('b', 'y').build({ trailer: 'one-block' });
    const reading = read(concatBytes(first, second));
    expect(contents(reading)).toEqual({ a: 'x', b: 'y' });
    expect(codes(reading)).toEqual([]);
  });

  it('inside an entry or an extended header is damage, at any place', () => {
    const tar = new LayerBuilder()
      .file('a', 'x'.repeat(700))
      .pax('x', { path: longName })
      .file('s', 'y'.repeat(10))
      .gnuLong('L', longName)
      .file('t', 'z')
      .build();
    const boundaries = new Map([
      [0, 0],
      [1536, 1],
      [3584, 2],
      [5632, 3],
    ]);
    for (let length = 0; length < tar.length; length += 256) {
      const cut = tar.subarray(0, length);
      const whole =
        boundaries.get(length) ??
        (length >= 512 + 700 && length < 1536 ? 1 : length >= 3072 + 10 && length < 3584 ? 2 : length >= 5120 + 1 ? 3 : undefined);
      if (whole === undefined) expect(codeOf(() => read(cut))).toBe('TAR_CORRUPT');
      else expect(read(cut).entries).toHaveLength(whole);
    }
  });
});

describe('sparse files', () => {
  const segments = Array.from({ length: 30 }, (_, at) => ({ offset: at * 1000, data: `part ${at}` }));
  const size = 40_000;
  const expected = new Uint8Array(size);
  for (const { offset, data } of segments) expected.set(toBytes(data), offset);
  const lengths = segments.flatMap(({ offset, data }) => [offset, data.length]);
  const stored = segments.map(({ data }) => data).join('');

  it.each([
    ['old GNU', new LayerBuilder().gnuSparse('f', segments, size)],
    ['pax 1.0', new LayerBuilder().paxSparse('f', segments, size)],
    [
      'pax 0.1',
      new LayerBuilder()
        .pax('x', { 'GNU.sparse.name': 'f', 'GNU.sparse.size': String(size), 'GNU.sparse.map': lengths.join(',') })
        .file('GNUSparseFile.0/f', stored),
    ],
    [
      'pax 0.0',
      new LayerBuilder()
        .paxBytes(
          'x',
          concatBytes(
            paxRecordBytes('GNU.sparse.size', String(size)),
            ...segments.flatMap(({ offset, data }) => [
              paxRecordBytes('GNU.sparse.offset', String(offset)),
              paxRecordBytes('GNU.sparse.numbytes', String(data.length)),
            ]),
          ),
        )
        .file('f', stored),
    ],
  ])('of the form %s are given whole, however the archive is cut', (_, builder) => {
    const tar = builder.file('next', 'y').build();
    for (const step of [tar.length, 7, 512, 1000]) {
      const cuts = Array.from({ length: Math.ceil(tar.length / step) - 1 }, (__, at) => (at + 1) * step);
      const { entries, diagnostics } = read(tar, cuts);
      expect(entries.map(({ path, header }) => [path, header])).toEqual([
        ['f', file(size)],
        ['next', file(1)],
      ]);
      expect(entries[0]?.content).toEqual(expected);
      expect(diagnostics).toEqual([]);
    }
  });

  it.each([
    ['overlapping parts', '0,4,2,4', '8'],
    ['parts beyond the end', '0,4,96,8', '12'],
    ['fewer bytes than stored', '0,4', '12'],
    ['more bytes than stored', '0,4,10,20', '12'],
    ['half a part', '0,12,20', '12'],
    ['a number that is none', '0,x', '12'],
    ['a negative number', '0,-12', '12'],
  ])('whose map has %s are skipped, and what follows is read', (_, map, bytes) => {
    const content = 'c'.repeat(Number(bytes));
    const reading = read(
      new LayerBuilder().pax('x', { 'GNU.sparse.size': '100', 'GNU.sparse.map': map }).file('f', content).file('next', 'y').build(),
    );
    expect(reading.entries.map(({ path, header }) => [path, header.type])).toEqual([
      ['f', 'other'],
      ['next', 'file'],
    ]);
    expect(reading.diagnostics).toEqual([{ code: 'TAR_SPARSE_INVALID', path: 'f' }]);
  });

  it.each(['', '1\n', 'x', '99999999\n', '1\n0\n5'])('whose inline map is %j are skipped, and what follows is read', (map) => {
    const builder = new LayerBuilder()
      .pax('x', { 'GNU.sparse.major': '1', 'GNU.sparse.realsize': '100', 'GNU.sparse.name': 'f' })
      .file('g', map)
      .file('next', 'y');
    const reading = read(builder.build());
    expect(reading.diagnostics).toEqual([{ code: 'TAR_SPARSE_INVALID', path: 'f' }]);
    expect(contents(reading)['next']).toBe('y');
  });

  it('of enormous size cost nothing to step over', () => {
    const reading = read(
      new LayerBuilder()
        .gnuSparse('f', [{ offset: 0, data: 'x' }], 8_000_000_000)
        .file('next', 'y')
        .build(),
    );
    expect(reading.entries.map(({ header }) => header.size)).toEqual([8_000_000_000, 1]);
  });
});

describe('whatever comes', () => {
  it('is read the same in chunks of any size', () => {
    const tar = new LayerBuilder()
      .directory('d')
      .pax('x', { path: longName })
      .file('short', 'x'.repeat(3000))
      .gnuSparse('sparse', [{ offset: 600, data: 'part' }], 2000)
      .gnuLong('L', longName)
      .symlink('s', 't')
      .file('empty')
      .build();
    const whole = read(tar);
    fc.assert(
      fc.property(fc.array(fc.nat(tar.length), { maxLength: 40 }), (cuts) => {
        expect(
          read(
            tar,
            cuts.sort((a, b) => a - b),
          ),
        ).toEqual(whole);
      }),
      { numRuns: runs },
    );
  });

  it('is read or refused with a code when bits are flipped', () => {
    const tar = new LayerBuilder()
      .pax('x', { path: longName, size: '5' })
      .file('s', 'hello')
      .paxSparse('sp', [{ offset: 9, data: 'abc' }], 90)
      .gnuSparse('g', [{ offset: 1, data: 'x' }], 5)
      .build();
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(tar.length - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 6 }), (flips) => {
        const damaged = tar.slice();
        for (const [at, bits] of flips) {
          damaged[at] = (damaged[at] ?? 0) ^ bits;
          // A header with a right checksum gets further.
          const block = at - (at % 512);
          if (damaged.length - block >= 512 && damaged[block + 257] === 0x75) sealTarBlock(damaged.subarray(block, block + 512));
        }
        expect(['none', 'TAR_CORRUPT']).toContain(codeOf(() => read(damaged)));
      }),
      { numRuns: runs },
    );
  });

  it('is what tar-stream wrote', async () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', 'ö', '-', '.x', '💡'), minLength: 1, maxLength: 60 });
    const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
    const entry = fc.record({ path, content: fc.uint8Array({ maxLength: 1500 }), mode: fc.integer({ min: 1, max: 0o777 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 5 }), async (list) => {
        const packer = pack();
        for (const { path: entryName, content, mode } of list) packer.entry({ name: entryName, mode }, Buffer.from(content));
        packer.finalize();
        const chunks: Uint8Array[] = [];
        for await (const chunk of packer) chunks.push(chunk as Uint8Array);
        const got = read(concatBytes(...chunks)).entries.map(({ path: p, header, content }) => ({ path: p, mode: header.mode, content }));
        expect(got).toEqual(list.map(({ path: p, content, mode }) => ({ path: p, mode, content })));
      }),
      { numRuns: Math.min(runs, 1000) },
    );
  });
});

describe.skipIf(!existsSync(conformance))('the shared layers (skipped where ../shared is absent)', () => {
  const files = existsSync(conformance)
    ? readdirSync(conformance, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(?:tar|layer)$/.test(name))
    : [];

  it.each(files)('%s is read', (name) => {
    expect(read(readFileSync(join(conformance, name))).entries.length).toBeGreaterThan(0);
  });

  it('are read as they are', () => {
    expect(read(readFileSync(join(conformance, 'concat.tar'))).entries.map(({ path, header }) => `${path} ${header.type}`)).toEqual([
      ' directory',
      'run directory',
      'run/logs directory',
      'run/logs/log.txt file',
      'var directory',
      'var/run symlink',
      ' directory',
      'var directory',
      'var/run directory',
      'var/run/console directory',
      'var/run/console/algo.txt file',
    ]);
    const bad = read(readFileSync(join(conformance, 'bad_name.tar')));
    expect(bad.entries.map(({ header }) => header.size)).toEqual([9]);
    expect(bad.entries[0]?.path).toMatch(/_bad\uFFFDname$/);
    expect(codes(bad)).toEqual(['ENTRY_NAME_INVALID']);
  });
});
