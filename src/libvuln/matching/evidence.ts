import type { Evidence, RecordRef } from '../../core/index.ts';
import type { Finding, Statement } from './finding.ts';

/** All that is needed to check the finding by hand. */
export function evidenceOf({ by, besides }: Finding): Evidence {
  const { row, subject, namespace, judgement } = by;
  const { introduced, fixed, lastAffected } = row.range;
  const comparison = judgement.kind !== 'unknown' && judgement.isCompared ? comparisonOf(by) : undefined;
  return {
    updater: row.updater,
    operation: row.operation,
    record: row.record,
    namespace: row.namespace,
    scheme: namespace.scheme,
    subject: `${subject.kind} ${subject.name}`,
    installed: subject.version,
    ...(introduced !== undefined && { introduced }),
    ...(fixed !== undefined && { fixed }),
    ...(lastAffected !== undefined && { lastAffected }),
    ...(comparison !== undefined && { comparison }),
    ...(row.aliases.length > 0 && { aliases: row.aliases }),
    ...(besides.length > 0 && { sources: besides.map(sourceOf) }),
  };
}

/** Every comparison that had to hold, e.g. `1.4 >= 1.2, 1.4 < 1.5`. */
function comparisonOf({ row, subject: { version } }: Statement): string {
  const { introduced, fixed, lastAffected } = row.range;
  return [
    ...(introduced === undefined ? [] : [`${version} >= ${introduced}`]),
    ...(fixed === undefined ? [] : [`${version} < ${fixed}`]),
    ...(lastAffected === undefined ? [] : [`${version} <= ${lastAffected}`]),
  ].join(', ');
}

function sourceOf({ row }: Statement): { readonly record: RecordRef; readonly fixed?: string } {
  return { record: row.record, ...(row.range.fixed !== undefined && { fixed: row.range.fixed }) };
}
