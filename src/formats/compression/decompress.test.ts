import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClaircoreError, defaultLimits } from '../../core/index.ts';
import { compress, type TestCompression } from '../../testing/compress.ts';
import { concatBytes, toBytes } from '../../testing/layer-builder.ts';
import { decompress, type DecompressOptions } from './decompress.ts';

const runs = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const forms = ['gzip', 'zstd', 'bzip2', 'xz'] as const satisfies readonly TestCompression[];
const skippableFrame = Uint8Array.of(0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);

async function* inChunks(data: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += size) yield await Promise.resolve(data.subarray(at, at + size));
}

interface Outcome {
  readonly data: Uint8Array;
  readonly compression: string | undefined;
}

/** For large data: an assertion over each of millions of numbers takes seconds. */
function isSame(data: Uint8Array, expected: Uint8Array): boolean {
  return Buffer.compare(data, expected) === 0;
}

async function unpack(data: Uint8Array, chunk = 100_000, options: Partial<DecompressOptions> = {}): Promise<Outcome> {
  const result = decompress(inChunks(data, chunk), { limits: defaultLimits, ...options });
  const parts: Uint8Array[] = [];
  for await (const part of result.stream) parts.push(part);
  return { data: concatBytes(...parts), compression: result.compression };
}

/** Text whose forms stand in fixtures/. */
function sampleText(): Uint8Array {
  const words = ['layer', 'manifest', 'digest', 'blob', 'config', 'index', 'platform', 'whiteout', '\n', '\0'.repeat(20)];
  let state = 1;
  let text = '';
  while (text.length < 40_000) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += `${words[Math.floor(state / 65_536) % words.length]}${state % 7}`;
  }
  return toBytes(text);
}

/** Pieces of text far apart and at odd places: more than an xz decoder keeps at once. */
function movingSample(): Uint8Array {
  const text = sampleText();
  const pieces = Array.from({ length: 220 }, (_, at) => [new Uint8Array(25_001 + at), text.subarray(at * 180, (at + 1) * 180)]);
  return concatBytes(...pieces.flat());
}

const noiseBytes = new Uint8Array(2_000_000);
let noiseState = 7;
for (let at = 0; at < noiseBytes.length; at += 1) {
  noiseState = (noiseState * 48_271) % 2_147_483_647;
  noiseBytes[at] = noiseState;
}

function noise(length: number): Uint8Array {
  return noiseBytes.subarray(0, length);
}

const fixture = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, 'fixtures', name));
const corrupt = { code: 'COMPRESSION_CORRUPT' };

describe('decompress', () => {
  it.each([...forms, 'none'] as const)('gives back any bytes out of %s, however the source is cut', async (form) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 1, max: 700 }), async (bytes, chunk) => {
        // A first byte that no form begins with.
        const data = concatBytes(toBytes('layer'), bytes);
        expect(await unpack(compress(data, form), chunk)).toEqual({ data, compression: form });
      }),
      { numRuns: runs / 4 },
    );
  });

  it.each(forms)('gives back more than one chunk or block out of %s', async (form) => {
    const data = concatBytes(noise(form === 'bzip2' ? 150_000 : 1_500_000), new Uint8Array(1_000_000), toBytes('end'));
    expect(isSame((await unpack(compress(data, form))).data, data)).toBe(true);
  });

  it.each(['sample.xz', 'sample-blocks-sha256.xz', 'sample-small-dictionary.xz', 'sample.bz2'])(
    'reads what another program wrote: %s',
    async (name) => {
      expect((await unpack(fixture(name), 1000)).data).toEqual(sampleText());
    },
  );

  it.each(forms)('reads %s streams one after another', async (form) => {
    const [one, two] = [toBytes('one '), noise(70_000)];
    const packed = concatBytes(compress(one, form), compress(two, form), compress(one, form), compress(new Uint8Array(), form));
    for (const chunk of [1, 1000, 1_000_000]) expect(isSame((await unpack(packed, chunk)).data, concatBytes(one, two, one))).toBe(true);
  });

  it('passes nothing on when there is nothing', async () => {
    expect(await unpack(new Uint8Array())).toEqual({ data: new Uint8Array(), compression: 'none' });
  });

  it.each([
    ['compress', '1f9d9000'],
    ['lz4', '04224d186440'],
    ['lzip', '4c5a495001'],
  ])('names a form that it does not read: %s', async (form, head) => {
    await expect(unpack(Uint8Array.from(Buffer.from(head, 'hex')))).rejects.toMatchObject({
      code: 'COMPRESSION_UNSUPPORTED',
      data: { form },
    });
  });
});

