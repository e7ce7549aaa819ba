import type { AffectedRow } from '../../contracts/index.ts';
import { compareText, isCveId } from '../../core/index.ts';
import type { Statement } from './statement.ts';

/**
 * The statements about one package, by the name under which they are told: what several databases say of one vulnerability is told once.
 * A statement of a CVE is told under it, and one that names two different CVEs is never told under the other's. What names no CVE is told with
 * what it shares an id with, directly or through others without one: under their CVE, or each of their CVEs; else under the GHSA that any of
 * them names; else under their own name.
 */
export function byToldName(statements: readonly Statement[]): ReadonlyMap<string, readonly Statement[]> {
  const told = new Map<string, Statement[]>();
  const nameless: Statement[] = [];
  for (const statement of statements) {
    if (isCveId(statement.row.name)) add(told, statement.row.name, statement);
    else nameless.push(statement);
  }
  if (nameless.length === 0) return told;
  const circles = new Circles();
  for (const statement of nameless) circles.join(idsOf(statement));
  // Of the CVEs' statements, what they are called besides leads to them, but does not lead from one to another.
  const cves = new Map<string, Set<string>>();
  for (const [name, group] of told) for (const statement of group) lead(cves, circles, idsOf(statement), [name]);
  for (const statement of nameless) lead(cves, circles, idsOf(statement), statement.row.aliases.filter(isCveId));
  for (const statement of nameless) {
    const circle = circles.of(statement.row.name);
    const names = cves.get(circle);
    if (names) for (const name of names) add(told, name, statement);
    else add(told, circles.nameOf(circle), statement);
  }
  return told;
}

/** What rows are called besides the name they are told under, sorted. */
export function otherNames(name: string, rows: readonly Pick<AffectedRow, 'name' | 'aliases'>[]): readonly string[] {
  const ids = new Set(rows.flatMap((row) => [row.name, ...row.aliases]));
  ids.delete(name);
  return [...ids].sort(compareText);
}

function add(told: Map<string, Statement[]>, name: string, statement: Statement): void {
  const group = told.get(name);
  if (group) group.push(statement);
  else told.set(name, [statement]);
}

/** What a statement is called, CVEs apart; of one without a CVE its name first. */
function idsOf({ row: { name, aliases } }: Statement): readonly string[] {
  return [name, ...aliases].filter((id) => !isCveId(id));
}

function lead(into: Map<string, Set<string>>, circles: Circles, ids: readonly string[], names: readonly string[]): void {
  if (names.length === 0) return;
  for (const id of ids) {
    const circle = circles.of(id);
    const known = into.get(circle);
    if (known) for (const name of names) known.add(name);
    else into.set(circle, new Set(names));
  }
}

/** Ids that mean the same, because somebody says so. */
class Circles {
  readonly #parents = new Map<string, string>();
  readonly #own = new Set<string>();

  /** @param ids the first is the one's own name */
  join(ids: readonly string[]): void {
    const [own] = ids;
    if (own === undefined) return;
    this.#own.add(own);
    for (const id of ids) this.#parents.set(this.of(id), this.of(own));
  }

  /** One id that stands for all of the circle; an id that nobody joined is a circle of its own. */
  of(id: string): string {
    let at = id;
    for (let up = this.#parents.get(at); up !== undefined && up !== at; up = this.#parents.get(at)) at = up;
    return at;
  }

  nameOf(circle: string): string {
    const ids = [...this.#parents.keys()].filter((id) => this.of(id) === circle).sort(compareText);
    return ids.find((id) => id.startsWith('GHSA-')) ?? ids.find((id) => this.#own.has(id)) ?? circle;
  }
}
