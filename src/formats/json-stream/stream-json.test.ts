import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClaircoreError } from '../../core/index.ts';
import { collect } from '../../testing/collect.ts';
import { jsonPointer, streamJson, type JsonPiece, type StreamJsonOptions } from './index.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const encoder = new TextEncoder();

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(body: string | Uint8Array, options: StreamJsonOptions = {}, size = 7): Promise<readonly JsonPiece[]> {
  const bytes = typeof body === 'string' ? encoder.encode(body) : body;
  return collect(streamJson(chunks(bytes, size), options));
}

async function codeOf(body: string | Uint8Array, options: StreamJsonOptions = {}, size = 7): Promise<string> {
  try {
    return `read ${(await read(body, options, size)).length}`;
  } catch (error) {
    if (error instanceof ClaircoreError) return String(error.code);
    throw error;
  }
}

const toObject = (pieces: readonly JsonPiece[]): unknown =>
  Object.fromEntries(pieces.map((piece) => (piece.kind === 'member' ? [piece.key, piece.value] : [piece.index, piece.value])));

const hard = String.raw` { "a" : {"b":["}]{[",{"c":"\\\""}]} , "ü\u0041\\" : "\\" ,"n":-1.5e3,"t":true , "z":null,"e":{},"l":[ ],"😀":"😀" } `;

describe('streamJson', () => {
  it.each([1, 2, 3, 5, 64, 1000])('gives what JSON.parse gives, in chunks of %i bytes', async (size) => {
    expect(toObject(await read(hard, {}, size))).toEqual(JSON.parse(hard));
  });

  it('gives what JSON.parse gives for any object, cut anywhere', async () => {
    const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary', maxDepth: 3 }), { maxKeys: 5 });
    await fc.assert(
      fc.asyncProperty(object, fc.integer({ min: 1, max: 40 }), fc.constantFrom(undefined, 1), async (value, size, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(toObject(await read(text, {}, size))).toEqual(JSON.parse(text));
      }),
      { numRuns },
    );
  });

  it('gives the elements of the array that is asked for one by one, and the other members whole', async () => {
    const text = '{"x":1,"list":[{"a":[1]}, 2 ,"]",null],"y":{"list":[1]}}';
    expect(await read(text, { array: 'list' })).toEqual([
      { kind: 'member', key: 'x', value: 1 },
      { kind: 'element', index: 0, value: { a: [1] } },
      { kind: 'element', index: 1, value: 2 },
      { kind: 'element', index: 2, value: ']' },
      { kind: 'element', index: 3, value: null },
      { kind: 'member', key: 'y', value: { list: [1] } },
    ]);
    expect(await read('{"list":[]}', { array: 'list' })).toEqual([]);
  });

  it.each([hard, '{"list":[1,{"a":2},[3]],"x":"y"}', '{}'])('refuses %s cut at any byte as truncated', async (text) => {
    const bytes = encoder.encode(text.trim());
    for (const options of text.includes('"list"') ? [{ array: 'list' }, {}] : [{}]) {
      for (let length = 0; length < bytes.length; length++) {
        expect(await codeOf(bytes.subarray(0, length), options), `first ${length} bytes`).toBe('FEED_TRUNCATED');
      }
      expect(await codeOf(bytes, options)).toMatch(/^read/);
    }
  });

  it.each([
    '[]',
    '1',
    '{} {}',
    '{}x',
    '{"a":1,}',
    '{,"a":1}',
    '{"a":1 "b":2}',
    '{"a" 1}',
    '{a:1}',
    '{"a":}',
    '{"a":1]',
    '{"a":[1}}',
    '{"a":{]}',
    '{"a":[1,]}',
    '{"a":01}',
    '{"a":tru}',
    '{"a":nullnull}',
    '{"a":tr"ue"}',
    '{"a":"\n"}',
    '{"a":"\\x"}',
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '\uFEFF{}',
    '{"a":\u00A01}',
  ])('refuses %j as malformed', async (text) => {
    for (const size of [1, 100]) expect(await codeOf(text, {}, size)).toBe('FEED_MALFORMED');
  });

  it.each(['{"list":[,1]}', '{"list":[1,]}', '{"list":[1 2]}', '{"list":[1}}', '{"list":{}}', '{"list":null}', '{"other":[]}'])(
    'refuses %s as malformed when the list is asked for',
    async (text) => {
      expect(await codeOf(text, { array: 'list' })).toBe('FEED_MALFORMED');
    },
  );

  it.each([
    ['a stray byte', [0xff]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a character that breaks off', [0xe2, 0x82]],
  ])('refuses bytes that are not UTF-8: %s', async (_, bad) => {
    const bytes = Uint8Array.from([...encoder.encode('{"a":"'), ...bad, ...encoder.encode('"}')]);
    expect(await codeOf(bytes)).toBe('FEED_MALFORMED');
  });

  it('refuses nesting beyond the limit before it holds it', async () => {
    expect(await codeOf(`{"a":${'['.repeat(65)}${']'.repeat(65)}}`)).toBe('FEED_MALFORMED');
    expect(await codeOf(`{"a":${'['.repeat(64)}${']'.repeat(64)}}`)).toBe('read 1');
    expect(await codeOf(`{"a":${'['.repeat(5_000_000)}`, {}, 65_536)).toBe('FEED_MALFORMED');
  });

  it('refuses a member or a name beyond the limit, and too many members', async () => {
    const limits = { pieceBytes: 10, pieces: 2 };
    expect(await codeOf('{"a":"12345678"}', { limits })).toBe('read 1');
    expect(await codeOf('{"a":"123456789"}', { limits })).toBe('LIMIT_READ');
    expect(await codeOf('{"123456789":1}', { limits })).toBe('LIMIT_READ');
    expect(await codeOf('{"a":1,"b":2,"c":3}', { limits })).toBe('LIMIT_READ');
    expect(await codeOf('{"l":[1,2,3]}', { limits, array: 'l' })).toBe('LIMIT_READ');
  });

  it('makes no prototype out of a name', async () => {
    const [piece] = await read('{"__proto__":{"__proto__":{"polluted":true}}}');
    expect(piece).toMatchObject({ kind: 'member', key: '__proto__' });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('stops when the signal fires, and passes on what the source throws', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(read('{}', { signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' });
    const broken = new Error('reset');
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield encoder.encode('{');
      throw broken;
    }
    await expect(collect(streamJson(failing()))).rejects.toBe(broken);
  });

  it('never reads a damaged document as another whole one with a piece less', async () => {
    const text = '{"a":{"b":1},"c":{"d":2},"e":[3]}';
    const bytes = encoder.encode(text);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, byte) => {
        const damaged = Uint8Array.from(bytes);
        damaged[at] = byte;
        const outcome = await codeOf(damaged);
        expect(['read 3', 'FEED_MALFORMED', 'FEED_TRUNCATED']).toContain(outcome);
      }),
      { numRuns },
    );
  });
});

describe('jsonPointer', () => {
  it('escapes as RFC 6901 says', () => {
    expect(jsonPointer()).toBe('');
    expect(jsonPointer('a/b', 'm~n', 0, '~1', '')).toBe('/a~1b/m~0n/0/~01/');
  });
});