describe('decompress of damaged data', () => {
  const data = toBytes('a layer, a layer, a layer and its end');

  it.each(forms)('never takes %s that ends too early as whole', async (form) => {
    const packed = compress(data, form);
    for (let length = 10; length < packed.length; length += 1) {
      await expect(unpack(packed.subarray(0, length), 7), `${length} of ${packed.length} bytes`).rejects.toMatchObject(corrupt);
    }
  });

  it.each(['sample.xz', 'sample-blocks-sha256.xz', 'sample.bz2'])('never takes %s that ends too early as whole', async (name) => {
    const packed = fixture(name);
    for (let length = 16; length < packed.length; length += 97) {
      await expect(unpack(packed.subarray(0, length)), `${length} bytes`).rejects.toMatchObject(corrupt);
    }
  });

  it.each([
    ['gzip', compress(sampleText(), 'gzip')],
    // Without a checksum zstd cannot tell; layers are verified by their digest.
    ['bzip2', fixture('sample.bz2')],
    ['xz', fixture('sample-blocks-sha256.xz')],
    ['stored xz', compress(data, 'xz')],
  ])('gives the right bytes or an error of its own when a bit of %s is flipped', async (_, packed) => {
    const expected = (await unpack(packed)).data;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: packed.length * 8 - 1 }), async (bit) => {
        const damaged = packed.slice();
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const isRight = await unpack(damaged).then(
          (outcome) => outcome.compression === 'none' || isSame(outcome.data, expected),
          (error: unknown) => error instanceof ClaircoreError,
        );
        expect(isRight).toBe(true);
      }),
      { numRuns: runs },
    );
  });
});

