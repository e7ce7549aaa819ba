import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenedImage } from '../../contracts/index.ts';
import { defaultLimits, type Platform } from '../../core/index.ts';
import { decompress } from '../../formats/compression/index.ts';
import type { TestCompression } from '../../testing/compress.ts';
import {
  archiveOf,
  blobPath,
  dockerArchive,
  hybridArchive,
  imageConfig,
  ociLayout,
  sha256,
  writeArchive,
  writeLayout,
  type ImageFile,
  type ImageFiles,
  type TestImage,
} from '../../testing/image-builder.ts';
import { concatBytes, LayerBuilder } from '../../testing/layer-builder.ts';
import { imageSources, openImage } from './index.ts';

const base = new LayerBuilder().file('etc/os-release', 'ID=alpine\n').build();
const top = new LayerBuilder().file('app/a', 'a'.repeat(2000)).whiteout('etc/passwd').build();
const image: TestImage = { layers: [{ tar: base }, { tar: top }], names: ['demo/app:1'] };

let room = '';
let count = 0;
beforeAll(() => void (room = mkdtempSync(join(tmpdir(), 'claircore-test-'))));
afterAll(() => rmSync(room, { recursive: true, force: true }));
const place = (): string => join(room, `image-${(count += 1)}`);

interface Options {
  readonly platform?: Platform;
  readonly signal?: AbortSignal;
}

function openAt(reference: string, options: Options = {}): Promise<OpenedImage> {
  return openImage(reference, { wants: () => 'no', ...options }, imageSources);
}

/** Opens, checks nothing, closes: for what must not open. */
async function opening(reference: string, options?: Options): Promise<void> {
  await using _ = await openAt(reference, options);
}

async function layerTars(opened: OpenedImage): Promise<readonly Uint8Array[]> {
  return Promise.all(
    opened.manifest.layers.map(async ({ content }) => {
      if (content?.kind !== 'blob') throw new Error('a layer has no blob');
      const parts: Uint8Array[] = [];
      for await (const part of decompress(await content.open(), { limits: defaultLimits }).stream) parts.push(part);
      return concatBytes(...parts);
    }),
  );
}

function packedAs(compression: TestCompression, of = image): TestImage {
  return { ...of, layers: of.layers.map((layer) => ({ ...layer, compression })) };
}

function changed(files: ImageFiles, path: string, change: (bytes: Uint8Array) => ImageFile | undefined): ImageFiles {
  const copy = new Map(files);
  const file = copy.get(path);
  if (!(file instanceof Uint8Array)) throw new Error(`no file ${path}`);
  const next = change(file);
  if (next) copy.set(path, next);
  else copy.delete(path);
  return copy;
}

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const parsed = (bytes: Uint8Array): Record<string, unknown> => JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;

