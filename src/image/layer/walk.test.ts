import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scannerKey, type LayerWalk, type Want } from '../../contracts/index.ts';
import { ClaircoreError, parseLayerDigest, type EntryHeader, type Layer, type Limits, type TreeEntry } from '../../core/index.ts';
import { concatBytes, LayerBuilder, toBytes } from '../../testing/layer-builder.ts';
import { createLayerEngine } from './engine.ts';
import { blobLayer, filesOf, scannerFor, sha256 } from './walk.fixture.ts';

const runs = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const conformance = join(dirname(fileURLToPath(import.meta.url)), '../../../../shared/conformance/layers');
const wantAll = scannerFor(() => 'bytes');
const isText = (path: string): Want => (path.endsWith('.txt') ? 'bytes' : 'no');

let temp = '';
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'walk-test-'));
});
afterEach(() => {
  const left = readdirSync(temp);
  rmSync(temp, { recursive: true });
  if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
});

function engine(limits: Partial<Limits> = {}): ReturnType<typeof createLayerEngine> {
  return createLayerEngine({ limits, tempDirectory: temp });
}

async function codeOf(action: Promise<LayerWalk>): Promise<string> {
  try {
    await (await action)[Symbol.asyncDispose]();
  } catch (error) {
    if (error instanceof ClaircoreError) return String(error.code);
    throw error;
  }
  return 'none';
}

async function contents(tar: Uint8Array, limits: Partial<Limits> = {}): Promise<Record<string, string>> {
  await using walk = await engine(limits).walk({ layer: blobLayer(tar), scanners: [wantAll] });
  return Object.fromEntries(await filesOf(walk, wantAll));
}

const codes = (walk: LayerWalk): readonly string[] => walk.diagnostics.map(({ code }) => code);

