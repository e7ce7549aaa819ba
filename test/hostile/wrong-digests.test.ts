import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  dockerArchive,
  hybridArchive,
  LayerBuilder,
  ociLayout,
  writeArchive,
  writeLayout,
  type ImageFiles,
} from '../../src/testing/index.ts';
import { blobPath, imageConfig, sha256 } from '../../src/testing/image-builder.ts';
import { judgeImages } from '../support/run-damage.ts';
import { scratchDirectory } from '../support/shared-data.ts';
import { packageJson, smallLayers, toLayers } from '../support/small-image.ts';
import { run } from '../support/run-in-process.ts';

const image = { layers: toLayers(smallLayers), names: ['demo/app:1'] };
const gzipped = { layers: toLayers(smallLayers, 'gzip') };
const [firstTar = new Uint8Array()] = smallLayers;
const other = new LayerBuilder().file('node_modules/evil/package.json', packageJson('evil')).build();

/** As well-formed and as long as before, and something else. */
function changed(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  if (from.length !== to.length || !text.includes(from)) throw new Error(`no ${from}`);
  return Buffer.from(text.replaceAll(from, to), 'latin1');
}

/** The same files with another body for one of them: well-formed, and not what was declared. */
function withBody(files: ImageFiles, path: string, body: Uint8Array): ImageFiles {
  if (!files.has(path)) throw new Error(`no ${path}`);
  return new Map(files).set(path, body);
}

function manifestPath(files: ImageFiles): string {
  const index = files.get('index.json');
  const { manifests } = JSON.parse(new TextDecoder().decode(index as Uint8Array)) as {
    readonly manifests: readonly { readonly digest: string }[];
  };
  return `blobs/${manifests[0]?.digest.replace(':', '/')}`;
}

const wrongDiffIds = { rootfs: { type: 'layers', diff_ids: smallLayers.map(() => sha256(other)) } };
const oci = ociLayout([image]);
const hybrid = hybridArchive([image]);
const firstBlob = blobPath(sha256(firstTar));
const evilTar = changed(firstTar, 'libssl3', 'libevil');
const config = imageConfig(image);
const manifest = manifestPath(oci);

const cases: readonly (readonly [string, ImageFiles])[] = [
  ['the blob of a layer', withBody(oci, firstBlob, evilTar)],
  ['the config', withBody(oci, blobPath(sha256(config)), changed(config, 'layer 0', 'layer 9'))],
  ['the manifest', withBody(oci, manifest, changed(oci.get(manifest) as Uint8Array, '"schemaVersion":2', '"schemaVersion":3'))],
  ['a diffID of an OCI image', ociLayout([{ ...image, config: wrongDiffIds }])],
  ['a diffID of an OCI image with gzip layers', ociLayout([{ ...gzipped, config: wrongDiffIds }])],
  ['a diffID of a docker-archive', dockerArchive([{ ...image, config: wrongDiffIds }])],
  ['a diffID of a docker-archive with gzip layers', dockerArchive([{ ...gzipped, config: wrongDiffIds }])],
  ['the blob of a layer of a hybrid archive', withBody(hybrid, firstBlob, evilTar)],
];

describe('what does not have the digest that was declared', () => {
  it('is refused, wherever it is', { timeout: 60_000 }, async () => {
    using scratch = scratchDirectory();
    const jobs = cases.flatMap(([, files], at) => [
      { reference: writeArchive(join(scratch.path, `${at}.tar`), files) },
      ...(files.has('oci-layout') ? [{ reference: `oci-dir:${writeLayout(join(scratch.path, String(at)), files)}` }] : []),
    ]);
    const outcomes = await judgeImages(scratch.path, jobs);
    expect(outcomes.map(({ job, code, text }) => [jobs[job]?.reference, code, text])).toEqual(
      jobs.map(({ reference }) => [reference, 'DIGEST_MISMATCH', expect.any(String) as unknown]),
    );
  });

  it('is refused where a blob has another size than declared', async () => {
    using scratch = scratchDirectory();
    const reference = writeArchive(join(scratch.path, 'size.tar'), withBody(oci, firstBlob, other));
    const [outcome] = await judgeImages(scratch.path, [{ reference }]);
    expect(outcome?.code).toMatch(/^(?:IMAGE_MALFORMED|DIGEST_MISMATCH)$/);
  });

  it('ends the command with 4 and one sentence, and no part of it is kept', async () => {
    using scratch = scratchDirectory();
    const db = join(scratch.path, 'c.db');
    const [, files] = cases[0] ?? ['', oci];
    const { code, stdout, stderr } = await run(['scan', writeArchive(join(scratch.path, 'bad.tar'), files), '--db', db, '--offline']);
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toMatch(/^claircore: the content does not have the digest that was declared.*\n$/);
    const good = await run(['index', writeArchive(join(scratch.path, 'good.tar'), oci), '--db', db]);
    expect([good.code, good.stderr, good.stdout.includes('libevil')]).toEqual([0, '', false]);
  });
});