describe('an image archive', () => {
  const wholes = ['none', 'gzip', 'zstd', 'bzip2', 'xz'] as const;
  const docker: readonly (readonly [string, ImageFiles])[] = [
    ['docker-archive, classic', dockerArchive([image])],
    ['docker-archive, skopeo', dockerArchive([image], 'skopeo')],
    ['docker-archive, compressed layers', dockerArchive([packedAs('gzip')], 'flat')],
  ];
  const oci: readonly (readonly [string, ImageFiles])[] = [
    ['Docker 25 and later', hybridArchive([image])],
    ...wholes.map((form) => [`OCI, layers ${form}`, ociLayout([packedAs(form)])] as const),
  ];
  const diffIds = [sha256(base), sha256(top)];

  it.each(docker)('gives name, digests and layers: %s', async (_, files) => {
    await using opened = await openAt(writeArchive(place(), files));
    expect(opened).toMatchObject({ name: 'demo/app:1', inflatedToOpen: 0, manifest: { digest: sha256(imageConfig(image)) } });
    expect(opened.manifest.layers.map(({ digest, diffId }) => [digest, diffId])).toEqual(diffIds.map((digest) => [digest, digest]));
    expect(await layerTars(opened)).toEqual([base, top]);
  });

  it.each(oci)('gives name, digests and layers: %s', async (_, files) => {
    await using opened = await openAt(writeArchive(place(), files));
    const index = parsed(files.get('index.json') as Uint8Array) as { manifests: { digest: string }[] };
    expect(opened).toMatchObject({ name: 'docker.io/demo/app:1', inflatedToOpen: 0, manifest: { digest: index.manifests[0]?.digest } });
    expect(opened.manifest.layers.map(({ diffId }) => diffId)).toEqual(diffIds);
    for (const { digest, size } of opened.manifest.layers) expect(files.get(blobPath(digest))).toHaveLength(size ?? -1);
    expect(await layerTars(opened)).toEqual([base, top]);
  });

  it.each(
    wholes
      .slice(1)
      .flatMap((whole) => [
        [whole, 'docker-archive', dockerArchive([image])] as const,
        [whole, 'oci-archive', ociLayout([image])] as const,
      ]),
  )('compressed as a whole with %s is inflated once: %s', async (whole, _, files) => {
    await using opened = await openAt(writeArchive(place(), files, whole));
    expect(opened.inflatedToOpen).toBe(archiveOf(files).length);
    expect(await layerTars(opened)).toEqual([base, top]);
  });

  it('has layers that can be read more than once and all at a time', async () => {
    await using opened = await openAt(writeArchive(place(), ociLayout([image])));
    const all = await Promise.all([layerTars(opened), layerTars(opened), layerTars(opened)]);
    for (const tars of all) expect(tars).toEqual([base, top]);
  });

  it('holds the layer that occurs twice as a link', async () => {
    const twice: TestImage = { layers: [{ tar: base }, { tar: top }, { tar: base }] };
    await using opened = await openAt(writeArchive(place(), dockerArchive([twice])));
    expect(await layerTars(opened)).toEqual([base, top, base]);
  });

  it('may have no layer at all', async () => {
    await using opened = await openAt(writeArchive(place(), ociLayout([{ layers: [] }])));
    expect(opened.manifest.layers).toEqual([]);
  });

  it('is opened as the scheme says', async () => {
    const path = writeArchive(place(), hybridArchive([image]));
    await using asDocker = await openAt(`docker-archive:${path}`);
    expect(asDocker.manifest.digest).toBe(sha256(imageConfig(image)));
    await expect(opening(`oci-archive:${writeArchive(place(), dockerArchive([image]))}`)).rejects.toMatchObject({
      code: 'IMAGE_FORMAT_UNKNOWN',
      data: { missing: 'index.json' },
    });
    await expect(opening(`docker-archive:${writeArchive(place(), ociLayout([image]))}`)).rejects.toMatchObject({
      code: 'IMAGE_FORMAT_UNKNOWN',
      data: { missing: 'manifest.json' },
    });
    await expect(opening(`oci-dir:${path}`)).rejects.toMatchObject({ kind: 'input' });
    await expect(opening(`dir:${path}`)).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
  });
});

describe('an OCI layout in a directory', () => {
  it('is told from a root directory and gives its layers', async () => {
    await using opened = await openAt(writeLayout(place(), ociLayout([packedAs('zstd')])));
    expect(opened.name).toBe('docker.io/demo/app:1');
    expect(await layerTars(opened)).toEqual([base, top]);
  });

  it('gives an error for a directory or nothing in place of a blob', async () => {
    const path = writeLayout(place(), ociLayout([image]));
    const blob = join(path, blobPath(sha256(base)));
    rmSync(blob);
    await expect(opening(path)).rejects.toMatchObject({ code: 'IMAGE_MALFORMED', data: { reason: 'missing' } });
    mkdirSync(blob);
    await expect(opening(path)).rejects.toMatchObject({ code: 'IMAGE_MALFORMED', data: { reason: 'not a regular file' } });
  });

  it('gives an error when a blob is cut while it is read', async () => {
    const path = writeLayout(place(), ociLayout([image]));
    await using opened = await openAt(path);
    writeFileSync(join(path, blobPath(sha256(base))), '');
    rmSync(join(path, blobPath(sha256(top))));
    const [first, second] = opened.manifest.layers.map(({ content }) => content);
    const read = async (content: typeof first): Promise<void> => {
      if (content?.kind === 'blob') for await (const _ of await content.open());
    };
    await expect(read(first)).rejects.toMatchObject({ code: 'IMAGE_MALFORMED', data: { reason: 'ends early' } });
    await expect(read(second)).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
  });
});

