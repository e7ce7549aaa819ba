import type { CoalescedPackage, Coalescer, FoundPackage, ImageTree, LayerFacts } from '../contracts/index.ts';
import { diagnostic, type Diagnostic } from '../core/index.ts';

/** A path that a scanner of a layer was given, and what it says of the packages there. */
interface Reading {
  readonly layer: number;
  readonly asked: string;
  readonly real: string;
  readonly packages: readonly FoundPackage[];
}

/**
 * A coalescer done the plain way: what was read at a path counts where the final image still has that file, in the layer that holds
 * it. It does not know that a database may have been moved, or removed and written anew.
 */
export function fakeCoalescer(): Coalescer {
  return Object.freeze({
    coalesce(layers: readonly LayerFacts[], tree: ImageTree) {
      const readings = layers.flatMap((facts, layer) => readingsOf(facts, layer));
      const live = readings.filter(({ asked, real, layer }) => {
        const node = tree.resolve(asked);
        return node?.path === real && node.layer === layer;
      });
      const files = new Map(live.map((reading) => [reading.real, reading]));
      return {
        packages: [...files.values()].flatMap((top) => packagesOf(top, readings, layers)),
        diagnostics: removedDatabases(readings, new Set(live.map(({ asked }) => asked)), layers),
      };
    },
  });
}

function readingsOf({ artifacts, asked }: LayerFacts, layer: number): readonly Reading[] {
  return [...artifacts, ...asked].flatMap(({ findings, read }) =>
    read.map((path) => ({ ...path, layer, packages: (findings.packages ?? []).filter((found) => found.path === path.asked) })),
  );
}

function packagesOf(top: Reading, readings: readonly Reading[], layers: readonly LayerFacts[]): readonly CoalescedPackage[] {
  return top.packages.map(({ facts, repository, origin }) => {
    let introduced = top.layer;
    // Layers that do not have the file say nothing; the first one that has it without the package ends the run.
    for (const lower of readings.filter(({ asked, layer }) => asked === top.asked && layer < top.layer).toReversed()) {
      if (!lower.packages.some((found) => isSame(found, facts))) break;
      introduced = lower.layer;
    }
    const digest = layers[introduced]?.layer.digest;
    if (!digest) throw new RangeError(`no layer ${introduced}`);
    return {
      facts,
      environment: { packageDb: top.asked, introducedIn: digest },
      repositories: repository ? [repository] : [],
      layer: top.layer,
      origin,
    };
  });
}

function isSame({ facts: { name, version, arch } }: FoundPackage, other: FoundPackage['facts']): boolean {
  return name === other.name && version === other.version && arch === other.arch;
}

function removedDatabases(readings: readonly Reading[], live: ReadonlySet<string>, layers: readonly LayerFacts[]): readonly Diagnostic[] {
  const gone = readings.filter(({ asked, packages }) => !live.has(asked) && packages.some(({ origin }) => origin === 'database'));
  return [...new Map(gone.map((reading) => [reading.asked, reading])).values()].map(({ asked, layer }) => {
    const digest = layers[layer]?.layer.digest;
    return diagnostic('PACKAGE_DATABASE_REMOVED', { path: asked, ...(digest && { layer: digest }) });
  });
}
