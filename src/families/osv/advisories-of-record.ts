import type { Advisory, AdvisoryRow, Namespace, VersionScheme } from '../../contracts/index.ts';
import { UsageError, type AffectedPackage, type FixState, type RawRange } from '../../core/index.ts';
import { member, text } from '../../formats/json-stream/index.ts';
import { affectedRanges, type OsvAffected, type OsvRecord, type OsvRanges } from '../../formats/osv/index.ts';
import { versionSchemes } from '../../versions/index.ts';
import { wordOrVector } from './osv-severity.ts';
import { namesOfAdvisory, type OsvSkipReason, type OsvSource, type OsvSubject } from './osv-source.ts';

export type OsvReading =
  /** `leftOut`: why some of its entries gave none. */
  | { readonly kind: 'used'; readonly advisories: readonly Advisory[]; readonly leftOut: readonly OsvSkipReason[] }
  | { readonly kind: 'skipped'; readonly reason: OsvSkipReason };

/** Where a record can be read by itself. */
export function osvRecordUrl(bucket: string, id: string): string {
  return `${osvBucketUrl}/${encodeURIComponent(bucket)}/${encodeURIComponent(id)}.json`;
}

export const osvBucketUrl = 'https://osv-vulnerabilities.storage.googleapis.com';

/** What a record gives: an advisory for each of its names, all with the same rows; or the reason why it gives none. */
export function advisoriesOfRecord(record: OsvRecord, source: OsvSource): OsvReading {
  if (record.withdrawn !== '') return { kind: 'skipped', reason: 'withdrawn' };
  const left = source.leaves?.(record);
  if (left !== undefined) return { kind: 'skipped', reason: left };
  if (record.affected.length === 0) return { kind: 'skipped', reason: 'no-affected' };
  const collector = new RowCollector(record, source);
  for (const affected of record.affected) collector.add(affected);
  const rows = collector.rows();
  if (rows.length === 0) return { kind: 'skipped', reason: collector.leftOut.at(-1) ?? 'other-ecosystem' };
  return { kind: 'used', advisories: withNames(record, source, rows), leftOut: collector.leftOut };
}

function withNames(record: OsvRecord, source: OsvSource, rows: readonly AdvisoryRow[]): readonly Advisory[] {
  const { names, aliases } = (source.namesOf ?? namesOfAdvisory)(record);
  const { severity, normalizedSeverity } = severityOf(source, record);
  return names.map((name) => ({
    part: record.id,
    name,
    aliases,
    description: descriptionOf(record, source),
    links: [...new Set(record.references)],
    issued: record.published,
    severity,
    normalizedSeverity,
    url: osvRecordUrl(source.bucket, record.id),
    rows,
  }));
}

function descriptionOf({ summary, details }: OsvRecord, { describedBy }: OsvSource): string {
  return describedBy === 'summary' ? summary || details : details || summary;
}

function severityOf(source: OsvSource, record: OsvRecord, affected?: OsvAffected): ReturnType<NonNullable<OsvSource['severityOf']>> {
  if (source.severityOf) return source.severityOf(record, affected);
  return wordOrVector(record, text(member(record.databaseSpecific, 'severity')) ?? '');
}

/** Rows without doubles: an advisory repeats its packages for each product or architecture. */
class RowCollector {
  /** Of its entries that are of this ecosystem. */
  readonly leftOut: OsvSkipReason[] = [];
  readonly #record: OsvRecord;
  readonly #source: OsvSource;
  readonly #rows = new Map<string, AdvisoryRow>();

  constructor(record: OsvRecord, source: OsvSource) {
    this.#record = record;
    this.#source = source;
  }

  rows(): readonly AdvisoryRow[] {
    return [...this.#rows.values()];
  }

  add(affected: OsvAffected): void {
    if (!affected.package) {
      this.#unused('git-only');
      return;
    }
    const namespace = this.#source.namespaceOf(affected.package.ecosystem);
    if (!namespace || this.#source.takes?.(affected, this.#record) === false) return;
    const said = affectedRanges(affected, schemeOf(namespace));
    if (said.kind === 'unusable') {
      this.#unused(said.reason);
      return;
    }
    const subjects = this.#subjects(affected);
    if (subjects.length === 0) this.#unused('module-unknown');
    const { severity, normalizedSeverity } = severityOf(this.#source, this.#record, affected);
    const pointer = `/affected/${affected.index}`;
    const namespaces = [namespace, ...(this.#source.alsoIn?.(affected.package.ecosystem) ?? [])];
    for (const subject of subjects) {
      for (const { range, status, fixState } of statementsOf(said, subject)) {
        const row = { package: subject.package, range, status, fixState, severity, normalizedSeverity, pointer };
        for (const each of namespaces) this.#add({ namespace: each, ...row });
      }
    }
  }

  #subjects(affected: OsvAffected): readonly OsvSubject[] {
    if (this.#source.subjectsOf) return this.#source.subjectsOf(affected, this.#record);
    return [{ package: packageOf(affected.package?.name ?? '') }];
  }

  #unused(reason: OsvSkipReason): void {
    this.leftOut.push(reason);
  }

  #add(row: AdvisoryRow): void {
    const { namespace, package: of, range, status } = row;
    const ends = [range.introduced ?? '', range.fixed ?? '', range.lastAffected ?? ''];
    const key = [namespace.key, of.name, of.kind, of.module, of.arch, status, ...ends].join('\0');
    if (!this.#rows.has(key)) this.#rows.set(key, row);
  }
}

/** A binary package of any architecture, of no module. */
export function packageOf(name: string): AffectedPackage {
  return { name, kind: 'binary', module: '', arch: '', archOperation: '' };
}

interface Said {
  readonly range: RawRange;
  readonly status: AdvisoryRow['status'];
  readonly fixState: FixState;
}

function statementsOf(said: Exclude<OsvRanges, { kind: 'unusable' }>, subject: OsvSubject): readonly Said[] {
  if (said.kind === 'never-affected') return [{ range: {}, status: 'not_affected', fixState: 'unknown' }];
  return (subject.ranges ?? said.ranges).map((range) => {
    const fixState = said.endWithoutFix?.includes(range) === true ? 'unknown' : fixStateOf(range);
    return { range, status: 'affected', fixState };
  });
}

function fixStateOf({ fixed, lastAffected }: RawRange): FixState {
  if (fixed !== undefined) return 'fixed';
  return lastAffected === undefined ? 'not-fixed' : 'unknown';
}

function schemeOf({ key, scheme: id }: Namespace): VersionScheme {
  const scheme = versionSchemes.get(id);
  if (!scheme) throw new UsageError('USAGE_PLUGIN', { namespace: key, scheme: id });
  return scheme;
}
