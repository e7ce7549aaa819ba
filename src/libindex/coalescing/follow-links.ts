import { scannerKey, type AskedPath, type ImageTree, type LayerArtifact, type LayerFacts } from '../../contracts/index.ts';
import { ClaircoreError, diagnostic, layerKey, type Diagnostic, type ErrorCode, type Layer, type LayerDigest } from '../../core/index.ts';
import type { IndexContext } from '../index-context.ts';
import { allOrFirstError } from '../layers/all-or-first-error.ts';
import { distinctLayers } from '../layers/distinct-layers.ts';
import { rereadLayer, type AskedByScanner } from '../layers/reread-layer.ts';
import { planDatabaseHistory, planLinks, withoutOwned, type AskedLink } from './link-plan.ts';
import { findLiveFiles } from './live-files.ts';
import { Readings } from './readings.ts';

export interface FollowedLinks {
  /** The facts of the layers, with what was read again. */
  readonly layers: readonly LayerFacts[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads again what links lead to across layers and no scanner was given; what cannot be read is told, never passed over. */
export async function followLinks(context: IndexContext, facts: readonly LayerFacts[], tree: ImageTree): Promise<FollowedLinks> {
  const { scanners, limits } = context;
  const given = findLiveFiles(new Readings(facts).all, tree);
  const plan = planLinks({ tree, scanners: scanners.all, files: given, limit: limits.linkPaths });
  const links = withoutOwned(plan.links, given, tree);
  if (links.length === 0) return { layers: facts, diagnostics: plan.diagnostics };
  const first = await readLinks(context, facts, links);
  const reread = new Readings(first.layers);
  const history = planDatabaseHistory(findLiveFiles(reread.all, tree), reread, tree);
  const second = await readLinks(context, first.layers, history);
  return { layers: second.layers, diagnostics: [...plan.diagnostics, ...first.unread.map(toDiagnostic)] };
}

interface UnreadLink extends AskedPath {
  readonly layer: LayerDigest;
  readonly reason: ErrorCode;
}

interface LinkReads {
  readonly layers: readonly LayerFacts[];
  readonly unread: readonly UnreadLink[];
}

async function readLinks(context: IndexContext, layers: readonly LayerFacts[], links: readonly AskedLink[]): Promise<LinkReads> {
  if (links.length === 0) return { layers, unread: [] };
  const wanted = groupByLayer(links, layers);
  const affected = distinctLayers(context.manifest.layers).filter((layer) => wanted.has(layerKey(layer)));
  const reads = await allOrFirstError(affected, context.signal, async (layer, signal) => {
    const asked = wanted.get(layerKey(layer)) ?? new Map<string, readonly AskedPath[]>();
    return await tryReread({ ...context, signal }, layer, asked);
  });
  const found = new Map(affected.map((layer, index) => [layerKey(layer), reads[index]?.artifacts ?? []]));
  return {
    layers: layers.map((facts) => ({ ...facts, asked: replace(facts.asked, found.get(layerKey(facts.layer)) ?? []) })),
    unread: reads.flatMap((read) => read.unread),
  };
}

interface LayerReread {
  readonly artifacts: readonly LayerArtifact[];
  readonly unread: readonly UnreadLink[];
}

async function tryReread(context: IndexContext, layer: Layer, asked: AskedByScanner): Promise<LayerReread> {
  try {
    return { artifacts: await rereadLayer(context, layer, asked), unread: [] };
  } catch (error) {
    if (context.signal.aborted || !isUnreadable(error)) throw error;
    context.logger.log('warn', 'a layer cannot be read again', { layer: layer.digest, error });
    const paths = new Map([...asked.values()].flat().map((path) => [path.asked, path]));
    return { artifacts: [], unread: [...paths.values()].map((path) => ({ ...path, layer: layer.digest, reason: error.code })) };
  }
}

/** Whether the layer is to blame; a scanner that throws or a store that fails is no gap, but a failure. */
function isUnreadable(error: unknown): error is ClaircoreError {
  return error instanceof ClaircoreError && (error.kind === 'input' || error.kind === 'limit' || error.kind === 'feed');
}

function toDiagnostic({ layer, asked, real, reason }: UnreadLink): Diagnostic {
  return diagnostic('LINK_UNREADABLE', { layer, path: asked, data: { real, reason } });
}

/** What is asked of each layer; one that is in the image twice is asked once. */
function groupByLayer(links: readonly AskedLink[], layers: readonly LayerFacts[]): ReadonlyMap<LayerDigest, AskedByScanner> {
  const byKey = Map.groupBy(links, ({ layer }) => {
    const facts = layers[layer];
    return facts && layerKey(facts.layer);
  });
  const groups = new Map<LayerDigest, AskedByScanner>();
  for (const [key, asked] of byKey) {
    if (key !== undefined) groups.set(key, groupByScanner(asked));
  }
  return groups;
}

function groupByScanner(links: readonly AskedLink[]): AskedByScanner {
  const byScanner = new Map<string, Map<string, AskedPath>>();
  for (const { scanner, asked, real } of links) {
    const paths = byScanner.get(scanner) ?? new Map<string, AskedPath>();
    byScanner.set(scanner, paths.set(asked, { asked, real }));
  }
  return new Map([...byScanner].map(([scanner, paths]) => [scanner, [...paths.values()]]));
}

/** What was read now stands for what the store had of the same scanners. */
function replace(before: readonly LayerArtifact[], now: readonly LayerArtifact[]): readonly LayerArtifact[] {
  const again = new Set(now.map((artifact) => scannerKey(artifact.scanner)));
  return [...before.filter((artifact) => !again.has(scannerKey(artifact.scanner))), ...now];
}
