import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Limits } from '../../src/core/index.ts';
import { compress, dockerArchive, LayerBuilder, ociLayout, writeArchive, type TestLayer } from '../../src/testing/index.ts';
import { concatBytes } from '../../src/testing/layer-builder.ts';
import { sha256 } from '../../src/testing/image-builder.ts';
import { noise } from '../support/edge-cases.ts';
import type { DamageOutcome } from '../support/damage-run.ts';
import { judgeImages } from '../support/run-damage.ts';
import { scratchDirectory } from '../support/shared-data.ts';
import { debianRelease, dpkgStatus, packageJson } from '../support/small-image.ts';

const MiB = 1024 ** 2;
const modules = 'app/node_modules';
const good = (builder: LayerBuilder): LayerBuilder => builder.file(`${modules}/ok/package.json`, packageJson('ok'));
const ok = `ok@1.0.0\t/${modules}/ok/package.json`;
const longName = 'n'.repeat(MiB);

interface Hostile {
  readonly name: string;
  readonly layers: readonly TestLayer[];
  readonly limits?: Partial<Limits>;
  /** The code that it must end with; a report if absent. */
  readonly code?: string;
  /** What is found all the same. */
  readonly places?: readonly string[];
  readonly diagnostic?: string;
}

const tar = (builder: LayerBuilder): readonly TestLayer[] => [{ tar: builder.build() }];
const zeros = (size: number): readonly TestLayer[] => [
  { tar: good(new LayerBuilder()).file('zeros', new Uint8Array(size)).build(), compression: 'gzip' },
];
const many = (count: number): readonly TestLayer[] => {
  const builder = good(new LayerBuilder());
  for (let at = 0; at < count; at += 1) builder.file(`files/${at}`);
  return tar(builder);
};

const links: readonly Hostile[] = [
  {
    name: 'links in a circle where a package database is wanted',
    layers: tar(good(new LayerBuilder()).symlink('var/lib/dpkg/status', 'status-old').symlink('var/lib/dpkg/status-old', 'status')),
    places: [ok],
    diagnostic: 'LINK_CYCLE',
  },
  {
    name: 'a link to itself where os-release is wanted',
    layers: tar(good(new LayerBuilder()).symlink('etc/os-release', 'os-release')),
    places: [ok],
    diagnostic: 'LINK_CYCLE',
  },
  {
    name: 'hard links in a circle',
    layers: tar(
      good(new LayerBuilder())
        .hardlink(`${modules}/a/package.json`, `${modules}/b/package.json`)
        .hardlink(`${modules}/b/package.json`, `${modules}/a/package.json`),
    ),
    places: [ok],
    diagnostic: 'LINK_CYCLE',
  },
  {
    name: 'directories that link to each other, with packages in them',
    layers: tar(good(new LayerBuilder()).symlink(`${modules}/ok/node_modules`, '..').symlink('loop', '.').symlink('app/up', '..')),
    places: [ok],
  },
  {
    name: 'links that double the ways at every step',
    layers: tar(
      Array.from({ length: 30 }, (_, at) => at).reduce(
        (builder, at) => builder.symlink(`d${at}/left`, `../d${at + 1}`).symlink(`d${at}/right`, `../d${at + 1}`),
        good(new LayerBuilder()).file('d30/node_modules/deep/package.json', packageJson('deep')),
      ),
    ),
    limits: { linkPaths: 1000 },
    places: [ok, 'deep@1.0.0\t/d30/node_modules/deep/package.json'],
    diagnostic: 'LINK_BUDGET',
  },
  {
    name: 'paths that lead out of the root',
    layers: tar(
      good(new LayerBuilder())
        .file('../../../../etc/passwd', 'x')
        .symlink('root', '../../..')
        .file('root/tmp/x', 'x')
        .hardlink('shadow', '/../../etc/shadow'),
    ),
    places: [ok],
    diagnostic: 'ENTRY_OUTSIDE_ROOT',
  },
];

