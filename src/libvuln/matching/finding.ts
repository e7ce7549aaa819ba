import type { VersionScheme } from '../../contracts/index.ts';
import { compareSeverity, compareText, unknownReasons, unreachable, type Package, type PackageId } from '../../core/index.ts';
import type { Statement } from './statement.ts';
import { byToldName } from './told-names.ts';

/** What all rows that are told under one name say of one package, united. */
export interface Finding {
  readonly package: Package;
  readonly name: string;
  /** The statement that decided. */
  readonly by: Statement;
  /** The others that say the same, in order. */
  readonly besides: readonly Statement[];
  /** Of all of them, the one of the highest severity: `by`, unless another's is higher. */
  readonly rated: Statement;
}

/**
 * Unites what several rows say under one name: affected if any says so, else unknown if any cannot tell, else not affected.
 * A row that clears the package never outweighs one that does not: a report may tell too much, never too little.
 * But what a namespace says of the binary package itself is more than what it says of all that its source builds: there, clearing counts.
 * Of several that affect it, the package's own authority decides before GitHub's collection; then the one that is fixed last, one without a fix
 * before all. The highest severity counts, whoever gives it.
 */
export function uniteStatements(statements: readonly Statement[], schemes: ReadonlyMap<string, VersionScheme>): readonly Finding[] {
  const packages = new Map<PackageId, Statement[]>();
  for (const statement of statements) {
    const { id } = statement.record.package;
    const group = packages.get(id);
    if (group) group.push(statement);
    else packages.set(id, [statement]);
  }
  const findings: Finding[] = [];
  for (const group of packages.values()) for (const [name, told] of byToldName(group)) findings.push(unite(name, told, schemes));
  return findings;
}

function unite(name: string, group: readonly Statement[], schemes: ReadonlyMap<string, VersionScheme>): Finding {
  const [only, ...others] = group;
  if (only && others.length === 0) return { package: only.record.package, name, by: only, besides: others, rated: only };
  const heard = withoutCleared(group);
  const rank = Math.min(...heard.map(rankOf));
  const saying = heard.filter((statement) => rankOf(statement) === rank);
  const [by, ...besides] = saying.length > 1 ? distinct(saying.sort((a, b) => compareStatements(a, b, schemes))) : saying;
  if (!by) throw new TypeError('a group has at least one statement');
  return { package: by.record.package, name, by, besides, rated: besides.reduce(higher, by) };
}

function higher(a: Statement, b: Statement): Statement {
  return compareSeverity(a.row.normalizedSeverity, b.row.normalizedSeverity) < 0 ? b : a;
}

/** Without what is said of the source, by a namespace that clears the binary by its own name. */
function withoutCleared(group: readonly Statement[]): readonly Statement[] {
  const clearing = group.filter(({ judgement, subject }) => judgement.kind === 'not_affected' && subject.kind === 'binary');
  if (clearing.length === 0) return group;
  const namespaces = new Set(clearing.map(({ row }) => `${row.updater}\0${row.namespace}`));
  return group.filter(({ row, subject }) => subject.kind !== 'source' || !namespaces.has(`${row.updater}\0${row.namespace}`));
}

/** 0 affected; then the reasons of unknown; not affected last. */
function rankOf({ judgement }: Statement): number {
  switch (judgement.kind) {
    case 'affected':
      return 0;
    case 'unknown':
      return 1 + unknownReasons.indexOf(judgement.reason);
    case 'not_affected':
      return 1 + unknownReasons.length;
    default:
      return unreachable(judgement);
  }
}

function compareStatements(a: Statement, b: Statement, schemes: ReadonlyMap<string, VersionScheme>): number {
  return authorityOf(a) - authorityOf(b) || compareFixes(a, b, schemes) || compareText(identityOf(a), identityOf(b));
}

/** GitHub's advisories are of all ecosystems; those who keep a database of one (GO, PYSEC, RUSTSEC) know it better. */
function authorityOf({ row }: Statement): number {
  return row.part.startsWith('GHSA-') ? 1 : 0;
}

/** The fix of a statement among others: there is none, it can be read, it cannot. */
type Fix = { readonly rank: 0 | 2 } | { readonly rank: 1; readonly scheme: VersionScheme; readonly version: unknown };

/** A whole order, also where fixes cannot be compared: those come by scheme, and what cannot be read comes last. */
function compareFixes(a: Statement, b: Statement, schemes: ReadonlyMap<string, VersionScheme>): number {
  if (a.row.range.fixed === b.row.range.fixed && a.namespace.scheme === b.namespace.scheme) return 0;
  const [ofA, ofB] = [fixOf(a, schemes), fixOf(b, schemes)];
  if (ofA.rank !== 1 || ofB.rank !== 1) return ofA.rank - ofB.rank;
  return ofA.scheme === ofB.scheme ? ofA.scheme.compare(ofB.version, ofA.version) : compareText(ofA.scheme.id, ofB.scheme.id);
}

function fixOf({ row, namespace }: Statement, schemes: ReadonlyMap<string, VersionScheme>): Fix {
  const { fixed } = row.range;
  if (fixed === undefined) return { rank: 0 };
  const scheme = schemes.get(namespace.scheme);
  const parsed = scheme?.parse(fixed);
  return scheme && parsed?.ok ? { rank: 1, scheme, version: parsed.value } : { rank: 2 };
}

/** Another statement of the same row (found as source and as binary, in two environments) tells nothing new. */
function distinct(sorted: readonly Statement[]): readonly Statement[] {
  return sorted.filter((statement, index) => {
    const before = sorted[index - 1];
    return !before || identityOf(before) !== identityOf(statement);
  });
}

function identityOf({ row, subject }: Statement): string {
  const { updater, part, namespace, range, record } = row;
  const ends = [range.introduced ?? '', range.fixed ?? '', range.lastAffected ?? ''];
  return [updater, part, namespace, subject.kind, subject.name, ...ends, record.url, record.pointer].join('\0');
}
