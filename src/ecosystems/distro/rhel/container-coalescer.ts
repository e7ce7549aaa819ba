import type { CoalescedPackage, Coalescer, FoundPackage, ImageTree, LayerFacts } from '../../../contracts/index.ts';
import type { DistributionFacts } from '../../../core/index.ts';

/**
 * The containers of an image: those of the top-most layer that has any, for an image is what was built last. What it was built on left its labels too,
 * but what the catalogue says of that image is not true of this one: its packages may have been updated since, and answer for themselves.
 */
export const rhelContainerCoalescer: Coalescer = Object.freeze<Coalescer>({
  coalesce(layers, tree) {
    for (let index = layers.length - 1; index >= 0; index -= 1) {
      const packages = containersIn(layers, index, tree);
      if (packages.length > 0) return { packages, diagnostics: [] };
    }
    return { packages: [], diagnostics: [] };
  },
});

function containersIn(layers: readonly LayerFacts[], index: number, tree: ImageTree): readonly CoalescedPackage[] {
  const facts = layers[index];
  if (!facts) return [];
  const distribution = distributionAt(layers, index);
  return facts.artifacts
    .flatMap(({ findings }) => findings.packages ?? [])
    .filter(({ path }) => tree.isVisible(path, index))
    .map((found) => toCoalesced(found, facts, index, distribution));
}

function toCoalesced(
  found: FoundPackage,
  { layer }: LayerFacts,
  index: number,
  distribution: DistributionFacts | undefined,
): CoalescedPackage {
  return {
    facts: found.facts,
    environment: { packageDb: found.path, introducedIn: layer.digest },
    ...(distribution && { distribution }),
    repositories: found.repository ? [found.repository] : [],
    layer: index,
    origin: found.origin,
  };
}

/** Of the nearest layer at or below, else above. */
function distributionAt(layers: readonly LayerFacts[], index: number): DistributionFacts | undefined {
  const at = layers.map(({ artifacts }) => artifacts.flatMap(({ findings }) => findings.distributions ?? [])[0]?.facts);
  return at.slice(0, index + 1).findLast((one) => one !== undefined) ?? at.slice(index + 1).find((one) => one !== undefined);
}