describe('files of a layer', () => {
  it('go to those who want them, sorted, and every scanner has a list', async () => {
    const text = scannerFor(isText, 'text');
    const nothing = scannerFor(() => 'no', 'nothing');
    const layer = blobLayer(
      new LayerBuilder().file('z.txt', 'z').file('b.bin', 'b').file('a.txt', 'a').directory('d.txt').symlink('l.txt', 'a.txt').build(),
    );
    await using walk = await engine().walk({ layer, scanners: [text, nothing, wantAll] });
    expect([...(await filesOf(walk, text))]).toEqual([
      ['a.txt', 'a'],
      ['z.txt', 'z'],
    ]);
    expect(walk.files.get(scannerKey(nothing))).toEqual([]);
    expect((await filesOf(walk, wantAll)).size).toBe(3);
    expect(walk.stats).toMatchObject({ entries: 5, passes: 1 });
  });

  it('are the last of their path, and only where nothing else took the place', async () => {
    const tar = new LayerBuilder()
      .file('twice', 'first')
      .file('./twice', 'second')
      .file('then-link', 'x')
      .symlink('then-link', 'twice')
      .file('then-dir', 'x')
      .directory('then-dir')
      .file('parent/child', 'x')
      .file('parent', 'file now')
      .file('implied', 'x')
      .file('implied/child', 'y')
      .build();
    expect(await contents(tar)).toEqual({ twice: 'second', parent: 'file now', 'implied/child': 'y' });
  });

  it('are never markers', async () => {
    const tar = new LayerBuilder()
      .file('d/.wh.gone')
      .file('d/.wh..wh..opq')
      .file('.wh..wh.plnk/1.2', 'x')
      .file('.wh..wh.aufs')
      .file('.wh.', 'x')
      .file('.wh...', 'x')
      .file('not.wh.one', 'y')
      .file('.wh.d/f', 'x')
      .build();
    expect(await contents(tar)).toEqual({ 'not.wh.one': 'y' });
  });

  it('come through hard links with the header of their target, wherever it stands, in one pass', async () => {
    const scanner = scannerFor((path, header) => (path.endsWith('.txt') && header.type === 'file' && header.size === 4 ? 'bytes' : 'no'));
    const tar = new LayerBuilder()
      .hardlink('before.txt', 'data.txt')
      .file('data.txt', 'data', { mode: 0o600 })
      .hardlink('chain.txt', 'before.txt')
      .hardlink('lower.txt', 'elsewhere')
      .build();
    await using walk = await engine().walk({ layer: blobLayer(tar), scanners: [scanner] });
    expect(Object.fromEntries(await filesOf(walk, scanner))).toEqual({ 'before.txt': 'data', 'chain.txt': 'data', 'data.txt': 'data' });
    const files = walk.files.get(scannerKey(scanner)) ?? [];
    expect(files.map((file) => file.realPath)).toEqual(['data.txt', 'data.txt', 'data.txt']);
    expect(files[0]?.header).toEqual({ type: 'file', size: 4, mode: 0o600 });
    expect(walk.stats.passes).toBe(1);
  });

  it('that only a hard link is wanted for are read in a second pass', async () => {
    const scanner = scannerFor((path, _, peek) => (path !== 'b.txt' ? isText(path) : peek ? 'file' : 'peek'));
    const tar = new LayerBuilder()
      .file('data', 'old')
      .file('data', 'data')
      .hardlink('a.txt', 'data')
      .hardlink('b.txt', 'data')
      .file('other.txt', 'x')
      .build();
    await using walk = await engine().walk({ layer: blobLayer(gzipSync(tar)), scanners: [scanner] });
    expect(Object.fromEntries(await filesOf(walk, scanner))).toEqual({ 'a.txt': 'data', 'b.txt': 'data', 'other.txt': 'x' });
    expect(walk.stats.passes).toBe(2);
  });

  it('are not found through hard links that go in a circle', async () => {
    await using walk = await engine().walk({
      layer: blobLayer(new LayerBuilder().hardlink('a', 'b').hardlink('b', 'a').hardlink('c', 'c').build()),
      scanners: [wantAll],
    });
    expect(codes(walk)).toEqual(['LINK_CYCLE', 'LINK_CYCLE', 'LINK_CYCLE']);
    expect((await filesOf(walk, wantAll)).size).toBe(0);
  });

  it('may be looked at first: 4 KiB, or all there is', async () => {
    const seen: number[] = [];
    const magic = scannerFor((_, __, peek) => {
      if (!peek) return 'peek';
      seen.push(peek.length);
      return peek[0] === 0x7f ? 'file' : 'no';
    });
    const big = `\x7f${'x'.repeat(9999)}`;
    const layer = blobLayer(
      new LayerBuilder().file('big', big).file('small', '\x7fELF').file('text', 'y'.repeat(5000)).file('empty').build(),
      { chunk: 1000 },
    );
    await using walk = await engine().walk({
      layer,
      scanners: [magic, scannerFor((path) => (path === 'small' ? 'bytes' : 'no'), 'other')],
    });
    expect(seen).toEqual([4096, 4, 4096, 0]);
    expect(Object.fromEntries(await filesOf(walk, magic))).toEqual({ big, small: '\x7fELF' });
  });

  it('can be read anywhere, in memory, on disk, and where a sparse file has holes', async () => {
    const data = Uint8Array.from({ length: 10_000 }, (_, at) => at % 251);
    const tar = new LayerBuilder()
      .file('f', data)
      .gnuSparse(
        's',
        [
          { offset: 3000, data: 'middle' },
          { offset: 9000, data: 'end' },
        ],
        10_000,
      )
      .file('g', data)
      .build();
    const sparse = new Uint8Array(10_000);
    sparse.set(toBytes('middle'), 3000);
    sparse.set(toBytes('end'), 9000);
    for (const keptBytes of [1_000_000, 15_000, 0]) {
      const scanner = scannerFor(() => 'file');
      await using walk = await engine({ keptBytes }).walk({ layer: blobLayer(tar), scanners: [scanner] });
      for (const file of walk.files.get(scannerKey(scanner)) ?? []) {
        const expected = file.path === 's' ? sparse : data;
        expect(Buffer.compare(await file.bytes(), expected)).toBe(0);
        for (const [offset, length] of [
          [0, 10],
          [2995, 20],
          [9990, 100],
          [10_000, 5],
          [20_000, 5],
        ] as const) {
          expect(Buffer.compare(await file.read(offset, length), expected.subarray(offset, offset + length))).toBe(0);
        }
      }
    }
  });

  it('that are larger than their limit are told', async () => {
    const scanner = scannerFor((path) => (path.startsWith('bytes') ? 'bytes' : 'file'));
    const tar = new LayerBuilder()
      .file('bytes-ok', 'x'.repeat(10))
      .file('bytes-big', 'x'.repeat(11))
      .file('file-ok', 'x'.repeat(20))
      .file('file-big', 'x'.repeat(21))
      .build();
    await using walk = await engine({ fileBytes: 10, randomAccessBytes: 20 }).walk({ layer: blobLayer(tar), scanners: [scanner] });
    expect(walk.files.get(scannerKey(scanner))?.map((file) => file.path)).toEqual(['bytes-ok', 'file-ok']);
    expect(walk.diagnostics.map(({ code, path }) => [code, path])).toEqual([
      ['FILE_TOO_LARGE', 'bytes-big'],
      ['FILE_TOO_LARGE', 'file-big'],
    ]);
    await expect(walk.files.get(scannerKey(scanner))?.[1]?.bytes()).rejects.toMatchObject({ code: 'LIMIT_READ' });
  });

  it('cannot be read once the walk is closed', async () => {
    const walk = await engine().walk({ layer: blobLayer(new LayerBuilder().file('f', 'x').build()), scanners: [wantAll] });
    await walk[Symbol.asyncDispose]();
    await expect(walk.files.get(scannerKey(wantAll))?.[0]?.bytes()).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
  });

  it('that are asked for by path are read at one and given as the other', async () => {
    const scanner = scannerFor((path) => (path === 'alias.txt' || path === 'second.txt' || path === 'gone.txt' ? 'bytes' : 'no'));
    const layer = blobLayer(new LayerBuilder().file('real', 'data').hardlink('hard', 'real').file('noise.txt', 'x').build());
    const asked = new Map([
      [
        scannerKey(scanner),
        [
          { asked: 'second.txt', real: 'hard' },
          { asked: 'alias.txt', real: 'real' },
          { asked: 'gone.txt', real: 'nowhere' },
        ],
      ],
    ]);
    await using walk = await engine().walk({ layer, scanners: [scanner], asked });
    expect(walk.files.get(scannerKey(scanner))?.map((file) => [file.path, file.realPath])).toEqual([
      ['alias.txt', 'real'],
      ['second.txt', 'real'],
    ]);
    expect(walk.map).toBeUndefined();
  });
});

