import type { PreparedAdvisory, PreparedRow, VersionScheme } from '../../contracts/index.ts';
import { sha256Hex } from '../../runtime/index.ts';

/** Number of the encoding below: a change closes and opens every advisory once. */
const encoding = 2;

/**
 * 16 bytes over all that an advisory says, wherever it says it. The encoding is a JSON array with every field at a fixed place, so that no two
 * advisories share one; the order and repetition of rows say nothing. The number of the key encoding is part of it:
 * rows whose keys would be other bytes are other rows.
 */
export function advisoryHash(
  advisory: Omit<PreparedAdvisory, 'hash' | 'placeHash'>,
  schemes: ReadonlyMap<string, VersionScheme>,
): Uint8Array {
  const rows = [...new Set(advisory.rows.map((row) => encodeRow(row, schemes)))].sort();
  const { part, name, aliases, description, links, issued } = advisory;
  const text = JSON.stringify([encoding, part, name, aliases, description, links, issued, rows]);
  return firstBytes(sha256Hex(text), 16);
}

/** 8 bytes over where an advisory and its rows stand: in a list, that changes whenever something before them comes or goes. */
export function advisoryPlaceHash({ url, rows }: Pick<PreparedAdvisory, 'url' | 'rows'>): Uint8Array {
  return firstBytes(sha256Hex(JSON.stringify([url, rows.map((row) => row.pointer)])), 8);
}

function encodeRow(row: PreparedRow, schemes: ReadonlyMap<string, VersionScheme>): string {
  const { namespace, package: of, range, status, fixState, severity, normalizedSeverity } = row;
  const { introduced = null, fixed = null, lastAffected = null } = range;
  return JSON.stringify([
    [
      namespace.key,
      namespace.scheme,
      schemes.get(namespace.scheme)?.keyVersion ?? 0,
      namespace.distribution ?? null,
      namespace.repository ?? null,
    ],
    [of.name, of.kind, of.module, of.arch, of.archOperation],
    [introduced, fixed, lastAffected],
    [status, fixState, severity, normalizedSeverity],
  ]);
}

function firstBytes(hex: string, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16));
}
