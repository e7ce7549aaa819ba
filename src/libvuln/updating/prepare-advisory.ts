import type { Advisory, AdvisoryRow, KeyRange, Namespace, PreparedAdvisory, PreparedRow, VersionScheme } from '../../contracts/index.ts';
import { UsageError, type AffectedPackage, type RawRange } from '../../core/index.ts';
import { rangeKeys } from '../../versions/index.ts';
import { advisoryHash, advisoryPlaceHash } from './advisory-hash.ts';
import { saidNamespace, saidPackage, saidRange, saidStatus } from './said-text.ts';

/** The widest range: the row is found by its package alone and compared in process, where an end that is no version shows as such. */
const undecided: KeyRange = Object.freeze({ lo: new Uint8Array(0), hi: Uint8Array.of(0xff), exact: false });
/** Ranges of a scheme that are remembered; then all are forgotten. */
const maxKnownRanges = 50_000;

interface KnownScheme {
  readonly scheme: VersionScheme;
  /** By what they say. */
  readonly ranges: Map<string, KeyRange>;
}

interface KnownNamespace extends KnownScheme {
  readonly said: string;
}

/**
 * Makes the advisories of one feed ready to be stored: keys for their ranges, severities for their rows, a hash over what each says and
 * one over where. What the rows of a feed say again and again (namespace, package, range) is worked out once.
 */
export class AdvisoryPreparer {
  readonly #schemes: ReadonlyMap<string, VersionScheme>;
  readonly #known = new Map<string, KnownScheme>();
  readonly #namespaces = new WeakMap<Namespace, KnownNamespace>();
  #package: AffectedPackage | undefined;
  #saidPackage = '';

  constructor(schemes: ReadonlyMap<string, VersionScheme>) {
    this.#schemes = schemes;
  }

  /** The schemes whose keys the rows have so far. */
  get schemes(): readonly VersionScheme[] {
    return [...this.#known.values()].map(({ scheme }) => scheme);
  }

  /** @throws UsageError `USAGE_PLUGIN` for a namespace whose version scheme is not known */
  prepare(advisory: Advisory): PreparedAdvisory {
    const { part, name, aliases, description, links, issued, url } = advisory;
    const rows: PreparedRow[] = [];
    const said: string[] = [];
    for (const row of advisory.rows) {
      const namespace = this.#namespace(row.namespace);
      const range = saidRange(row.range);
      const prepared = toPreparedRow(row, advisory, keysOf(namespace, row.range, range));
      rows.push(prepared);
      said.push(namespace.said + this.#packageText(row.package) + range + saidStatus(prepared));
    }
    const [hash, placeHash] = [advisoryHash(advisory, said), advisoryPlaceHash(url, rows)];
    return { part, name, aliases, description, links, issued, url, hash, placeHash, rows };
  }

  #namespace(namespace: Namespace): KnownNamespace {
    const known = this.#namespaces.get(namespace);
    if (known) return known;
    const scheme = this.#scheme(namespace);
    const made = { ...scheme, said: saidNamespace(namespace, scheme.scheme.keyVersion) };
    this.#namespaces.set(namespace, made);
    return made;
  }

  #scheme({ key, scheme: id }: Namespace): KnownScheme {
    const known = this.#known.get(id);
    if (known) return known;
    const scheme = this.#schemes.get(id);
    if (!scheme) throw new UsageError('USAGE_PLUGIN', { namespace: key, scheme: id });
    const made = { scheme, ranges: new Map<string, KeyRange>() };
    this.#known.set(id, made);
    return made;
  }

  /** The rows of an advisory mostly share one object. */
  #packageText(of: AffectedPackage): string {
    if (of !== this.#package) {
      this.#package = of;
      this.#saidPackage = saidPackage(of);
    }
    return this.#saidPackage;
  }
}

function keysOf({ scheme, ranges }: KnownScheme, range: RawRange, said: string): KeyRange {
  const known = ranges.get(said);
  if (known) return known;
  const keys = rangeKeys(scheme, range);
  const made = keys.kind === 'keyed' ? keys.range : undecided;
  if (ranges.size >= maxKnownRanges) ranges.clear();
  ranges.set(said, made);
  return made;
}

function toPreparedRow(row: AdvisoryRow, advisory: Advisory, keys: KeyRange): PreparedRow {
  return {
    namespace: row.namespace,
    package: row.package,
    range: row.range,
    keys,
    status: row.status,
    fixState: row.fixState,
    severity: row.severity ?? advisory.severity,
    normalizedSeverity: row.normalizedSeverity ?? advisory.normalizedSeverity,
    pointer: row.pointer,
  };
}