describe('gunzip', () => {
  const [one, two] = [toBytes('one'), toBytes('two')];
  const both = concatBytes(one, two);
  const packed = concatBytes(gzipSync(one), gzipSync(two));

  it.each([
    ['zeros, as on a tape', new Uint8Array(70_000)],
    ['one byte', Uint8Array.of(0x1f)],
    ['other bytes', toBytes('garbage behind the end')],
  ])('leaves out what follows the last member: %s', async (_, rest) => {
    for (const chunk of [1, 30, 1_000_000]) expect((await unpack(concatBytes(packed, rest), chunk)).data).toEqual(both);
    expect(isSame((await unpack(concatBytes(gzipSync(noise(300_000)), rest))).data, noise(300_000))).toBe(true);
  });

  it('reads a member that follows and is large', async () => {
    const large = concatBytes(noise(400_000), new Uint8Array(5_000_000));
    expect(isSame((await unpack(concatBytes(packed, gzipSync(large), gzipSync(one)))).data, concatBytes(both, large, one))).toBe(true);
  });

  it('reads thousands of small members in few chunks', async () => {
    const member = gzipSync(noise(100));
    const result = decompress(inChunks(concatBytes(...Array.from({ length: 5000 }, () => member)), 100_000), { limits: defaultLimits });
    const lengths: number[] = [];
    for await (const chunk of result.stream) lengths.push(chunk.length);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(500_000);
    expect(lengths.length).toBeLessThan(10);
  });

  it('steps over all the fields that a header can have', async () => {
    const [plain] = [gzipSync(one)];
    const fields = concatBytes(Uint8Array.of(3, 0, 1, 2, 3), toBytes('name\0'), toBytes('comment\0'), Uint8Array.of(9, 9));
    const header = concatBytes(plain.subarray(0, 3), Uint8Array.of(0x1f), plain.subarray(4, 10), fields);
    expect((await unpack(concatBytes(header, plain.subarray(10)), 3)).data).toEqual(one);
  });

  it.each([
    ['a wrong checksum', (bytes: Uint8Array) => bytes.fill(0, -8, -4), corrupt],
    ['a wrong length', (bytes: Uint8Array) => bytes.fill(9, -4), corrupt],
    ['reserved flags', (bytes: Uint8Array) => bytes.fill(0x80, 3, 4), corrupt],
    [
      'a name without end',
      (bytes: Uint8Array) => concatBytes(bytes.fill(0x08, 3, 4).subarray(0, 10), new Uint8Array(200_000).fill(65)),
      corrupt,
    ],
    ['an unknown method', (bytes: Uint8Array) => bytes.fill(7, 2, 3), { code: 'COMPRESSION_UNSUPPORTED' }],
  ])('refuses %s, also in a later member', async (_, damage, error) => {
    const damaged = damage(new Uint8Array(gzipSync(one)));
    await expect(unpack(damaged)).rejects.toMatchObject(error);
    await expect(unpack(concatBytes(packed, damaged))).rejects.toMatchObject(error);
  });

  it('leaves the checksum to whoever holds the outcome against a digest, and nothing else', async () => {
    const packed = new Uint8Array(gzipSync(Buffer.alloc(1000, 'x')));
    const wrong = (start: number): Uint8Array => packed.slice().fill(7, start, start + 4);
    const { data } = await unpack(wrong(packed.length - 8), 100_000, { checksums: 'leave' });
    expect(data).toEqual(new Uint8Array(1000).fill(0x78));
    await expect(unpack(wrong(packed.length - 4), 100_000, { checksums: 'leave' })).rejects.toMatchObject(corrupt);
  });
});

describe('unzstd', () => {
  const [one, two] = [toBytes('one'), noise(200_000)];

  it('leaves out skippable frames wherever they stand, and loses no frame', async () => {
    const packed = concatBytes(
      skippableFrame,
      zstdCompressSync(one),
      skippableFrame,
      skippableFrame,
      zstdCompressSync(two),
      skippableFrame,
    );
    for (const chunk of [1, 50, 1_000_000]) {
      expect(isSame((await unpack(packed, chunk)).data, concatBytes(one, two))).toBe(true);
    }
  });

  it('refuses what follows and is no frame, and a skippable frame that ends too early', async () => {
    await expect(unpack(concatBytes(zstdCompressSync(one), toBytes('garbage')))).rejects.toMatchObject(corrupt);
    await expect(unpack(concatBytes(zstdCompressSync(one), skippableFrame.subarray(0, 9)))).rejects.toMatchObject(corrupt);
  });
});

describe('unxz', () => {
  it('takes zeros between streams in fours only', async () => {
    const packed = compress(toBytes('one'), 'xz');
    expect((await unpack(concatBytes(packed, new Uint8Array(8), packed, new Uint8Array(4)))).data).toEqual(toBytes('oneone'));
    await expect(unpack(concatBytes(packed, new Uint8Array(6)))).rejects.toMatchObject(corrupt);
    await expect(unpack(concatBytes(packed, toBytes('garb')))).rejects.toMatchObject(corrupt);
  });

  it('names a filter that it does not read', async () => {
    await expect(unpack(fixture('sample-x86-filter.xz'))).rejects.toMatchObject({
      code: 'COMPRESSION_UNSUPPORTED',
      data: { reason: 'filter' },
    });
  });

  it('keeps the dictionary right when it moves', async () => {
    expect(isSame((await unpack(fixture('moving-window.xz'))).data, movingSample())).toBe(true);
  });
});

