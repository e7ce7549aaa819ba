import type { IndexRecord } from '../core/index.ts';
import type { AffectedRow } from './matcher-store.ts';

/** By which of a record's own fields its namespaces and packages are chosen (the seed's MatchExp, and today's). */
export const constraints = [
  'package-source-name',
  'package-name',
  'package-module',
  'package-arch',
  'distribution-did',
  'distribution-name',
  'distribution-version',
  'distribution-version-code-name',
  'distribution-version-id',
  'distribution-arch',
  'distribution-cpe',
  'distribution-pretty-name',
  'repository-name',
  'repository-key',
  'repository-cpe',
  'has-fixed-in-version',
] as const;
export type Constraint = (typeof constraints)[number];

export interface Matcher {
  readonly id: string;
  /** Version scheme of installed versions. */
  readonly scheme: string;
  /** Whether the record is one of this matcher's. */
  filter(record: IndexRecord): boolean;
  query(): readonly Constraint[];
  /** The namespaces that should answer for the record: what coverage is held to. Empty: the distribution is not supported. */
  namespaces(record: IndexRecord): readonly string[];
  /** True: the store's range look-up decides. Otherwise every current row goes through `vulnerable`. */
  readonly versionFilter: boolean;
  /** What the row says of the record. Required where `versionFilter` is false. */
  vulnerable?(record: IndexRecord, row: AffectedRow): boolean | 'unknown';
}
