import { describe, expect, it } from 'vitest';
import { decodeSeedManifest } from './index.ts';

const hash = `sha256:${'a'.repeat(64)}`;
const digest = `sha512:${'b'.repeat(128)}`;
const uri = 'https://layers.example/b?signature=x%20y';

describe('a manifest of v0.0.7', () => {
  it('gives its layers in order, with where they are', () => {
    const layers = [
      {
        hash: digest,
        format: 'tar',
        image_format: 'docker',
        remote_path: { uri, headers: { Authorization: ['Bearer x'], a: ['1', '2'] } },
      },
      { hash, remote_path: { uri: 'HTTP://127.0.0.1:5000/x', headers: null } },
      { hash, uri, headers: { a: [] } },
      { hash, format: null, image_format: null, remote_path: null, uri, headers: {} },
    ];
    expect(decodeSeedManifest({ hash, layers })).toEqual({
      digest: hash,
      layers: [
        { digest, uri, headers: { Authorization: ['Bearer x'], a: ['1', '2'] } },
        { digest: hash, uri: 'HTTP://127.0.0.1:5000/x' },
        { digest: hash, uri, headers: { a: [] } },
        { digest: hash, uri },
      ],
    });
  });

  it('keeps the name of a header that is a name of every object', () => {
    const headers = JSON.parse('{"__proto__": ["x"], "constructor": ["y"]}') as object;
    const [layer] = decodeSeedManifest({ hash, layers: [{ hash, uri, headers }] }).layers;
    expect(Object.entries(layer?.headers ?? {})).toEqual([
      ['__proto__', ['x']],
      ['constructor', ['y']],
    ]);
    expect({}).not.toHaveProperty('x');
  });

  it.each<[string, unknown, string]>([
    ['more headers than any server takes', { hash, uri, headers: { a: ['x'.repeat(70_000)] } }, '/layers/0/headers'],
    ['a URI that is longer than any', { hash, uri: `https://x.example/${'a'.repeat(20_000)}` }, '/layers/0/uri'],
  ])('does not take %s', (_what, layer, path) => {
    expect(() => decodeSeedManifest({ hash, layers: [layer] })).toThrow(
      expect.objectContaining({ code: 'MANIFEST_INVALID', data: expect.objectContaining({ path }) as object }),
    );
  });

  it('does not take more layers than any image has', () => {
    const layers = Array.from({ length: 10_001 }, () => ({ hash, uri }));
    expect(() => decodeSeedManifest({ hash, layers })).toThrow(expect.objectContaining({ code: 'MANIFEST_INVALID' }));
    expect(decodeSeedManifest({ hash, layers: layers.slice(1) }).layers.length).toBe(10_000);
  });
});
