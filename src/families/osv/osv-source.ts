import type { Namespace } from '../../contracts/index.ts';
import { isCveId, type AffectedPackage, type RawRange, type Severity } from '../../core/index.ts';
import type { OsvAffected, OsvRecord } from '../../formats/osv/index.ts';

export interface OsvSeverityWord {
  /** The vendor's word, or a vector. */
  readonly severity: string;
  readonly normalizedSeverity: Severity;
}

/** Why no row comes of a record. */
export type OsvSkipReason =
  | 'malformed'
  | 'too-large'
  | 'withdrawn'
  | 'not-security'
  | 'no-affected'
  | 'other-ecosystem'
  | 'git-only'
  | 'no-versions'
  /** What it fixes is part of a module, and it does not say of which. */
  | 'module-unknown'
  /** About packages of a repository that the distribution does not have. */
  | 'other-repository'
  /** A collection: what it says stands in other records, one vulnerability each. */
  | 'collection';

/** A package that an entry speaks of; with ranges of its own where they are not the entry's. */
export interface OsvSubject {
  readonly package: AffectedPackage;
  readonly ranges?: readonly RawRange[];
}

/** How an ecosystem reads records of OSV. What is left out is as most have it. */
export interface OsvSource {
  /** Folder of the ecosystem in OSV's bucket, e.g. `Rocky Linux`. */
  readonly bucket: string;
  /** Name of the updater. */
  readonly updater: string;
  /** Of the updater: grows when other rows come of the same records. */
  readonly version: number;
  /** The namespace of an entry's ecosystem (`Debian:12`); undefined where it is none of this source. */
  readonly namespaceOf: (ecosystem: string) => Namespace | undefined;
  readonly serves: (namespace: string) => boolean;
  /** What an entry speaks of; the package of its name, `binary`, if absent. None: it cannot be told of which module. */
  readonly subjectsOf?: (affected: OsvAffected, record: OsvRecord) => readonly OsvSubject[];
  /** Of the record, or of an entry where those differ; see {@link wordOrVector}. */
  readonly severityOf?: (record: OsvRecord, affected?: OsvAffected) => OsvSeverityWord;
  /** The findings of a record and what else they are called; see {@link namesOfAdvisory}. */
  readonly namesOf?: (record: OsvRecord) => OsvNames;
  /** What describes it; `details` if absent, `summary` where there is none. */
  readonly describedBy?: 'summary';
  /** Why a record is left out that could be read; none is if absent. */
  readonly leaves?: (record: OsvRecord) => OsvSkipReason | undefined;
  /** Other namespaces of an entry's ecosystem, where several share its packages. */
  readonly alsoIn?: (ecosystem: string) => readonly Namespace[];
  /** Which entries of its ecosystems count; all if absent. */
  readonly takes?: (affected: OsvAffected, record: OsvRecord) => boolean;
}

export interface OsvNames {
  /** One finding each: CVE ids where there are any. */
  readonly names: readonly string[];
  readonly aliases: readonly string[];
}

/**
 * For advisories of distributions: a finding for each CVE that the advisory is about, with the advisory as its alias; without one the
 * advisory itself. `upstream` tells; older records told the same in `related`, and those that are a CVE themselves have it in their id.
 */
export function namesOfAdvisory({ id, upstream, related, aliases }: OsvRecord): OsvNames {
  if (isCveId(id)) return { names: [id], aliases: aliases.filter((alias) => alias !== id) };
  for (const ids of [upstream, related, aliases]) {
    const names = [...new Set(ids.filter(isCveId))];
    if (names.length > 0) return { names, aliases: [id] };
  }
  return { names: [id], aliases };
}
