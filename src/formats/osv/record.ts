import { member, text } from '../json-stream/index.ts';

/** A severity as OSV gives it: a vector, or a vendor's own form. */
export interface OsvSeverity {
  /** `CVSS_V2`, `CVSS_V3`, `CVSS_V4`, `Ubuntu` … */
  readonly type: string;
  readonly score: string;
}

export type OsvEventKind = 'introduced' | 'fixed' | 'last_affected' | 'limit';

export interface OsvEvent {
  readonly kind: OsvEventKind;
  readonly version: string;
}

export interface OsvRange {
  /** `SEMVER`, `ECOSYSTEM`, `GIT`, or what is not known yet. */
  readonly type: string;
  /** As given: not sorted. */
  readonly events: readonly OsvEvent[];
}

export interface OsvPackage {
  /** With its suffix, e.g. `Debian:12`. */
  readonly ecosystem: string;
  readonly name: string;
  readonly purl: string;
}

export interface OsvAffected {
  /** Its place in the record's list. */
  readonly index: number;
  /** Absent where just commits of a repository are named. */
  readonly package?: OsvPackage;
  readonly ranges: readonly OsvRange[];
  readonly versions: readonly string[];
  readonly severity: readonly OsvSeverity[];
  /** As given: each source has members of its own. */
  readonly ecosystemSpecific: unknown;
  readonly databaseSpecific: unknown;
}

/** One record (https://ossf.github.io/osv-schema/), what is absent as empty. */
export interface OsvRecord {
  readonly id: string;
  readonly modified: string;
  readonly published: string;
  /** When it was taken back; empty for one that counts. */
  readonly withdrawn: string;
  /** Ids of the same vulnerability. */
  readonly aliases: readonly string[];
  /** Ids of the vulnerabilities that an advisory of a distribution is about, in newer records. */
  readonly upstream: readonly string[];
  /** Ids that have to do with it; in older records of distributions the vulnerabilities. */
  readonly related: readonly string[];
  readonly summary: string;
  readonly details: string;
  readonly severity: readonly OsvSeverity[];
  readonly references: readonly string[];
  readonly affected: readonly OsvAffected[];
  readonly databaseSpecific: unknown;
}

/** Reads one record; undefined for what has no id or is no record. Members of another type than the schema's count as absent. */
export function parseOsvRecord(value: unknown): OsvRecord | undefined {
  const id = text(member(value, 'id'));
  if (id === undefined) return undefined;
  return {
    id,
    modified: textOf(value, 'modified'),
    published: textOf(value, 'published'),
    withdrawn: textOf(value, 'withdrawn'),
    aliases: textsOf(value, 'aliases'),
    upstream: textsOf(value, 'upstream'),
    related: textsOf(value, 'related'),
    summary: textOf(value, 'summary'),
    details: textOf(value, 'details'),
    severity: severitiesOf(value),
    references: listOf(value, 'references').flatMap((each) => text(member(each, 'url')) ?? []),
    affected: listOf(value, 'affected').map(parseAffected),
    databaseSpecific: member(value, 'database_specific'),
  };
}

function parseAffected(value: unknown, index: number): OsvAffected {
  const of = parsePackage(member(value, 'package'));
  return {
    index,
    ...(of && { package: of }),
    ranges: listOf(value, 'ranges').map(parseRange),
    versions: textsOf(value, 'versions'),
    severity: severitiesOf(value),
    ecosystemSpecific: member(value, 'ecosystem_specific'),
    databaseSpecific: member(value, 'database_specific'),
  };
}

function parsePackage(value: unknown): OsvPackage | undefined {
  const [ecosystem, name] = [text(member(value, 'ecosystem')), text(member(value, 'name'))];
  if (ecosystem === undefined || name === undefined) return undefined;
  return { ecosystem, name, purl: textOf(value, 'purl') };
}

const kinds: readonly OsvEventKind[] = ['introduced', 'fixed', 'last_affected', 'limit'];

function parseRange(value: unknown): OsvRange {
  const events: OsvEvent[] = [];
  for (const event of listOf(value, 'events')) {
    for (const kind of kinds) {
      const version = text(member(event, kind));
      if (version !== undefined) events.push({ kind, version });
    }
  }
  return { type: textOf(value, 'type'), events };
}

function severitiesOf(value: unknown): readonly OsvSeverity[] {
  return listOf(value, 'severity').flatMap((each) => {
    const [type, score] = [text(member(each, 'type')), text(member(each, 'score'))];
    return type === undefined || score === undefined ? [] : [{ type, score }];
  });
}

function textOf(value: unknown, name: string): string {
  return text(member(value, name)) ?? '';
}

/** The list itself where it holds nothing else, as nearly all do: some have thousands of versions. */
function textsOf(value: unknown, name: string): readonly string[] {
  const list = listOf(value, name);
  return list.every(isText) ? list : list.filter(isText);
}

function isText(value: unknown): value is string {
  return text(value) !== undefined;
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = member(value, name);
  return Array.isArray(list) ? list : [];
}