describe('digests', () => {
  const tar = new LayerBuilder().file('f', 'x').build();
  const gz = gzipSync(tar);
  const sha512 = (bytes: Uint8Array): Layer['digest'] => parseLayerDigest(`sha512:${createHash('sha512').update(bytes).digest('hex')}`);
  const wrong = sha256(new Uint8Array());

  it.each([
    ['the blob', gz, { digest: sha256(gz) }],
    ['the tar', gz, { digest: sha256(tar) }],
    ['both', gz, { digest: sha256(gz), diffId: sha256(tar) }],
    ['the tar twice', gz, { digest: sha256(tar), diffId: sha256(tar) }],
    ['a plain tar', tar, { digest: sha256(tar), diffId: sha256(tar) }],
    ['a plain tar in small chunks', tar, { digest: sha256(tar), chunk: 3 }],
    ['the blob, sha512', gz, { digest: sha512(gz), diffId: sha256(tar) }],
    ['the tar, sha512', gz, { digest: sha256(gz), diffId: sha512(tar) }],
    ['a blob with something behind the last member', concatBytes(gz, new Uint8Array(200_000)), { diffId: sha256(tar) }],
    ['a zstd blob', zstdCompressSync(tar), { diffId: sha256(tar) }],
  ])('that name %s are right', async (_, blob, options) => {
    const layer = blobLayer(blob, options);
    await using walk = await engine().walk({ layer, scanners: [] });
    expect(walk.digest).toBe(layer.digest);
    expect(walk.diffId).toBe(layer.diffId ?? sha256(tar));
    expect(walk.stats).toMatchObject({ blobBytes: blob.length, tarBytes: tar.length });
  });

  it.each([
    ['a blob', gz, { digest: wrong }],
    ['a tar', gz, { digest: sha256(gz), diffId: wrong }],
    ['a plain tar', tar, { digest: wrong }],
    ['the tar by its blob', gz, { digest: sha256(gz), diffId: sha256(gz) }],
    ['what follows the end mark', concatBytes(tar, new Uint8Array(512)), { digest: sha256(tar) }],
  ])('that are wrong for %s end the walk', async (_, blob, options) => {
    expect(await codeOf(engine().walk({ layer: blobLayer(blob, options), scanners: [] }))).toBe('DIGEST_MISMATCH');
  });
});

