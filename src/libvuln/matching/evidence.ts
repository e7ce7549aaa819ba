import type { Evidence, RecordRef } from '../../core/index.ts';
import type { Finding } from './finding.ts';
import type { Statement } from './statement.ts';
import { otherNames } from './told-names.ts';

/** All that is needed to check the finding by hand. */
export function evidenceOf({ name, by, besides }: Finding): Evidence {
  const { record, row, subject, namespace, judgement } = by;
  const { introduced, fixed, lastAffected } = row.range;
  // Assigned one by one: thousands are made for a report, and spreading what may be absent takes several times as long.
  const evidence: Writable<Evidence> = {
    updater: row.updater,
    operation: row.operation,
    record: row.record,
    namespace: row.namespace,
    scheme: namespace.scheme,
    subject: `${subject.kind} ${subject.name}`,
    installed: subject.version,
  };
  if (introduced !== undefined) evidence.introduced = introduced;
  if (fixed !== undefined) evidence.fixed = fixed;
  if (lastAffected !== undefined) evidence.lastAffected = lastAffected;
  if (judgement.kind !== 'unknown' && judgement.isCompared) evidence.comparison = comparisonOf(by);
  if (by.notes.length > 0) evidence.notes = by.notes;
  const aliases =
    besides.length === 0 && name === row.name
      ? row.aliases
      : otherNames(
          name,
          [by, ...besides].map((each) => each.row),
        );
  if (aliases.length > 0) evidence.aliases = aliases;
  if (besides.length > 0) evidence.sources = besides.map(sourceOf);
  const { archive } = record.environment;
  if (archive) evidence.sha1 = archive.sha1;
  return evidence;
}

type Writable<T> = { -readonly [member in keyof T]: T[member] };

/** Every comparison that had to hold, e.g. `1.4 >= 1.2, 1.4 < 1.5`. */
function comparisonOf({ row, subject, matcher }: Statement): string {
  const write = (version: string | undefined): string | undefined =>
    matcher?.asCompared && version !== undefined ? matcher.asCompared(version, row) : version;
  const version = write(subject.version);
  const [introduced, fixed, lastAffected] = [write(row.range.introduced), write(row.range.fixed), write(row.range.lastAffected)];
  if (introduced === undefined && lastAffected === undefined) return fixed === undefined ? '' : `${version} < ${fixed}`;
  return [
    ...(introduced === undefined ? [] : [`${version} >= ${introduced}`]),
    ...(fixed === undefined ? [] : [`${version} < ${fixed}`]),
    ...(lastAffected === undefined ? [] : [`${version} <= ${lastAffected}`]),
  ].join(', ');
}

function sourceOf({ row }: Statement): { readonly record: RecordRef; readonly fixed?: string } {
  return { record: row.record, ...(row.range.fixed !== undefined && { fixed: row.range.fixed }) };
}
