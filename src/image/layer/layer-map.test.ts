import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClaircoreError, defaultLimits, type EntryHeader, type Limits } from '../../core/index.ts';
import { TempArena } from '../../runtime/index.ts';
import { LayerMapBuilder } from './layer-map-builder.ts';
import { MapReader } from './map-reader.ts';
import { fromKeyBytes } from './path-key.ts';
import { bytesSource } from './spool.ts';
import { mergeTree } from './tree.ts';

const runs = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const file: EntryHeader = { type: 'file', size: 7, mode: 0o640 };

function build(fill: (builder: LayerMapBuilder) => void, limits: Partial<Limits> = {}): Uint8Array {
  using arena = new TempArena();
  const builder = new LayerMapBuilder(arena, { ...defaultLimits, ...limits });
  fill(builder);
  return builder.finish().bytes;
}

function pathsOf(bytes: Uint8Array): readonly string[] {
  const paths: string[] = [];
  const cursor = new MapReader(bytesSource(bytes)).entries();
  while (cursor.next()) paths.push(fromKeyBytes(cursor.key, cursor.length));
  return paths;
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

const name = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.x', ' ', 'é', '\uFFFD', '💡'), minLength: 1, maxLength: 4 });
const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));

describe('a layer map', () => {
  it('gives back every path and its directories, parts compared one by one in the order of their bytes', () => {
    const compare = (a: string, b: string): number => {
      const [left, right] = [a.split('/'), b.split('/')];
      for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
        const order = Buffer.compare(Buffer.from(left[at] ?? ''), Buffer.from(right[at] ?? ''));
        if (order !== 0) return order;
      }
      return left.length - right.length;
    };
    fc.assert(
      fc.property(fc.array(path, { maxLength: 60 }), (paths) => {
        const bytes = build((builder) => paths.forEach((each) => builder.entry(each, { ...file, type: 'directory' })));
        const expected = new Set(paths.flatMap((each) => each.split('/').map((_, at, parts) => parts.slice(0, at + 1).join('/'))));
        expect(pathsOf(bytes)).toEqual([...expected].sort(compare));
        const reader = new MapReader(bytesSource(bytes));
        for (const each of expected) {
          expect(reader.lookup(each)?.type).toBe('directory');
          expect(reader.lookup(`${each}/`)).toBeUndefined();
          const below = Array.from(reader.below(each), (cursor) => fromKeyBytes(cursor.key, cursor.length));
          expect(below).toEqual([...expected].filter((other) => other.startsWith(`${each}/`)).sort(compare));
        }
      }),
      { numRuns: runs },
    );
  });

  it('keeps type, size, mode, target and markers', () => {
    const bytes = build((builder) => {
      builder.entry('f', { ...file, size: Number.MAX_SAFE_INTEGER });
      builder.entry('l', { type: 'symlink', size: 0, mode: 0o777, linkTarget: '../ö' });
      builder.whiteout('d/gone');
      builder.opaque('o');
    });
    const reader = new MapReader(bytesSource(bytes));
    expect(reader.lookup('f')).toMatchObject({ type: 'file', size: Number.MAX_SAFE_INTEGER, mode: 0o640, isWhiteout: false });
    expect(new TextDecoder().decode(reader.lookup('l')?.link)).toBe('../ö');
    expect(reader.lookup('d')).toMatchObject({ type: 'directory', isImplied: true });
    expect(reader.lookup('d/gone')).toMatchObject({ type: undefined, isWhiteout: true });
    expect(reader.lookup('o')).toMatchObject({ type: 'directory', isOpaque: true });
  });

  it('has every path found again over many blocks and restarts', () => {
    const names = Array.from({ length: 30_000 }, (_, at) => `d${at % 97}/e${at % 13}/f${at}`);
    const reader = new MapReader(bytesSource(build((builder) => names.forEach((each) => builder.entry(each, file)))));
    expect(names.filter((each) => reader.lookup(each)?.type !== 'file')).toEqual([]);
    expect(names.filter((each) => reader.lookup(`${each}x`) !== undefined)).toEqual([]);
  });

  it('is empty for an empty layer', () => {
    expect(pathsOf(build(() => undefined))).toEqual([]);
  });

  it('gives the same bytes whether its runs are in memory or on disk', () => {
    const fill = (builder: LayerMapBuilder): void => {
      for (let at = 0; at < 70_000; at += 1) builder.entry(`d${(at * 31) % 500}/f${at}`, file);
    };
    expect(Buffer.compare(build(fill, { layerMapMemory: 1000 }), build(fill))).toBe(0);
  });

  it('that grows beyond the limit is refused', () => {
    const fill = (count: number) => (builder: LayerMapBuilder) => {
      for (let at = 0; at < count; at += 1) builder.entry(`${(at * 2_654_435_761) % 4_294_967_296}`, file);
    };
    expect(codeOf(() => build(fill(5000), { layerMapBytes: 5000 }))).toBe('LIMIT_LAYER_MAP');
    expect(codeOf(() => build(fill(70_000), { layerMapBytes: 5000 }))).toBe('LIMIT_LAYER_MAP');
  });
});