describe('a walk that fails', () => {
  const tar = new LayerBuilder().file('f', 'x'.repeat(200_000)).file('g', 'y').build();

  function layerOf(open: () => AsyncIterable<Uint8Array>): Layer {
    return { digest: sha256(tar), content: { kind: 'blob', open: () => Promise.resolve(open()) } };
  }

  it('without content says so', async () => {
    expect(await codeOf(engine().walk({ layer: { digest: sha256(tar) }, scanners: [] }))).toBe('LAYER_CONTENT_MISSING');
  });

  it.each([0, 100_000])('because its source does after %i bytes keeps the cause', async (length) => {
    const cause = new Error('disk');
    const layer = layerOf(async function* () {
      yield tar.subarray(0, length);
      throw cause;
    });
    await expect(engine({ keptBytes: 0 }).walk({ layer, scanners: [wantAll] })).rejects.toMatchObject({ code: 'LAYER_UNREADABLE', cause });
  });

  it('because of its content closes the source', async () => {
    let isClosed = false;
    const damaged = new LayerBuilder().file('f', 'x'.repeat(100_000)).badChecksum('g').file('h', 'x'.repeat(300_000)).build();
    const layer = layerOf(async function* () {
      try {
        for (let at = 0; at < damaged.length; at += 10_000) yield damaged.subarray(at, at + 10_000);
      } finally {
        isClosed = true;
      }
    });
    expect(await codeOf(engine({ keptBytes: 0 }).walk({ layer, scanners: [wantAll] }))).toBe('TAR_CORRUPT');
    expect(isClosed).toBe(true);
  });

  it.each([
    ['bytes', { layerBytes: 100_000 }, 'LIMIT_LAYER_SIZE'],
    ['entries', { layerEntries: 1 }, 'LIMIT_LAYER_ENTRIES'],
    ['map', { layerMapBytes: 10 }, 'LIMIT_LAYER_MAP'],
  ])('because of too many %s says so', async (_, limits, code) => {
    expect(await codeOf(engine({ ...limits, keptBytes: 0 }).walk({ layer: blobLayer(tar), scanners: [wantAll] }))).toBe(code);
  });

  it('because a few bytes inflate to many says so', async () => {
    const bomb = gzipSync(new LayerBuilder().file('zeros', new Uint8Array(8_000_000)).build());
    expect(await codeOf(engine({ ratio: 100, ratioFloor: 1_000_000 }).walk({ layer: blobLayer(bomb), scanners: [] }))).toBe('LIMIT_RATIO');
  });

  it('because the source hangs ends in time, or when it is aborted', async () => {
    const hanging = (): Layer =>
      layerOf(async function* () {
        yield tar.subarray(0, 1000);
        await new Promise(() => undefined);
      });
    expect(await codeOf(engine({ layerTime: 30 }).walk({ layer: hanging(), scanners: [] }))).toBe('LIMIT_LAYER_TIME');
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    expect(await codeOf(engine().walk({ layer: hanging(), scanners: [], signal: controller.signal }))).toBe('ABORTED');
    expect(await codeOf(engine().walk({ layer: hanging(), scanners: [], signal: AbortSignal.abort() }))).toBe('ABORTED');
  });

  it('leaves nothing behind wherever the blob is cut or changed', async () => {
    const small = new LayerBuilder()
      .file('a.txt', 'x'.repeat(600))
      .hardlink('b.txt', 'a.txt')
      .pax('x', { path: 'long' })
      .file('c', 'y')
      .build();
    const gz = gzipSync(small);
    const change = fc.oneof(
      fc.nat(gz.length - 1).map((length) => gz.subarray(0, length)),
      fc
        .tuple(fc.nat(gz.length - 1), fc.integer({ min: 1, max: 255 }))
        .map(([at, bits]) => gz.map((byte, index) => (index === at ? byte ^ bits : byte))),
    );
    await fc.assert(
      fc.asyncProperty(change, async (blob) => {
        const code = await codeOf(
          engine({ keptBytes: 0 }).walk({ layer: blobLayer(blob, { digest: sha256(gz), diffId: sha256(small) }), scanners: [wantAll] }),
        );
        expect(['COMPRESSION_CORRUPT', 'COMPRESSION_UNSUPPORTED', 'TAR_CORRUPT', 'DIGEST_MISMATCH']).toContain(code);
      }),
      { numRuns: runs },
    );
  });
});

