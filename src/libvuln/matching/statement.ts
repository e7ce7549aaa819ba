import type { AffectedRow, Matcher, Namespace } from '../../contracts/index.ts';
import type { EvidenceNote, IndexRecord } from '../../core/index.ts';
import type { Judgement, Subject } from '../../judging/index.ts';

/** What one row says of one package. */
export interface Statement {
  readonly record: IndexRecord;
  readonly row: AffectedRow;
  readonly namespace: Namespace;
  readonly subject: Subject;
  readonly judgement: Exclude<Judgement, { kind: 'silent' }>;
  /** Why its namespace was asked, where that is worth a word. */
  readonly notes: readonly EvidenceNote[];
  /** Whose record it is, for how it compared. */
  readonly matcher?: Matcher;
}