describe('a damaged layer map', () => {
  const whole = build((builder) => {
    for (let at = 0; at < 3000; at += 1) builder.entry(`d${at % 50}/f${at}`, file);
    builder.entry('s', { type: 'symlink', size: 0, mode: 0o777, linkTarget: 'd1' });
  });

  function readAll(bytes: Uint8Array): number {
    const tree = mergeTree([whole, bytes]);
    return (
      [...tree.nodes()].length +
      [...tree.linked({ select: () => true, limit: 1000, onLimit: () => undefined })].length +
      tree.layersWith('d1/f1').length
    );
  }

  it.each([0, 1, 8, 20, whole.length - 1])('of %i bytes is told', (length) => {
    expect(codeOf(() => readAll(whole.subarray(0, length)))).toBe('LAYER_MAP_CORRUPT');
  });

  it('is told or read, whatever bytes are changed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
        (flips) => {
          const damaged = whole.slice();
          for (const [at, bits] of flips) damaged[at] = (damaged[at] ?? 0) ^ bits;
          expect(['none', 'LAYER_MAP_CORRUPT']).toContain(codeOf(() => readAll(damaged)));
        },
      ),
      { numRuns: runs },
    );
  });

  it('is told or read, when what is compressed in it is changed', async () => {
    const { pack, unpack } = await import('./map-format.ts');
    const { parseBlock } = await import('./map-block.ts');
    const small = build((builder) => {
      for (let at = 0; at < 40; at += 1) builder.entry(`d/f${at}`, file);
    });
    const trailer = Buffer.from(small.subarray(small.length - 16));
    const [indexAt, indexLength, indexPlain] = [trailer.readUInt32LE(0), trailer.readUInt32LE(4), trailer.readUInt32LE(8)];
    const index = unpack(small.subarray(indexAt, indexAt + indexLength), indexPlain);
    const plainLength = readTwo(index);
    const block = unpack(small.subarray(8, indexAt), plainLength);
    expect(parseBlock(block).restarts).toBe(3);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(block.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = Buffer.from(block);
        for (const [at, byte] of changes) changed[at] = byte;
        const packed = pack(changed);
        const newIndex = Buffer.concat([varint(packed.length), varint(changed.length), varint(1), Buffer.from('d')]);
        const packedIndex = pack(newIndex);
        const tail = Buffer.alloc(16);
        [8 + packed.length, packedIndex.length, newIndex.length, 0x4d4c4343].forEach((value, at) => tail.writeUInt32LE(value, at * 4));
        const bytes = Buffer.concat([small.subarray(0, 8), packed, packedIndex, tail]);
        expect(['none', 'LAYER_MAP_CORRUPT']).toContain(codeOf(() => readAll(bytes)));
      }),
      { numRuns: runs },
    );
  });
});

/** The second varint of an index. */
function readTwo(index: Uint8Array): number {
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = index[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  next();
  return next();
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
}
