import type { OpenedImage } from '../../src/contracts/index.ts';
import { defaultLimits, type IndexReport, type Layer, type Limits, type ManifestDigest, type Platform } from '../../src/core/index.ts';
import { defaultEcosystems, openImage, openLibindex, openLibvuln, reportWriters } from '../../src/defaults/index.ts';
import { createLayerEngine } from '../../src/image/layer/index.ts';
import { Libindex } from '../../src/libindex/index.ts';
import { createFeedClient, fixedClock, offlineFeedClient } from '../../src/runtime/index.ts';
import { MemoryIndexerStore } from '../../src/testing/index.ts';
import { epoch } from './cli.ts';
import type { ReportJson } from './report.ts';

const clock = fixedClock(new Date(Number(epoch) * 1000));

export interface LibraryScan {
  /** Database file; made where it is not. */
  readonly db: string;
  /** A directory or a URL; offline if absent. */
  readonly mirror?: string;
  readonly platform?: Platform;
  /** Layers that are read at the same time. */
  readonly parallelism?: number;
  /** Updates just these before the scan, in this order, each to its end. */
  readonly updateFirst?: readonly RegExp[];
}

export interface ScannedImage {
  readonly json: string;
  readonly report: ReportJson;
  /** Base first, as the manifest names them. */
  readonly layers: readonly Layer[];
}

/** What `scan --format json` does, in this process. */
export async function scanImage(reference: string, options: LibraryScan): Promise<ScannedImage> {
  await using image = await openImage(reference, { platform: options.platform, ecosystems: defaultEcosystems });
  const json = await scanManifest(image, options);
  return { json, report: JSON.parse(json) as ReportJson, layers: image.manifest.layers };
}

async function scanManifest(image: OpenedImage, { db, mirror, parallelism = 4, updateFirst = [] }: LibraryScan): Promise<string> {
  const dataStore = { dataStore: 'sqlite', path: db } as const;
  await using feeds = mirror === undefined ? undefined : createFeedClient({ mirror });
  await using libindex = await openLibindex({ ...dataStore, clock, layerScanConcurrency: parallelism });
  await using libvuln = await openLibvuln({
    ...dataStore,
    clock,
    feeds: feeds ?? offlineFeedClient,
    initialUpdate: 'none',
    updaterInitConcurrency: parallelism,
  });
  for (const only of updateFirst) await libvuln.update({ only });
  const index = await libindex.index(image.manifest);
  if (feeds) await libvuln.update({ namespaces: libvuln.requiredNamespaces(index), maxAge: 3_600_000 });
  const report = await libvuln.scan(index);
  const writer = reportWriters.find(({ id }) => id === 'json');
  return [...(writer?.write(report, {}) ?? [])].join('');
}

/** What is installed in layers that are at hand, base first; nothing is kept. */
export async function indexLayers(layers: readonly Layer[], limits?: Partial<Limits>): Promise<IndexReport> {
  const all: Limits = { ...defaultLimits, ...limits };
  await using libindex = await Libindex.open({
    store: new MemoryIndexerStore(),
    engine: createLayerEngine({ limits: all }),
    ecosystems: defaultEcosystems,
    limits: all,
  });
  return await libindex.index({ digest: anyDigest, layers });
}

const anyDigest = `sha256:${'0'.repeat(64)}` as ManifestDigest;

/** `name@version`, tab, path with a leading slash; sorted: as the truth files have it. */
export function placesOf(report: IndexReport): string[] {
  return [...report.environments]
    .flatMap(([id, environments]) => {
      const { name = '', version = '' } = report.packages.get(id) ?? {};
      return environments.map(({ packageDb }) => `${name}@${version}\t/${packageDb}`);
    })
    .sort();
}