const names: readonly Hostile[] = [
  {
    name: 'a name of 1 MB in a pax record',
    layers: tar(good(new LayerBuilder().pax('x', { path: `${longName}/node_modules/x/package.json` }).file('short', packageJson('x')))),
    places: [ok],
    diagnostic: 'ENTRY_NAME_TOO_LONG',
  },
  {
    name: 'a name of 1 MB in a GNU record',
    layers: tar(good(new LayerBuilder().gnuLong('L', longName).file('short', 'x'))),
    places: [ok],
    diagnostic: 'ENTRY_NAME_TOO_LONG',
  },
  {
    name: 'a link target of 1 MB',
    layers: tar(good(new LayerBuilder().pax('x', { linkpath: longName }).symlink('etc/os-release', 'short'))),
    places: [ok],
  },
  {
    name: 'a name whose bytes are not UTF-8',
    layers: tar(good(new LayerBuilder().fileNamed(Uint8Array.of(0x61, 0xff, 0xfe, 0x80), 'x'))),
    places: [ok],
    diagnostic: 'ENTRY_NAME_INVALID',
  },
  {
    name: 'a pax header of 16 MB',
    layers: tar(good(new LayerBuilder().pax('x', { comment: 'c'.repeat(16 * MiB) }).file('short', 'x'))),
  },
];

const content: readonly Hostile[] = [
  { name: 'a size beyond the end', layers: tar(new LayerBuilder().base256File('big', 'x', 1n << 62n)), code: 'TAR_CORRUPT' },
  { name: 'a negative size', layers: tar(new LayerBuilder().base256File('big', 'x', -1n)), code: 'TAR_CORRUPT' },
  { name: 'a header with a wrong checksum', layers: tar(good(new LayerBuilder().badChecksum('x', 'x'))), code: 'TAR_CORRUPT' },
  { name: 'noise in place of a tar', layers: [{ tar: noise(100_000) }], code: 'TAR_CORRUPT' },
  {
    name: 'an executable in place of a tar',
    layers: [{ tar: new TextEncoder().encode('\x7fELF'.padEnd(4096, 'x')) }],
    code: 'TAR_CORRUPT',
  },
  {
    name: 'gzip in gzip, ten deep',
    // Of the ten one is the layer's own: what is in it is no tar.
    layers: [
      {
        tar: Array.from({ length: 9 }).reduce<Uint8Array>((bytes) => compress(bytes, 'gzip'), good(new LayerBuilder()).build()),
        compression: 'gzip',
      },
    ],
    code: 'TAR_CORRUPT',
  },
  {
    name: 'archives in archives are passed over',
    layers: tar(
      Array.from({ length: 20 })
        .reduce<LayerBuilder>((inner) => new LayerBuilder().file('nested.tar', inner.build()), good(new LayerBuilder()))
        .file(`${modules}/ok/package.json`, packageJson('ok')),
    ),
    places: [ok],
  },
  {
    name: 'files that are wanted and are not what they should be',
    layers: tar(
      good(new LayerBuilder())
        .file('etc/os-release', noise(4096))
        .file('var/lib/dpkg/status', noise(65_536, 2))
        .file('lib/apk/db/installed', noise(65_536, 3))
        .file(`${modules}/noise/package.json`, noise(4096, 4))
        .file(`${modules}/deep/package.json`, '['.repeat(MiB))
        .file(`${modules}/proto/package.json`, '{"__proto__":{"name":"p","version":"1"},"constructor":1}'),
    ),
    places: [ok],
    diagnostic: 'FILE_UNPARSABLE',
  },
  {
    name: 'a wanted file beyond the limit',
    layers: tar(good(new LayerBuilder()).file(`${modules}/big/package.json`, `{"name":"big","version":"1","x":"${'x'.repeat(17 * MiB)}"}`)),
    places: [ok],
    diagnostic: 'FILE_TOO_LARGE',
  },
];

const limited: readonly Hostile[] = [
  { name: 'layerBytes', layers: zeros(2 * MiB), limits: { layerBytes: MiB }, code: 'LIMIT_LAYER_SIZE' },
  { name: 'layerEntries', layers: many(200), limits: { layerEntries: 100 }, code: 'LIMIT_LAYER_ENTRIES' },
  { name: 'layerTime', layers: zeros(32 * MiB), limits: { layerTime: 1 }, code: 'LIMIT_LAYER_TIME' },
  { name: 'layerMapBytes', layers: many(5000), limits: { layerMapBytes: 1024, layerMapMemory: 512 }, code: 'LIMIT_LAYER_MAP' },
  { name: 'ratio', layers: zeros(4 * MiB), limits: { ratio: 100, ratioFloor: MiB }, code: 'LIMIT_RATIO' },
  { name: 'ratio, not reached below its floor', layers: zeros(4 * MiB), limits: { ratio: 100, ratioFloor: 8 * MiB }, places: [ok] },
  {
    name: 'pathBytes',
    layers: tar(good(new LayerBuilder()).file('p'.repeat(99), 'x')),
    limits: { pathBytes: 64 },
    places: [ok],
    diagnostic: 'ENTRY_NAME_TOO_LONG',
  },
  {
    name: 'fileBytes',
    layers: tar(good(new LayerBuilder()).file(`${modules}/big/package.json`, packageJson('big', '1.0.0'.padEnd(200, '0')))),
    limits: { fileBytes: 100 },
    places: [ok],
    diagnostic: 'FILE_TOO_LARGE',
  },
  {
    name: 'randomAccessBytes',
    layers: tar(
      good(new LayerBuilder())
        .file('etc/os-release', debianRelease)
        .file('var/lib/dpkg/status', dpkgStatus([{ name: 'demo', version: '1' }])),
    ),
    limits: { randomAccessBytes: 16, fileBytes: 200 },
    places: [ok, 'demo@1\t/var/lib/dpkg/status'],
  },
  { name: 'keptBytes: the rest goes to the temporary directory', layers: many(100), limits: { keptBytes: 0 }, places: [ok] },
  { name: 'layerMapMemory: the rest goes to the temporary directory', layers: many(5000), limits: { layerMapMemory: 256 }, places: [ok] },
  {
    name: 'linkPaths',
    layers: tar(good(new LayerBuilder()).symlink('a', 'app').symlink('b', 'app').symlink('c', 'app')),
    limits: { linkPaths: 1 },
    places: [ok],
    diagnostic: 'LINK_BUDGET',
  },
];