describe('several images in one archive', () => {
  const other: TestImage = { layers: [{ tar: top }], names: ['demo/app:2', 'registry.example:5000/demo/other:3'] };
  const forms: readonly (readonly [string, ImageFiles])[] = [
    ['docker-archive', dockerArchive([image, other])],
    ['oci-archive', ociLayout([image, other])],
    ['hybrid', hybridArchive([image, other])],
  ];

  it.each(forms)('must be chosen from: %s', async (_, files) => {
    await expect(opening(writeArchive(place(), files))).rejects.toMatchObject({ code: 'IMAGE_AMBIGUOUS' });
    const error: unknown = await opening(writeArchive(place(), files)).catch((caught: unknown) => caught);
    expect(JSON.stringify((error as { data: unknown }).data)).toMatch(/demo\/app:1.*demo\/app:2/);
  });

  it.each(
    forms.flatMap(([form, files]) =>
      ['1', 'demo/app:1', 'docker.io/demo/app:1', '2', '3', 'registry.example:5000/demo/other:3'].map(
        (select) => [form, select, files] as const,
      ),
    ),
  )('are chosen by name: %s, %s', async (_, select, files) => {
    await using opened = await openAt(`${writeArchive(place(), files)}:${select}`);
    expect(await layerTars(opened)).toEqual(select.endsWith('1') ? [base, top] : [top]);
  });

  it.each(forms)('are not there under another name: %s', async (_, files) => {
    const path = writeArchive(place(), files);
    await expect(opening(`${path}:4`)).rejects.toMatchObject({ code: 'IMAGE_TAG_UNKNOWN', data: { tag: '4' } });
  });

  it('are chosen by digest', async () => {
    const path = writeArchive(place(), dockerArchive([image, other]));
    await using opened = await openAt(`${path}:${sha256(imageConfig(other))}`);
    expect(opened.name).toBe('demo/app:2');
  });
});

describe('an index of several platforms', () => {
  const variant = (architecture: string, tar: Uint8Array, more: { readonly variant?: string } = {}): TestImage => ({
    layers: [{ tar }],
    platform: { os: 'linux', architecture, ...more },
  });
  const layer = (name: string): Uint8Array => new LayerBuilder().file(name).build();
  const index = {
    names: ['demo/multi:1'],
    attestations: true,
    variants: [
      variant('amd64', layer('x')),
      variant('s390x', layer('z')),
      variant('arm', layer('6'), { variant: 'v6' }),
      variant('arm', layer('7'), { variant: 'v7' }),
    ],
  };

  it.each([
    ['amd64', undefined, 'x'],
    ['s390x', undefined, 'z'],
    ['arm', 'v7', '7'],
    ['arm', undefined, '6'],
  ])('gives the one that is asked for: %s %s', async (architecture, wantedVariant, name) => {
    const platform = { os: 'linux', architecture, ...(wantedVariant !== undefined && { variant: wantedVariant }) };
    await using opened = await openAt(writeArchive(place(), ociLayout([index])), { platform });
    expect(await layerTars(opened)).toEqual([layer(name)]);
    expect(opened.name).toBe('docker.io/demo/multi:1');
  });

  it('names the platforms there are when the asked one is missing; attestations are none', async () => {
    const platform = { os: 'linux', architecture: 'mips' };
    await expect(opening(writeArchive(place(), ociLayout([index])), { platform })).rejects.toMatchObject({
      code: 'PLATFORM_UNKNOWN',
      data: { platform: 'linux/mips', platforms: ['linux/amd64', 'linux/arm/v6', 'linux/arm/v7', 'linux/s390x'] },
    });
  });

  it('gives the only image whatever it is for, unless another platform was asked for', async () => {
    const only = ociLayout([{ variants: [variant('s390x', base)], attestations: true }]);
    await using opened = await openAt(writeArchive(place(), only));
    expect(await layerTars(opened)).toEqual([base]);
    const platform = { os: 'linux', architecture: 'amd64' };
    await expect(opening(writeArchive(place(), only), { platform })).rejects.toMatchObject({ code: 'PLATFORM_UNKNOWN' });
    await expect(opening(writeArchive(place(), dockerArchive([variant('s390x', base)])), { platform })).rejects.toMatchObject({
      code: 'PLATFORM_UNKNOWN',
    });
  });

  it('follows an index in an index, to a depth', async () => {
    const nest = (files: ImageFiles, depth: number): ImageFiles => {
      if (depth === 0) return files;
      const inner = files.get('index.json') as Uint8Array;
      const digest = sha256(inner);
      const outer = { schemaVersion: 2, manifests: [{ mediaType: 'application/vnd.oci.image.index.v1+json', digest, size: inner.length }] };
      return nest(new Map([...files, [blobPath(digest), inner], ['index.json', json(outer)]]), depth - 1);
    };
    await using opened = await openAt(writeArchive(place(), nest(ociLayout([image]), 4)));
    expect(await layerTars(opened)).toEqual([base, top]);
    await expect(opening(writeArchive(place(), nest(ociLayout([image]), 12)))).rejects.toMatchObject({ code: 'LIMIT_NESTING' });
  });
});

