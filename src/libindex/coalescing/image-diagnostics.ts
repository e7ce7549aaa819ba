import { compareText } from '../../core/index.ts';
import type { ImageTree, LayerFacts } from '../../contracts/index.ts';
import type { Diagnostic, LayerDigest } from '../../core/index.ts';
import type { FileOwners } from './file-owners.ts';
import type { LiveFile } from './live-files.ts';
import type { LooseDiagnostic, Reading, Readings } from './readings.ts';

export interface DiagnosticSources {
  readonly layers: readonly LayerFacts[];
  readonly walks: readonly (readonly Diagnostic[])[];
  readonly readings: Readings;
  readonly files: readonly LiveFile[];
  readonly owners: FileOwners;
  /** Of coalescing itself: all are kept. */
  readonly others: readonly Diagnostic[];
  readonly tree: ImageTree;
}

/**
 * What is to be said of the final image: not what concerns a file that is no more, nor a link that leads somewhere by now.
 * Sorted by layer, path, code; what is about no layer comes first.
 */
export function collectDiagnostics({ layers, walks, readings, files, owners, others, tree }: DiagnosticSources): readonly Diagnostic[] {
  const ofWalks = walks.flatMap((walk, layer) => walk.map((diagnostic) => ({ layer, diagnostic })));
  const ofScanners = readings.loose.filter((item) => item.origin === 'walk' || concernsImage(item, files));
  const loose = [...ofWalks, ...ofScanners].filter((item) => matters(item, tree));
  const all = [...loose, ...files.flatMap((file) => ofFile(file, owners))].map(({ layer, diagnostic }) =>
    inLayer(diagnostic, layers[layer]?.layer.digest),
  );
  return sorted([...all, ...others], layers);
}

interface LayerDiagnostic {
  readonly layer: number;
  readonly diagnostic: Diagnostic;
}

/** Of what was read again, perhaps for another image: only what was read for this one too. */
function concernsImage({ scanner, layer, diagnostic: { path } }: LooseDiagnostic, files: readonly LiveFile[]): boolean {
  const isMeant = (reading: Reading): boolean => reading.origin === 'asked' && (path === undefined || reading.real === path);
  return files.some((file) => file.scanner === scanner && file.layer === layer && file.readings.some(isMeant));
}

/** Of several names of one file the first that has something to say says it. An OS package that owns the file is named: its vendor knows it. */
function ofFile(file: LiveFile, owners: FileOwners): readonly LayerDiagnostic[] {
  const said = file.readings.find((reading) => reading.diagnostics.length > 0)?.diagnostics ?? [];
  const owner = said.length === 0 ? undefined : owners.get(file.real);
  return said.map((diagnostic) => ({
    layer: file.layer,
    diagnostic: owner ? { ...diagnostic, data: { ...diagnostic.data, ownedBy: owner.name } } : diagnostic,
  }));
}

function matters({ layer, diagnostic: { code, path } }: LayerDiagnostic, tree: ImageTree): boolean {
  if (path === undefined || code === 'LINK_BUDGET') return true;
  const [family] = code.split('_');
  if (family === 'ENTRY' || family === 'TAR') return true;
  // Not an entry of its own (a part of an archive, a path through a link): nothing says that it is gone.
  const isEntry = tree.layersWith(path).includes(layer);
  if (code === 'LINK_TARGET_MISSING' || code === 'LINK_CYCLE') return !tree.resolve(path) && (!isEntry || tree.isVisible(path, layer));
  return !isEntry || tree.isVisible(path, layer);
}

/** A stored diagnostic may name the layer as another image does. */
function inLayer(diagnostic: Diagnostic, layer: LayerDigest | undefined): Diagnostic {
  return { ...diagnostic, ...(layer !== undefined && { layer }) };
}

function sorted(diagnostics: readonly Diagnostic[], layers: readonly LayerFacts[]): readonly Diagnostic[] {
  const order = new Map<string, number>();
  layers.forEach(({ layer }, index) => order.set(layer.digest, order.get(layer.digest) ?? index));
  const orderOf = ({ layer }: Diagnostic): number => (layer === undefined ? -1 : (order.get(layer) ?? layers.length));
  const distinct = new Map(diagnostics.map((diagnostic) => [contentOf(diagnostic), diagnostic]));
  return [...distinct]
    .sort(
      ([aContent, a], [bContent, b]) =>
        orderOf(a) - orderOf(b) ||
        compareText(a.path ?? '', b.path ?? '') ||
        compareText(a.code, b.code) ||
        compareText(aContent, bContent),
    )
    .map(([, diagnostic]) => diagnostic);
}

function contentOf({ code, layer, path, data }: Diagnostic): string {
  return JSON.stringify([code, layer, path, Object.entries(data).sort(([a], [b]) => compareText(a, b))]);
}
