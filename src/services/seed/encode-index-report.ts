import type { IndexReport, IndexState } from '../../core/index.ts';
import { encodeDiagnostics, jsonPieces, type JsonMember } from '../../reports/index.ts';
import {
  answeringPlaces,
  encodeSeedDistribution,
  encodeSeedPackage,
  encodeSeedRepository,
  inventoryIds,
  numbered,
  placesOf,
} from './encode-inventory.ts';
import type { SeedEnvironment, SeedIndexReport } from './wire-types.ts';

/**
 * An index report as claircore v0.0.7 writes it, in pieces of JSON. Where v0.0.7 has one place for a package, the first of those that
 * no OS package owns is told; all of them are in `environments`. Maps are sorted by number.
 */
export function encodeSeedIndexReport(report: IndexReport): Iterable<string> {
  return jsonPieces(members(report));
}

function* members(report: IndexReport): Generator<JsonMember<keyof SeedIndexReport>> {
  const ids = inventoryIds(report);
  const packages = numbered(report.packages, ids.packages).map(([id, found]) => {
    const all = placesOf(report, found.id, ids);
    return { id, found, all, places: answeringPlaces(all) };
  });
  yield { kind: 'value', name: 'manifest_hash', value: report.manifestHash };
  yield { kind: 'value', name: 'state', value: seedState(report.state) };
  yield {
    kind: 'map',
    name: 'packages',
    entries: eachOf(packages, ({ id, found, places }) => encodeSeedPackage(found, id, places[0]?.package_db ?? '')),
  };
  yield {
    kind: 'map',
    name: 'distributions',
    entries: eachNumbered(numbered(report.distributions, ids.distributions), encodeSeedDistribution),
  };
  yield { kind: 'map', name: 'repository', entries: eachNumbered(numbered(report.repositories, ids.repositories), encodeSeedRepository) };
  yield { kind: 'map', name: 'distribution_by_package', entries: eachOf(packages, ({ places }) => distributionOf(places)) };
  yield { kind: 'map', name: 'repository_by_package', entries: eachOf(packages, ({ places }) => repositoryOf(places)) };
  yield { kind: 'map', name: 'package_introduced', entries: eachOf(packages, ({ places }) => places[0]?.introduced_in) };
  yield { kind: 'value', name: 'success', value: report.success };
  yield { kind: 'value', name: 'err', value: report.err };
  if (report.errCode !== undefined) yield { kind: 'value', name: 'err_code', value: report.errCode };
  yield { kind: 'map', name: 'environments', entries: eachOf(packages, ({ all }) => all) };
  const distribution = report.distributionId === undefined ? undefined : ids.distributions.get(report.distributionId);
  if (distribution !== undefined) yield { kind: 'value', name: 'distribution_id', value: distribution };
  yield { kind: 'list', name: 'diagnostics', items: encodeDiagnostics(report.diagnostics) };
}

/** v0.0.7 has no state of its own for making an image findable by its packages. */
export function seedState(state: IndexState): string {
  return state === 'IndexManifest' ? 'Coalesce' : state;
}

function distributionOf(places: readonly SeedEnvironment[]): number | undefined {
  return places.find((place) => place.distribution_id !== 0)?.distribution_id;
}

function repositoryOf(places: readonly SeedEnvironment[]): number | undefined {
  return places.find((place) => place.repository_ids.length > 0)?.repository_ids[0];
}

/** Entries for those of which there is something to say. */
function* eachOf<T extends { readonly id: number }>(
  items: readonly T[],
  encode: (item: T) => unknown,
): Generator<readonly [string, unknown]> {
  for (const item of items) {
    const value = encode(item);
    if (value !== undefined) yield [String(item.id), value];
  }
}

function* eachNumbered<V>(entries: readonly (readonly [number, V])[], encode: (value: V, id: number) => unknown) {
  for (const [id, value] of entries) yield [String(id), encode(value, id)] as const;
}
