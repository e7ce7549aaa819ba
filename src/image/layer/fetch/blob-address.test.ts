import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClaircoreError, parseLayerDigest } from '../../../core/index.ts';
import { parseBlobAddress } from './blob-address.ts';

const digest = parseLayerDigest(`sha256:${'a'.repeat(64)}`);
const uri = 'https://blobs.example/base?token=hidden-token';

function refusalOf(layer: Parameters<typeof parseBlobAddress>[0]): ClaircoreError {
  try {
    parseBlobAddress(layer);
  } catch (error) {
    if (error instanceof ClaircoreError) return error as ClaircoreError;
  }
  throw new Error('it was not refused');
}

describe('the URI of a layer', () => {
  it.each([
    undefined,
    '',
    'base.tar',
    '/base.tar',
    '//blobs.example/base',
    'https:blobs.example/base',
    'https://',
    'http://a b/',
    'ftp://blobs.example/base',
    'file:///etc/passwd',
    'data:,x',
    `https://blobs.example/${'a'.repeat(9000)}`,
  ])('%j is refused', (value) => {
    expect(refusalOf({ digest, ...(value !== undefined && { uri: value }) })).toMatchObject({
      code: 'LAYER_URI_INVALID',
      data: { layer: digest },
    });
  });

  it('is taken as it is, with its query', () => {
    expect(parseBlobAddress({ digest, uri }).url.href).toBe(uri);
    expect(parseBlobAddress({ digest, uri: 'HTTP://Blobs.example:8080/a%20b' }).url.href).toBe('http://blobs.example:8080/a%20b');
  });
});

describe('the request headers of a layer', () => {
  it('are sent as they are, all values of one name together', () => {
    const headers = { Authorization: ['Bearer a'], 'X-Many': ['1', '2'], 'x-many': ['3'], 'x-empty': [''], 'x-none': [] };
    expect(parseBlobAddress({ digest, uri, headers }).headers).toEqual({
      authorization: ['Bearer a'],
      'x-many': ['1', '2', '3'],
      'x-empty': [''],
      'x-none': [],
    });
  });

  it.each([
    'Host',
    'connection',
    'Keep-Alive',
    'TE',
    'trailer',
    'Transfer-Encoding',
    'Upgrade',
    'Proxy-Authorization',
    'proxy-connection',
    'Range',
    'If-Range',
    'Content-Length',
    'Accept-Encoding',
    'Expect',
  ])('%s is ours to say', (name) => {
    expect(refusalOf({ digest, uri, headers: { [name]: ['hidden-value'] } })).toMatchObject({
      code: 'LAYER_HEADER_INVALID',
      data: { header: name },
    });
  });

  it.each([['a b'], ['a\r\nb'], [''], ['ä'], ['a:b'], ['x'.repeat(200)]])('%j is no name', (name) => {
    expect(refusalOf({ digest, uri, headers: { [name]: ['v'] } })).toMatchObject({
      code: 'LAYER_HEADER_INVALID',
      data: { header: '', reason: 'not a name' },
    });
  });

  it.each([['a\r\nx-injected: 1'], ['a\u0000'], ['\u0100']])('%j is no value', (value) => {
    expect(refusalOf({ digest, uri, headers: { 'x-a': [value] } })).toMatchObject({
      code: 'LAYER_HEADER_INVALID',
      data: { header: 'x-a' },
    });
  });

  it.each([['text'], [[1]], [null], [{ 0: 'a' }]])('%j is no list of values', (values) => {
    const headers = JSON.parse(JSON.stringify({ 'x-a': values })) as Record<string, string[]>;
    expect(refusalOf({ digest, uri, headers })).toMatchObject({ code: 'LAYER_HEADER_INVALID', data: { header: 'x-a' } });
  });

  it('are bounded in number and length', () => {
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`x-${index}`, ['v']]));
    expect(refusalOf({ digest, uri, headers: many }).code).toBe('LAYER_HEADER_INVALID');
    expect(refusalOf({ digest, uri, headers: { 'x-long': ['v'.repeat(33_000)] } }).code).toBe('LAYER_HEADER_INVALID');
  });

  it('a name of an object property is a name like any other', () => {
    const headers = JSON.parse('{"__proto__": ["v"], "constructor": ["w"]}') as Record<string, string[]>;
    expect(Object.entries(parseBlobAddress({ digest, uri, headers }).headers)).toEqual([
      ['__proto__', ['v']],
      ['constructor', ['w']],
    ]);
  });

  it('never reach an error by their value, whatever it is', () => {
    const secret = fc.string({ minLength: 6, maxLength: 40 }).map((text) => `hidden-${text}`);
    fc.assert(
      fc.property(fc.constantFrom('authorization', 'Host', 'bad name', 'x-secret'), secret, (name, value) => {
        try {
          parseBlobAddress({ digest, uri, headers: { [name]: [value] } });
        } catch (error) {
          expect(JSON.stringify([error, (error as ClaircoreError).data, String(error)])).not.toContain('hidden');
        }
      }),
    );
  });
});
