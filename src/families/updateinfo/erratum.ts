import type { Advisory, AdvisoryRow, Namespace } from '../../contracts/index.ts';
import type { AffectedPackage, Severity } from '../../core/index.ts';
import { rpmScheme } from '../../versions/index.ts';

/** A package in the version that an erratum brings. */
export interface ErratumPackage {
  readonly name: string;
  /** `[epoch:]version-release`. */
  readonly evr: string;
  /** As rpm writes it; `noarch` and all others count as they stand. */
  readonly arch: string;
  /** `name:stream`, or empty. */
  readonly module: string;
  /** Lowest version that the erratum speaks of, where it does not speak of all. */
  readonly introduced?: string;
  /** Where it stands in the feed. */
  readonly pointer: string;
}

/** Bytes of an erratum in JSON; the largest real ones have 300,000. */
export const mostErratumBytes = 16 * 1024 * 1024;

/** An update of a distribution of rpm packages, whatever the form of its feed. */
export interface Erratum {
  readonly id: string;
  /** Which part of the feed, where an id is not unique in it; the id if absent. */
  readonly part?: string;
  readonly cves: readonly string[];
  readonly description: string;
  readonly links: readonly string[];
  /** ISO 8601 or empty. */
  readonly issued: string;
  readonly severity: string;
  readonly normalizedSeverity: Severity;
  readonly url: string;
  readonly packages: readonly ErratumPackage[];
}

/**
 * One advisory a CVE, with the erratum as its alias; without a CVE the erratum itself. All have the same rows: what is installed below the
 * erratum's version of its name, module and architecture is affected.
 */
export function advisoriesOf(erratum: Erratum, namespace: Namespace): readonly Advisory[] {
  const { id, part = id, description, links, issued, severity, normalizedSeverity, url } = erratum;
  const rows = rowsOf(erratum, namespace);
  if (rows.length === 0) return [];
  const names = [...new Set(erratum.cves)];
  const facts = { part, description, links: [...new Set(links)], issued, severity, normalizedSeverity, url, rows };
  return names.length === 0 ? [{ ...facts, name: id, aliases: [] }] : names.map((name) => ({ ...facts, name, aliases: [id] }));
}

/** One row for all architectures that have the same version. */
function rowsOf({ packages }: Erratum, namespace: Namespace): readonly AdvisoryRow[] {
  const groups = new Map<string, { readonly first: ErratumPackage; readonly archs: Set<string> }>();
  for (const found of lowestBuilds(packages)) {
    const key = [found.name, found.module, found.evr, found.introduced ?? ''].join('\0');
    const group = groups.get(key) ?? { first: found, archs: new Set() };
    groups.set(key, group);
    group.archs.add(found.arch);
  }
  return [...groups.values()].map(({ first, archs }) => rowOf(first, [...archs].sort(), namespace));
}

/**
 * Source packages are not installed. Of several builds for one name, module and architecture (a modular `noarch` package is built once for
 * each architecture) the lowest counts: every build of an erratum holds its fix.
 */
function lowestBuilds(packages: readonly ErratumPackage[]): Iterable<ErratumPackage> {
  const lowest = new Map<string, ErratumPackage>();
  for (const found of packages) {
    if (found.arch === 'src' || found.arch === 'nosrc') continue;
    const key = [found.name, found.module, found.arch].join('\0');
    const known = lowest.get(key);
    if (!known || isBelow(found.evr, known.evr)) lowest.set(key, found);
  }
  return lowest.values();
}

function isBelow(evr: string, other: string): boolean {
  if (evr === other) return false;
  const [a, b] = [rpmScheme.parse(evr), rpmScheme.parse(other)];
  return a.ok && b.ok && rpmScheme.compare(a.value, b.value) < 0;
}

function rowOf({ name, module, evr, introduced, pointer }: ErratumPackage, archs: readonly string[], namespace: Namespace): AdvisoryRow {
  const archOperation = archs.length === 1 ? 'equals' : 'pattern match';
  const of: AffectedPackage = { name, kind: 'binary', module, arch: archs.join('|'), archOperation };
  const range = introduced === undefined ? { fixed: evr } : { introduced, fixed: evr };
  return { namespace, package: of, range, status: 'affected', fixState: 'fixed', pointer };
}

const words: ReadonlyMap<string, Severity> = new Map([
  ['low', 'Low'],
  ['medium', 'Medium'],
  ['moderate', 'Medium'],
  ['important', 'High'],
  ['critical', 'Critical'],
]);

/** The words of Red Hat and its kin, and Amazon's `medium`, whatever their case. */
export function severityOfErratum(word: string): Severity {
  return words.get(word.toLowerCase()) ?? 'Unknown';
}
