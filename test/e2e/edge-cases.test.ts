import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { LayerDigest } from '../../src/core/index.ts';
import { compress } from '../../src/testing/index.ts';
import { concatBytes } from '../../src/testing/layer-builder.ts';
import { tarHeader } from '../../src/formats/tar/index.ts';
import { blobLayer } from '../support/blob-layers.ts';
import { edgeCases } from '../support/edge-cases.ts';
import { indexLayers, placesOf } from '../support/library.ts';

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;
const GiB = 1024 ** 3;
const MiB = 1024 ** 2;

describe('unusual layers', () => {
  it.each(edgeCases)('$name', async ({ layers, places, warnings = [] }) => {
    const report = await indexLayers(layers.map((layer) => blobLayer(layer)));
    expect(report.err).toBe('');
    expect(placesOf(report)).toEqual([...places].sort());
    const seen = report.diagnostics.filter(({ level }) => level !== 'info').map(({ code }) => code);
    expect([...new Set(seen)].sort()).toEqual([...warnings].sort());
  });

  it(`bomb: ${isFull ? 'a GiB' : '64 MiB'} of zeros in little gzip`, { timeout: 120_000 }, async () => {
    const { blob, diffId } = zeros(isFull ? GiB : 64 * MiB);
    const report = await indexLayers([blobLayer(blob, { diffId })]);
    expect(report.err).toBe('');
    expect(placesOf(report)).toEqual([]);
    expect(report.diagnostics).toEqual([]);
  });
});

/** A tar of one file of zeros, as many gzip members, so that nobody has to hold it. */
function zeros(size: number): { readonly blob: Uint8Array; readonly diffId: LayerDigest } {
  const piece = new Uint8Array(16 * MiB);
  const count = size / piece.length;
  const header = tarHeader({ path: 'zeros', type: 'file', size });
  const end = new Uint8Array(1024);
  const hash = createHash('sha256').update(header);
  for (let at = 0; at < count; at += 1) hash.update(piece);
  const member = compress(piece, 'gzip');
  return {
    blob: concatBytes(compress(header, 'gzip'), ...Array.from({ length: count }, () => member), compress(end, 'gzip')),
    diffId: `sha256:${hash.update(end).digest('hex')}` as LayerDigest,
  };
}