describe('the limits of decompress', () => {
  const zeros = new Uint8Array(1_500_000);

  it.each(forms)('stops %s that inflates to more than a layer may have', async (form) => {
    const limits = { ...defaultLimits, layerBytes: 1_000_000 };
    await expect(unpack(compress(zeros, form), 100_000, { limits })).rejects.toMatchObject({
      code: 'LIMIT_LAYER_SIZE',
      data: { limit: 1_000_000 },
    });
  });

  it('counts the ratio only beyond its floor', async () => {
    const packed = compress(zeros, 'gzip');
    const limits = { ...defaultLimits, ratio: 10, ratioFloor: 1_500_000 };
    expect((await unpack(packed, 100_000, { limits })).data).toHaveLength(1_500_000);
    await expect(unpack(packed, 100_000, { limits: { ...limits, ratioFloor: 1_000_000 } })).rejects.toMatchObject({ code: 'LIMIT_RATIO' });
  });

  it('bounds what is not compressed too', async () => {
    await expect(unpack(zeros, 100_000, { limits: { ...defaultLimits, layerBytes: 10 } })).rejects.toMatchObject({
      code: 'LIMIT_LAYER_SIZE',
    });
  });
});

describe('a stream of decompress', () => {
  function watched(form: TestCompression): {
    readonly source: AsyncIterable<Uint8Array>;
    readonly state: { isClosed: boolean; given: number };
  } {
    const state = { isClosed: false, given: 0 };
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for await (const chunk of inChunks(compress(noise(form === 'bzip2' ? 120_000 : 2_000_000), form), 65_536)) {
          state.given += chunk.length;
          yield chunk;
        }
      } finally {
        state.isClosed = true;
      }
    }
    return { source: source(), state };
  }

  it.each([...forms, 'none'] as const)('closes its source when it is left early: %s', async (form) => {
    const { source, state } = watched(form);
    for await (const _ of decompress(source, { limits: defaultLimits }).stream) break;
    expect(state.isClosed).toBe(true);
    if (form !== 'bzip2') expect(state.given).toBeLessThan(1_000_000);
  });

  it.each([...forms, 'none'] as const)('stops when the signal fires: %s', async (form) => {
    const { source, state } = watched(form);
    const controller = new AbortController();
    const read = async (): Promise<void> => {
      for await (const _ of decompress(source, { limits: defaultLimits, signal: controller.signal }).stream)
        controller.abort(new Error('enough'));
    };
    await expect(read()).rejects.toMatchObject({ code: 'ABORTED' });
    expect(state.isClosed).toBe(true);
  });

  it('does not begin when the signal has fired', async () => {
    const { source, state } = watched('gzip');
    const { stream } = decompress(source, { limits: defaultLimits, signal: AbortSignal.abort() });
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'ABORTED' });
    expect(state.given).toBe(0);
  });

  it.each([...forms, 'none'] as const)('passes on what its source throws: %s', async (form) => {
    const failure = new Error('the disk is gone');
    async function* source(): AsyncGenerator<Uint8Array> {
      yield compress(noise(100_000), form).subarray(0, 66_000);
      await Promise.resolve();
      throw failure;
    }
    const read = async (): Promise<void> => {
      for await (const _ of decompress(source(), { limits: defaultLimits }).stream);
    };
    await expect(read()).rejects.toBe(failure);
  });

  it('tells how far it has read', async () => {
    const packed = compress(noise(1_000_000), 'gzip');
    const progress: number[] = [];
    const result = decompress(inChunks(packed, 65_536), { limits: defaultLimits, onProgress: (bytes) => progress.push(bytes) });
    for await (const _ of result.stream);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect([progress.at(-1), result.compressedBytes, result.bytes]).toEqual([packed.length, packed.length, 1_000_000]);
  });
});
