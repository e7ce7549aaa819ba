import type { CoalescedPackage, Coalescer, ImageTree, LayerFacts } from '../../contracts/index.ts';
import type { LayerDigest } from '../../core/index.ts';
import { withoutInstalled } from './declared-packages.ts';
import { findLiveFiles, speakerOf } from './live-files.ts';
import { findSurvivors, introducedIn, lineOf, type Survives } from './package-history.ts';
import { Readings, type Reading } from './readings.ts';
import { findRemovedDatabases } from './removed-databases.ts';
import { withoutReplaced } from './replaced-packages.ts';

/**
 * The coalescer for ecosystems without one of their own. A file, be it a database or what shows one package, counts in the
 * layer where the final image has it: so the top-most one that holds it. A path that leads elsewhere by now does not count.
 * @param stack the tree of the layers `from` to the one before `below`, in which `from` has the index 0
 */
export function createDefaultCoalescer(stack: (from: number, below: number) => ImageTree): Coalescer {
  return {
    coalesce(layers, tree) {
      const readings = new Readings(layers);
      const files = findLiveFiles(readings.all, tree);
      const present = withoutReplaced(layers, files, tree);
      const lines = withoutInstalled(present.files)
        .filter((file) => speakerOf(file).packages.size > 0)
        .map((file) => lineOf(file, readings, tree));
      const survives = findSurvivors(lines, stack);
      const packages = lines.flatMap((line) => packagesOf(line, layers, survives));
      return { packages, diagnostics: [...present.diagnostics, ...findRemovedDatabases(layers, readings, files, tree)] };
    },
  };
}

function packagesOf(line: readonly Reading[], layers: readonly LayerFacts[], survives: Survives): readonly CoalescedPackage[] {
  const [top] = line;
  if (!top) return [];
  return [...top.packages].map(([id, found]) => ({
    facts: found.facts,
    environment: {
      packageDb: top.asked,
      introducedIn: digestOf(layers, introducedIn(id, line, survives)),
      ...(found.archive && { archive: found.archive }),
      ...(found.installation && { installation: found.installation }),
      ...(top.declarations.length > 0 && { declared: true as const }),
    },
    repositories: found.repository ? [found.repository] : [],
    ...(found.repositoryHint !== undefined && { repositoryHint: found.repositoryHint }),
    layer: top.layer,
    origin: found.origin,
  }));
}

function digestOf(layers: readonly LayerFacts[], index: number): LayerDigest {
  const facts = layers[index];
  if (!facts) throw new RangeError(`no layer ${index}`);
  return facts.layer.digest;
}