describe('a layer', () => {
  it('may be empty', async () => {
    for (const blob of [new Uint8Array(), new Uint8Array(1024), gzipSync(new Uint8Array(0))]) {
      await using walk = await engine().walk({ layer: blobLayer(blob), scanners: [wantAll] });
      expect(walk.stats.entries).toBe(0);
      expect(walk.diagnostics).toEqual([]);
    }
  });

  it('of 20,000 oddly named entries has some diagnostics and the number of the others', async () => {
    const builder = new LayerBuilder();
    for (let at = 0; at < 20_000; at += 1) builder.file(`../${at}`);
    await using walk = await engine().walk({ layer: blobLayer(builder.build()), scanners: [] });
    expect(walk.diagnostics).toHaveLength(101);
    expect(walk.diagnostics.at(-1)).toMatchObject({ code: 'ENTRY_OUTSIDE_ROOT', data: { omitted: 19_900 } });
  });

  it('tells how much of its blob was read', async () => {
    const blob = gzipSync(new LayerBuilder().file('f', 'x').build());
    const progress: number[] = [];
    await using walk = await engine().walk({
      layer: blobLayer(blob, { chunk: 50 }),
      scanners: [],
      onProgress: (bytes) => progress.push(bytes),
    });
    expect(progress.at(-1)).toBe(walk.stats.blobBytes);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  });

  it('may be a directory tree, whose files are opened only when they are read', async () => {
    const opened: string[] = [];
    const entry = (path: string, header: Partial<EntryHeader>, content = ''): TreeEntry => ({
      path,
      header: { type: 'file', size: content.length, mode: 0o644, ...header },
      open: async function* () {
        opened.push(path);
        yield toBytes(content.slice(0, 2));
        yield toBytes(content.slice(2));
      },
    });
    const layer: Layer = {
      digest: sha256(toBytes('tree')),
      content: {
        kind: 'tree',
        entries: async function* () {
          yield entry('etc', { type: 'directory', size: 0 });
          yield entry('etc/a.txt', {}, 'text a');
          yield entry('bin/x', {}, '\x7fELF');
          yield entry('bin/y', {}, 'script');
          yield entry('l', { type: 'symlink', linkTarget: 'etc', size: 0 });
        },
      },
    };
    const scanner = scannerFor((path, _, peek) =>
      path.startsWith('bin/') ? (peek ? (peek[0] === 0x7f ? 'file' : 'no') : 'peek') : isText(path),
    );
    await using walk = await engine().walk({ layer, scanners: [scanner] });
    expect(opened).toEqual(['bin/x', 'bin/y']);
    expect(Object.fromEntries(await filesOf(walk, scanner))).toEqual({ 'etc/a.txt': 'text a', 'bin/x': '\x7fELF' });
    expect(opened).toEqual(['bin/x', 'bin/y', 'bin/x', 'etc/a.txt']);
    expect([walk.digest, walk.diffId]).toEqual([layer.digest, layer.digest]);
    const [file] = walk.files.get(scannerKey(scanner))?.slice(1) ?? [];
    expect(new TextDecoder().decode(await file?.read(5, 9))).toBe('a');
    expect(
      createLayerEngine()
        .merge([walk.map ?? new Uint8Array()])
        .resolve('l/a.txt')?.path,
    ).toBe('etc/a.txt');
  });
});

describe.skipIf(!existsSync(conformance))('the shared layers (skipped where ../shared is absent)', () => {
  const names = existsSync(conformance)
    ? readdirSync(conformance, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(?:tar|layer)$/.test(name))
    : [];

  it.each(names)('%s is walked', async (name) => {
    await using walk = await engine().walk({ layer: blobLayer(readFileSync(join(conformance, name))), scanners: [wantAll] });
    expect(walk.stats.entries).toBeGreaterThan(0);
  });

  it('have the file system that an unpacker makes of them', async () => {
    await using walk = await engine().walk({ layer: blobLayer(readFileSync(join(conformance, 'concat.tar'))), scanners: [] });
    const tree = createLayerEngine().merge([walk.map ?? new Uint8Array()]);
    expect(tree.locate('var/run')?.type).toBe('directory');
    expect(tree.locate('var/run/console/algo.txt')?.type).toBe('file');
  });
});
