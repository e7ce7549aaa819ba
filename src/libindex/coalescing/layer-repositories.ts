import type { RepositoryFacts } from '../../core/index.ts';
import { repositoryId } from '../../runtime/index.ts';
import type { LiveFile } from './live-files.ts';

/** The repositories that the packages of a layer may come from. */
export type LayerRepositories = (layer: number) => readonly RepositoryFacts[];

/**
 * What the files of each layer say, where such a file is still there. A layer that says nothing of a kind of repositories (by its `key`) has those of
 * the nearest layer below that does, else of the nearest above: who builds on an image installs from where it was made from, and a base without
 * a list was made from what the image on it names.
 */
export function repositoriesByLayer(files: readonly LiveFile[], layers: number): LayerRepositories {
  const kinds = new Map<string, Map<number, Map<string, RepositoryFacts>>>();
  for (const { layer, readings } of files) {
    for (const { facts } of readings.flatMap((reading) => reading.repositories)) {
      const byLayer = kinds.get(facts.key) ?? new Map<number, Map<string, RepositoryFacts>>();
      const known = byLayer.get(layer) ?? new Map<string, RepositoryFacts>();
      kinds.set(facts.key, byLayer.set(layer, known.set(repositoryId(facts), facts)));
    }
  }
  const carried = [...kinds.values()].map((byLayer) => carry(Array.from({ length: layers }, (_, layer) => byLayer.get(layer))));
  return (layer) => carried.flatMap((byLayer) => [...(byLayer[layer]?.values() ?? [])]);
}

function carry<T>(said: readonly (T | undefined)[]): readonly (T | undefined)[] {
  const first = said.find((one) => one !== undefined);
  let last = first;
  return said.map((one) => (last = one ?? last));
}
