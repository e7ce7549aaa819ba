import { scannerKey, type Coalesced, type Coalescer, type Ecosystem, type ImageTree, type LayerFacts } from '../../contracts/index.ts';
import { throwIfAborted } from '../../core/index.ts';
import type { IndexContext } from '../index-context.ts';
import { scannersOf } from '../scanner-set.ts';
import { withoutInstalled } from './declared-packages.ts';
import { createDefaultCoalescer } from './default-coalescer.ts';
import { mapDistributions } from './distribution-map.ts';
import { followLinks } from './follow-links.ts';
import { assembleContents, type ImageContents } from './image-contents.ts';
import { collectDiagnostics } from './image-diagnostics.ts';
import { loadLayers } from './layer-facts.ts';
import { findOwners, placePackages } from './owned-packages.ts';
import { rememberPaths } from './remembered-tree.ts';
import { repositoriesByLayer } from './layer-repositories.ts';
import { findLiveFiles } from './live-files.ts';
import { Readings } from './readings.ts';

/**
 * From the stored facts of layers to the contents of the image. Only here do layers meet: their maps say what is visible in
 * the end, and where links lead.
 * @throws InputError `LAYER_MAP_CORRUPT`, StoreError, AbortedError
 */
export async function coalesceImage(context: IndexContext): Promise<ImageContents> {
  const { engine, signal } = context;
  const stored = await loadLayers(context);
  const tree = rememberPaths(engine.merge(stored.maps));
  const { layers, diagnostics } = await followLinks(context, stored.facts, tree);
  throwIfAborted(signal);
  const stack = (from: number, below: number): ImageTree => engine.merge(stored.maps.slice(from, below));
  const found = await runCoalescers(context.ecosystems, layers, tree, createDefaultCoalescer(stack));
  const readings = new Readings(layers);
  const files = findLiveFiles(readings.all, tree);
  const owners = findOwners(found.packages, files, tree);
  const contents = assembleContents({
    packages: placePackages(found.packages, owners, tree),
    distributions: mapDistributions(readings.all, layers.length, tree),
    repositoriesOf: repositoriesByLayer(files, layers.length),
    layers: layers.map(({ layer }) => layer.digest),
  });
  const others = [...diagnostics, ...found.diagnostics];
  return {
    ...contents,
    diagnostics: collectDiagnostics({ layers, walks: stored.walks, readings, files: withoutInstalled(files), owners, others, tree }),
  };
}

/** Ecosystems that bring a coalescer get the facts of their own scanners; the others share one, in which each scanner counts once. */
async function runCoalescers(
  ecosystems: readonly Ecosystem[],
  layers: readonly LayerFacts[],
  tree: ImageTree,
  fallback: Coalescer,
): Promise<Coalesced> {
  const own = ecosystems.filter((ecosystem) => ecosystem.coalescer);
  const apart = new Set(own.flatMap(packageScannerKeys));
  const shared = ecosystems.flatMap(packageScannerKeys).filter((key) => !apart.has(key));
  const results = [await fallback.coalesce(factsOf(layers, new Set(shared)), tree)];
  for (const ecosystem of own) {
    const keys = new Set(scannersOf(ecosystem).map(scannerKey));
    if (ecosystem.coalescer) results.push(await ecosystem.coalescer.coalesce(factsOf(layers, keys), tree));
  }
  return {
    packages: results.flatMap((result) => result.packages),
    diagnostics: results.flatMap((result) => result.diagnostics),
  };
}

function packageScannerKeys(ecosystem: Ecosystem): readonly string[] {
  return ecosystem.packageScanners.map(scannerKey);
}

function factsOf(layers: readonly LayerFacts[], scanners: ReadonlySet<string>): readonly LayerFacts[] {
  return layers.map(({ layer, artifacts, asked }) => ({
    layer,
    artifacts: artifacts.filter((artifact) => scanners.has(scannerKey(artifact.scanner))),
    asked: asked.filter((artifact) => scanners.has(scannerKey(artifact.scanner))),
  }));
}