describe('what is hostile gives a coded error or a diagnostic', () => {
  const cases = [...links, ...names, ...content, ...limited];
  const outcomes: DamageOutcome[] = [];

  // One process for all: whatever one of them leaves behind or takes shows.
  beforeAll(async () => {
    using scratch = scratchDirectory();
    const jobs = cases.map(({ layers, limits }, at) => ({
      reference: writeArchive(join(scratch.path, `${at}.tar`), dockerArchive([{ layers, names: ['demo/hostile:1'] }])),
      ...(limits && { limits }),
    }));
    outcomes.push(...(await judgeImages(scratch.path, jobs, 55_000)));
  }, 60_000);

  it.each(cases.map((one, at) => ({ ...one, at })))('$name', ({ at, code = '', places, diagnostic }) => {
    const outcome = outcomes[at];
    expect([outcome?.code, outcome?.text]).toEqual([code, code === '' ? undefined : (expect.any(String) as unknown)]);
    if (places) expect(outcome?.places).toEqual([...places].sort());
    if (diagnostic !== undefined) expect(outcome?.diagnostics).toContain(diagnostic);
  });
});

describe('an archive that is nested or repeated', () => {
  it('is a coded error where nobody reads so', { timeout: 60_000 }, async () => {
    using scratch = scratchDirectory();
    const plain = dockerArchive([{ layers: tar(good(new LayerBuilder())) }]);
    const gzipped = writeArchive(join(scratch.path, 'once.tar.gz'), plain, 'gzip');
    const twice = join(scratch.path, 'twice.tar.gz');
    writeFileSync(twice, compress(readFileSync(gzipped), 'gzip'));
    const nested = writeArchive(join(scratch.path, 'nested.tar'), new Map([['inner.tar', readFileSync(gzipped)]]));
    const doubled = join(scratch.path, 'doubled.tar');
    writeFileSync(doubled, concatBytes(readFileSync(writeArchive(join(scratch.path, 'plain.tar'), plain)), noise(5000)));
    const outcomes = await judgeImages(scratch.path, [
      { reference: gzipped },
      { reference: twice },
      { reference: nested },
      { reference: doubled },
    ]);
    expect(outcomes.map(({ code }) => code)).toEqual([
      '',
      expect.stringMatching(/^IMAGE_/),
      expect.stringMatching(/^IMAGE_/),
      expect.any(String),
    ]);
  });

  it('of indexes in indexes is refused beyond a depth', async () => {
    using scratch = scratchDirectory();
    const files = new Map(ociLayout([{ layers: tar(good(new LayerBuilder())) }]));
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    let root = files.get('index.json');
    for (let depth = 0; depth < 50 && root instanceof Uint8Array; depth += 1) {
      const digest = sha256(root);
      files.set(`blobs/${digest.replace(':', '/')}`, root);
      root = new TextEncoder().encode(
        JSON.stringify({ schemaVersion: 2, mediaType, manifests: [{ mediaType, digest, size: root.length }] }),
      );
    }
    if (root) files.set('index.json', root);
    const [outcome] = await judgeImages(scratch.path, [{ reference: writeArchive(join(scratch.path, 'deep.tar'), files) }]);
    expect(outcome?.code).toMatch(/^(?:IMAGE_MALFORMED|LIMIT_NESTING)$/);
  });
});
