import type { IndexReport } from '../../core/index.ts';
import { encodeDiagnostics, encodeDistribution, encodeEnvironments, encodePackage, encodeRepository } from './encode-inventory.ts';
import type { JsonMember } from './json-pieces.ts';
import { jsonPieces } from './json-pieces.ts';
import { sortedEntries } from './sorted.ts';
import type { WireIndexReport, WireInventory } from './wire-types.ts';

/**
 * An index report as JSON, in pieces: Clair v4's IndexReport, with `diagnostics`, `distribution_id`, `err_code` and `owned_by` beside.
 * Lists and maps are sorted: the same report gives the same bytes.
 */
export function encodeIndexReport(report: IndexReport): Iterable<string> {
  return jsonPieces(indexReportMembers(report));
}

function* indexReportMembers(report: IndexReport): Generator<JsonMember<keyof WireIndexReport>> {
  yield { kind: 'value', name: 'manifest_hash', value: report.manifestHash };
  yield { kind: 'value', name: 'state', value: report.state };
  yield* inventoryMembers(report);
  yield { kind: 'value', name: 'success', value: report.success };
  yield { kind: 'value', name: 'err', value: report.err };
  if (report.errCode !== undefined) yield { kind: 'value', name: 'err_code', value: report.errCode };
  yield* imageMembers(report);
}

/** Packages, distributions, repositories and environments, each sorted by id. */
export function* inventoryMembers(report: IndexReport): Generator<JsonMember<keyof WireInventory>> {
  yield { kind: 'map', name: 'packages', entries: encoded(report.packages, encodePackage) };
  yield { kind: 'map', name: 'distributions', entries: encoded(report.distributions, encodeDistribution) };
  yield { kind: 'map', name: 'repository', entries: encoded(report.repositories, encodeRepository) };
  yield { kind: 'map', name: 'environments', entries: encoded(report.environments, encodeEnvironments) };
}

/** What is ours of an index, in either kind of report. */
export function* imageMembers(report: IndexReport): Generator<JsonMember<'distribution_id' | 'diagnostics'>> {
  if (report.distributionId !== undefined) yield { kind: 'value', name: 'distribution_id', value: report.distributionId };
  yield { kind: 'list', name: 'diagnostics', items: encodeDiagnostics(report.diagnostics) };
}

function* encoded<K extends string, V>(map: ReadonlyMap<K, V>, encode: (value: V) => unknown): Generator<readonly [string, unknown]> {
  for (const [key, value] of sortedEntries(map)) yield [key, encode(value)];
}
