import type { Advisory, AdvisoryRow, KeyRange, PreparedAdvisory, PreparedRow, VersionScheme } from '../../contracts/index.ts';
import { UsageError } from '../../core/index.ts';
import { rangeKeys } from '../../versions/index.ts';
import { advisoryHash, advisoryPlaceHash } from './advisory-hash.ts';

/** The widest range: the row is found by its package alone and compared in process, where an end that is no version shows as such. */
const undecided: KeyRange = Object.freeze({ lo: new Uint8Array(0), hi: Uint8Array.of(0xff), exact: false });

/**
 * Makes an advisory ready to be stored: keys for its ranges, severities for its rows, a hash over what it says and one over where.
 * @throws UsageError `USAGE_PLUGIN` for a namespace whose version scheme is not known
 */
export function prepareAdvisory(advisory: Advisory, schemes: ReadonlyMap<string, VersionScheme>): PreparedAdvisory {
  const { part, name, aliases, description, links, issued, url } = advisory;
  const rows = advisory.rows.map((row) => prepareRow(row, advisory, schemes));
  const prepared = { part, name, aliases, description, links, issued, url, rows };
  return { ...prepared, hash: advisoryHash(prepared, schemes), placeHash: advisoryPlaceHash(prepared) };
}

function prepareRow(row: AdvisoryRow, advisory: Advisory, schemes: ReadonlyMap<string, VersionScheme>): PreparedRow {
  const scheme = schemes.get(row.namespace.scheme);
  if (!scheme) throw new UsageError('USAGE_PLUGIN', { namespace: row.namespace.key, scheme: row.namespace.scheme });
  const keys = rangeKeys(scheme, row.range);
  return {
    namespace: row.namespace,
    package: row.package,
    range: row.range,
    keys: keys.kind === 'keyed' ? keys.range : undecided,
    status: row.status,
    fixState: row.fixState,
    severity: row.severity ?? advisory.severity,
    normalizedSeverity: row.normalizedSeverity ?? advisory.normalizedSeverity,
    pointer: row.pointer,
  };
}
