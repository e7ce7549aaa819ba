import type { AskedPath, Findings, LayerArtifact } from '../contracts/index.ts';

/**
 * What a scanner found at asked paths of a layer, earlier and now, as one artifact.
 * The later answer counts for every path that was asked again; what carries no path is kept from both.
 */
export function mergeAsked(earlier: LayerArtifact, later: LayerArtifact): LayerArtifact {
  const again = new Set(later.read.map((path) => path.asked));
  const outdated = (item: { readonly path?: string }): boolean => item.path !== undefined && again.has(item.path);
  const read = [...earlier.read.filter((path) => !again.has(path.asked)), ...later.read].sort(byAsked);
  return { scanner: later.scanner, findings: mergeFindings(earlier.findings, later.findings, outdated), read };
}

type Outdated = (item: { readonly path?: string }) => boolean;

function mergeFindings(earlier: Findings, later: Findings, outdated: Outdated): Findings {
  const packages = join(earlier.packages, later.packages, outdated);
  const distributions = join(earlier.distributions, later.distributions, outdated);
  const repositories = join(earlier.repositories, later.repositories, outdated);
  const ownership = join(earlier.ownership, later.ownership, outdated);
  const declarations = join(earlier.declarations, later.declarations, outdated);
  const diagnostics = join(earlier.diagnostics, later.diagnostics, outdated);
  return {
    ...(packages && { packages }),
    ...(distributions && { distributions }),
    ...(repositories && { repositories }),
    ...(ownership && { ownership }),
    ...(declarations && { declarations }),
    ...(diagnostics && { diagnostics: unionByContent([], diagnostics) }),
  };
}

function join<T extends { readonly path?: string }>(
  earlier: readonly T[] | undefined,
  later: readonly T[] | undefined,
  outdated: Outdated,
): readonly T[] | undefined {
  if (!earlier && !later) return undefined;
  return [...(earlier ?? []).filter((item) => !outdated(item)), ...(later ?? [])];
}

function byAsked(a: AskedPath, b: AskedPath): number {
  if (a.asked === b.asked) return 0;
  return a.asked < b.asked ? -1 : 1;
}

/** Both lists in their order, what is equal in everything only once. */
export function unionByContent<T>(first: readonly T[], second: readonly T[]): readonly T[] {
  const seen = new Map<string, T>();
  for (const item of [...first, ...second]) {
    const content = JSON.stringify(item);
    if (!seen.has(content)) seen.set(content, item);
  }
  return [...seen.values()];
}
