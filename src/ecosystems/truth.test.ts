import { existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import type { Findings, PackageScanner } from '../contracts/index.ts';
import type { PackageFacts } from '../core/index.ts';
import { layerFiles } from '../testing/layer-files.ts';
import { npmScanner } from './language/npm/scanner.ts';
import { apkScanner } from './packagedb/apk/scanner.ts';
import { dpkgScanner } from './packagedb/dpkg/scanner.ts';

// Real images with the truth of the tools that made them, where the shared fixtures are at hand.
const images = '../shared/fixtures/images';

type Files = Map<string, Uint8Array>;

/** The files of a tar; tar-stream is the oracle here, our own reader has tests of its own. */
async function filesOf(tar: Uint8Array, keep: (path: string) => boolean = () => true): Promise<Files> {
  const files: Files = new Map();
  const entries = extract();
  Readable.from([Buffer.from(tar)]).pipe(entries);
  for await (const entry of entries) {
    const path = entry.header.name.replace(/^\.\//, '');
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    if (entry.header.type === 'file' && keep(path)) files.set(path, Buffer.concat(chunks));
  }
  return files;
}

interface OciManifest {
  readonly layers: readonly { readonly digest: string }[];
}

/** What a scanner finds in each layer of an image, base first. */
async function scanLayers(image: string, scanner: PackageScanner): Promise<readonly Findings[]> {
  const archive = await filesOf(readFileSync(`${images}/${image}`));
  const json = (path: string): unknown => JSON.parse(Buffer.from(archive.get(path) ?? []).toString());
  const blob = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
  const [manifest] = (json('index.json') as { readonly manifests: readonly { readonly digest: string }[] }).manifests;
  const { layers } = json(blob(manifest?.digest ?? '')) as OciManifest;
  const wanted = (path: string): boolean => scanner.wants(path, { type: 'file', size: 1, mode: 0o644 }) === 'bytes';
  const findings: Findings[] = [];
  for (const { digest } of layers) {
    const files = await filesOf(gunzipSync(archive.get(blob(digest)) ?? Buffer.alloc(0)), wanted);
    findings.push(await scanner.scan(layerFiles(files)));
  }
  return findings;
}

function truth(name: string): readonly string[] {
  return readFileSync(`${images}/${name}`, 'utf8').trimEnd().split('\n');
}

/** The packages of the top-most layer that has the database: what is installed in the end. */
function topPackages(findings: readonly Findings[]): readonly PackageFacts[] {
  const top = findings.findLast(({ packages = [] }) => packages.length > 0);
  return (top?.packages ?? []).map(({ facts }) => facts);
}

const dpkgRow = ({ name, version, arch, source }: PackageFacts): string =>
  ['ii ', name, version, arch, source?.name, source?.version].join('\t');

describe.skipIf(!existsSync(images))('real images (skipped where ../shared/fixtures is absent)', () => {
  it.each(['app-bookworm', 'large'])('finds the Debian packages of %s as dpkg-query lists them', async (image) => {
    const findings = await scanLayers(`${image}.slim.oci.tar`, dpkgScanner);

    expect(topPackages(findings).map(dpkgRow).sort()).toEqual(truth(`${image}.dpkg.tsv`).toSorted());
    expect(findings.flatMap(({ diagnostics = [] }) => diagnostics)).toEqual([]);
  });

  it('finds the packages of a distroless image, one file each', async () => {
    const findings = await scanLayers('distroless-bookworm.slim.oci.tar', dpkgScanner);
    const found = findings.flatMap(({ packages = [] }) => packages.map(({ facts }) => `${facts.name}\t${facts.version}`));

    expect([...new Set(found)].sort()).toEqual(truth('distroless-bookworm.dpkg.tsv').toSorted());
  });

  it('finds the packages of an apk image', async () => {
    const found = topPackages(await scanLayers('apk.slim.oci.tar', apkScanner)).map(({ name, version }) => `${name}\t${version}`);

    expect(found.toSorted()).toEqual(truth('apk.apk.tsv').toSorted());
  });

  it.each(['app-bookworm', 'large'])('finds every npm package of %s at its path, and nothing odd', async (image) => {
    const findings = await scanLayers(`${image}.slim.oci.tar`, npmScanner);
    const found = new Set(
      findings.flatMap(({ packages = [] }) => packages.map(({ facts, path }) => `${facts.name}@${facts.version}\t/${path}`)),
    );

    expect(truth(`${image}.npm.txt`).filter((row) => !found.has(row))).toEqual([]);
    expect(findings.flatMap(({ diagnostics = [] }) => diagnostics)).toEqual([]);
  });
});
