import type { UnknownReason } from './verdict.ts';

/** Why part of an image could not be judged. */
export type GapReason = UnknownReason | 'feed-stale' | 'package-database-removed' | 'file-unidentified';

/** `stale`: loaded, but older than 7 days. `missing`: never loaded. `failed`: never loaded, and the last try failed. */
export type FeedState = 'loaded' | 'stale' | 'missing' | 'failed' | 'disabled';

export interface FeedCoverage {
  readonly updater: string;
  readonly state: FeedState;
  /** When the data in use was last confirmed with its source, ISO 8601. */
  readonly fetchedAt?: string;
  /** Advisories in use. */
  readonly records: number;
  /** The last error, if the last try failed. */
  readonly error?: string;
}

export interface Gap {
  readonly reason: GapReason;
  /** The distribution (`debian 12`) or the ecosystem (`npm`) it is about; empty where neither. */
  readonly subject: string;
  readonly subjectKind: 'distribution' | 'ecosystem' | 'image';
  /** How many packages it leaves without an answer. */
  readonly packages: number;
  readonly detail: string;
}

/** What of the image was really checked. A report is clean only if this is complete. */
export interface Coverage {
  readonly complete: boolean;
  readonly feeds: readonly FeedCoverage[];
  /** Packages of the image: all, those for which every question got an answer, and the rest. */
  readonly packages: { readonly total: number; readonly matched: number; readonly unknown: number };
  readonly gaps: readonly Gap[];
}
