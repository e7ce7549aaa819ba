import type { AffectedRow, AffectedStatus, PackageQuery } from '../contracts/index.ts';
import { compareText, type AffectedPackage, type FixState, type RawRange, type Severity } from '../core/index.ts';
import { unfoldNumbers, unfoldWords } from './fold-text.ts';
import { pointerWords, urlWords } from './row-words.ts';

/** What the search for affected rows gives of each: what rows share is named by id. */
export type FoundRow = readonly [
  query: number,
  advisory: number,
  updater: number,
  part: string,
  name: string,
  aliases: string | null,
  issued: string,
  url: number,
  statement: number,
  place: string,
  packageRow: number,
  exact: number,
  introduced: string | null,
  fixed: string | null,
  lastAffected: string | null,
];

export interface StatementRow {
  readonly status: AffectedStatus;
  readonly fixState: FixState;
  readonly severity: string;
  readonly normalizedSeverity: Severity;
  readonly pointer: string;
}

/** What rows share, by id. */
export interface SharedParts {
  updater(id: number): { readonly name: string; readonly operation: string };
  url(id: number): string;
  statement(id: number): StatementRow;
  package(id: number, asked: PackageQuery): AffectedPackage;
}

/** The whole of a row that was found. */
export function toAffectedRow(found: FoundRow, asked: PackageQuery, shared: SharedParts): AffectedRow {
  const [query, advisory, updaterId, part, name, aliases, issued, url, statementId, place, packageId, exact, introduced, fixed, last] =
    found;
  const updater = shared.updater(updaterId);
  const { status, fixState, severity, normalizedSeverity, pointer } = shared.statement(statementId);
  const range = toRange(introduced, fixed, last);
  const words = pointerWords({ part, name, packageName: asked.name, ...range });
  return {
    query,
    advisory,
    updater: updater.name,
    operation: updater.operation,
    part,
    name,
    aliases: aliases === null ? [] : (JSON.parse(aliases) as readonly string[]),
    issued,
    record: {
      url: unfoldWords(shared.url(url), urlWords({ part, name })),
      pointer: unfoldWords(unfoldNumbers({ template: pointer, numbers: place }), words),
    },
    namespace: asked.namespace,
    package: shared.package(packageId, asked),
    range,
    exact: exact === 1,
    status,
    fixState,
    severity,
    normalizedSeverity,
  };
}

function toRange(introduced: string | null, fixed: string | null, lastAffected: string | null): RawRange {
  // Nearly all are of these two forms.
  if (introduced === null && lastAffected === null) return fixed === null ? {} : { fixed };
  return {
    ...(introduced !== null && { introduced }),
    ...(fixed !== null && { fixed }),
    ...(lastAffected !== null && { lastAffected }),
  };
}

/** By (query, name, part, advisory); rows of one advisory by what they say, so that no database's own order is seen. */
export function byOrderOfAnswer(a: AffectedRow, b: AffectedRow): number {
  return a.query - b.query || compareText(a.name, b.name) || compareText(a.part, b.part) || a.advisory - b.advisory || compareContent(a, b);
}

function compareContent(a: AffectedRow, b: AffectedRow): number {
  const [mine, theirs] = [contentOf(a), contentOf(b)];
  for (const [index, text] of mine.entries()) {
    const order = compareText(text, theirs[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** All in which rows of one advisory and one query may differ. */
function contentOf({ package: of, range, exact, status, fixState, severity, normalizedSeverity, record }: AffectedRow): readonly string[] {
  const { introduced, fixed, lastAffected } = range;
  // What is absent comes before what is empty.
  const ends = [introduced, fixed, lastAffected].map((end) => (end === undefined ? '' : `=${end}`));
  return [of.module, of.arch, of.archOperation, ...ends, String(exact), status, fixState, severity, normalizedSeverity, record.pointer];
}
