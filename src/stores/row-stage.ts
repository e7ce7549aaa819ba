import type { PreparedAdvisory, PreparedRow } from '../contracts/index.ts';
import { foldNumbers, foldWords } from './fold-text.ts';
import type { InternedStage, StagedNamespace } from './interned-stage.ts';
import { pointerWords, urlWords } from './row-words.ts';

/** A row of an advisory, by the ids of what was staged. */
export interface StagedRow {
  readonly namespace: StagedNamespace;
  readonly package: number;
  readonly range: number;
  readonly statement: number;
  /** The numbers of the pointer. */
  readonly place: string;
}

/** The rows of an advisory with all that they share interned; what is said twice at one place is one row. */
export function stageRows(interned: InternedStage, advisory: PreparedAdvisory): readonly StagedRow[] {
  interned.trim();
  const rows = advisory.rows.map((row) => stageRow(interned, advisory, row));
  if (rows.length <= fewRows) return rows.filter((row, index) => !isAmong(row, rows, index));
  const said = new Set<string>();
  return rows.filter((row) => said.size < said.add(`${row.package} ${row.range} ${row.statement} ${row.place}`).size);
}

/** Up to so many, rows are compared with each other: that takes less than to remember what each says. */
const fewRows = 12;

/** Whether one of the first rows says the same. */
function isAmong(row: StagedRow, rows: readonly StagedRow[], first: number): boolean {
  for (let index = 0; index < first; index += 1) {
    const other = rows[index];
    if (other?.package === row.package && other.range === row.range && other.statement === row.statement && other.place === row.place)
      return true;
  }
  return false;
}

function stageRow(interned: InternedStage, { part, name }: PreparedAdvisory, row: PreparedRow): StagedRow {
  const { introduced, fixed, lastAffected } = row.range;
  const words = pointerWords({ part, name, packageName: row.package.name, introduced, fixed, lastAffected });
  const { template, numbers } = foldNumbers(foldWords(row.pointer, words));
  const namespace = interned.namespace(row.namespace);
  return {
    namespace,
    package: interned.package(namespace, row.package),
    range: interned.range(row),
    statement: interned.statement(row, template),
    place: numbers,
  };
}

/** The staged address of an advisory. */
export function stageUrl(interned: InternedStage, { part, name, url }: PreparedAdvisory): number {
  return interned.url(foldWords(url, urlWords({ part, name })));
}