describe('a damaged or hostile image', () => {
  const files = ociLayout([image]);
  const manifestPath = blobPath(
    (parsed(files.get('index.json') as Uint8Array) as { manifests: { digest: `sha256:${string}` }[] }).manifests[0]?.digest ?? 'sha256:',
  );
  const configPath = blobPath(sha256(imageConfig(image)));
  const flip = (bytes: Uint8Array): Uint8Array => bytes.with(bytes.length - 3, 0x20);

  it.each([
    ['a changed manifest', changed(files, manifestPath, flip), 'DIGEST_MISMATCH'],
    ['a changed config', changed(files, configPath, flip), 'DIGEST_MISMATCH'],
    ['no config', changed(files, configPath, () => undefined), 'IMAGE_MALFORMED'],
    ['no layer', changed(files, blobPath(sha256(top)), () => undefined), 'IMAGE_MALFORMED'],
    ['a layer of another size', changed(files, blobPath(sha256(top)), () => new Uint8Array(3)), 'IMAGE_MALFORMED'],
    ['an index that is no JSON', changed(files, 'index.json', () => new Uint8Array(10)), 'IMAGE_MALFORMED'],
    ['an index that is a list', changed(files, 'index.json', () => json([])), 'IMAGE_MALFORMED'],
    ['an empty index', changed(files, 'index.json', () => json({ manifests: [] })), 'IMAGE_MALFORMED'],
    ['an index that is too large', changed(files, 'index.json', () => new Uint8Array(5_000_000).fill(0x20)), 'LIMIT_READ'],
    ['an index of brackets', changed(files, 'index.json', () => new Uint8Array(4_000_000).fill(0x5b)), 'IMAGE_MALFORMED'],
    [
      'a digest that is a path',
      changed(files, 'index.json', () => json({ manifests: [{ digest: 'sha256:../../../etc/passwd', size: 1 }] })),
      'DIGEST_INVALID',
    ],
    ['an absurd size', changed(files, 'index.json', () => json({ manifests: [{ digest: sha256(base), size: 1e300 }] })), 'IMAGE_MALFORMED'],
    ['fewer diffIDs than layers', ociLayout([{ ...image, config: { rootfs: { diff_ids: [sha256(base)] } } }]), 'IMAGE_MALFORMED'],
    ['no rootfs', ociLayout([{ ...image, config: { rootfs: null } }]), 'IMAGE_MALFORMED'],
    [
      'a manifest.json with a path out of the archive',
      changed(dockerArchive([image]), 'manifest.json', () => json([{ Config: '../../../../etc/passwd', Layers: [] }])),
      'IMAGE_MALFORMED',
    ],
    [
      'a manifest.json that names itself',
      changed(dockerArchive([image]), 'manifest.json', () => json([{ Config: 'manifest.json', Layers: ['manifest.json'] }])),
      'IMAGE_MALFORMED',
    ],
    ['an empty manifest.json', changed(dockerArchive([image]), 'manifest.json', () => json([])), 'IMAGE_MALFORMED'],
    [
      'a manifest.json with a number for a list',
      changed(dockerArchive([image]), 'manifest.json', () => json([{ Config: 'a', Layers: 7 }])),
      'IMAGE_MALFORMED',
    ],
    [
      'links that form a circle',
      new Map<string, ImageFile>([
        ['index.json', { linkTo: 'a' }],
        ['a', { linkTo: 'index.json' }],
        ['oci-layout', json({})],
      ]),
      'IMAGE_MALFORMED',
    ],
    [
      'a link to nothing',
      new Map<string, ImageFile>([
        ['index.json', { linkTo: '/etc/passwd' }],
        ['oci-layout', json({})],
      ]),
      'IMAGE_MALFORMED',
    ],
  ])('gives a coded error: %s', async (_, damaged, code) => {
    await expect(opening(writeArchive(place(), damaged))).rejects.toMatchObject({ code });
  });

  it('says of what is no image what it is', async () => {
    const config = json({});
    const manifest = json({
      schemaVersion: 2,
      config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: sha256(config), size: config.length },
      layers: [],
    });
    const index = json({ schemaVersion: 2, manifests: [{ digest: sha256(manifest), size: manifest.length }] });
    const artifact = new Map([
      ['oci-layout', json({})],
      ['index.json', index],
      [blobPath(sha256(manifest)), manifest],
      [blobPath(sha256(config)), config],
    ]);
    await expect(opening(writeArchive(place(), artifact))).rejects.toMatchObject({
      code: 'IMAGE_ARTIFACT',
      data: { type: 'application/vnd.cncf.helm.config.v1+json' },
    });
  });

  it('leaves a layer that may not be passed on to where its maker has it', async () => {
    const config = imageConfig({ layers: [{ tar: base }] });
    const foreign = {
      mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar',
      digest: sha256(base),
      size: base.length,
      urls: ['https://example.invalid/layer'],
    };
    const manifest = json({ schemaVersion: 2, config: { digest: sha256(config), size: config.length }, layers: [foreign] });
    const index = json({ schemaVersion: 2, manifests: [{ digest: sha256(manifest), size: manifest.length }] });
    const layout = new Map([
      ['oci-layout', json({})],
      ['index.json', index],
      [blobPath(sha256(manifest)), manifest],
      [blobPath(sha256(config)), config],
    ]);
    await using opened = await openAt(writeArchive(place(), layout));
    expect(opened.manifest.layers).toMatchObject([{ uri: 'https://example.invalid/layer' }]);
    expect(opened.manifest.layers[0]?.content).toBeUndefined();
  });

  it('takes the last of two members of one name, as unpacking would', async () => {
    const doubled = concatBytes(archiveOf(new Map([['manifest.json', json([])]])).subarray(0, -1024), archiveOf(dockerArchive([image])));
    const path = place();
    writeFileSync(path, doubled);
    await using opened = await openAt(path);
    expect(opened.name).toBe('demo/app:1');
  });

  it.each([
    ['docker-archive', dockerArchive([image]), 'manifest.json'],
    ['oci-archive', files, 'index.json'],
  ])('never opens a %s that was cut before the last file that it needs has ended', async (form, whole, last) => {
    const tar = Buffer.from(archiveOf(whole));
    const content = whole.get(last) as Uint8Array;
    const end = tar.indexOf(content) + content.length;
    for (let length = 0; length < end; length += 501) {
      const path = place();
      writeFileSync(path, tar.subarray(0, length));
      await expect(opening(path), `${length} bytes`).rejects.toMatchObject({ kind: 'input' });
      await expect(opening(`${form}:${path}`), `${length} bytes, forced`).rejects.toMatchObject({ kind: 'input' });
      rmSync(path);
    }
  });

  it('never opens a compressed archive that was cut', async () => {
    const whole = concatBytes(await (await import('node:fs/promises')).readFile(writeArchive(place(), dockerArchive([image]), 'gzip')));
    for (let length = 20; length < whole.length; length += 53) {
      const path = place();
      writeFileSync(path, whole.subarray(0, length));
      await expect(opening(`docker-archive:${path}`), `${length} bytes`).rejects.toMatchObject({ code: 'COMPRESSION_CORRUPT' });
      rmSync(path);
    }
  });

  it('is not read once the signal has fired', async () => {
    const path = writeArchive(place(), files);
    await expect(opening(path, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
