import type { RegistryMirror, ReportSort } from '../../contracts/index.ts';
import type { Platform, Severity } from '../../core/index.ts';
import type { LogLevel } from '../../runtime/index.ts';

/** `--feed-source debian=tracker`: of a distribution's feeds, this one. */
export interface FeedSource {
  readonly distribution: string;
  readonly feed: string;
}

export interface CommonOptions {
  readonly db?: string;
  readonly quiet?: boolean;
  readonly logLevel: LogLevel;
}

export interface OutputOptions {
  readonly output?: string;
}

export interface ImageOptions {
  readonly indexDb?: string;
  readonly platform?: Platform;
  readonly stats?: string;
  readonly registryMirror: readonly RegistryMirror[];
  readonly insecureRegistry: readonly string[];
  readonly registryAllow: readonly string[];
  readonly registryCa?: string;
}

export interface FeedOptions {
  readonly offline?: boolean;
  readonly feedMirror?: string;
  readonly insecure?: boolean;
  readonly feedSource: readonly FeedSource[];
}

/** The feeds of `--enrich`; a test compares them with the enrichers of `defaults`. */
export const enrichmentFeeds = ['epss', 'kev', 'nvd'] as const;
export type EnrichmentFeed = (typeof enrichmentFeeds)[number];

export interface EnrichOptions {
  readonly enrich: readonly EnrichmentFeed[];
}

export interface ReportOptions extends OutputOptions, EnrichOptions {
  readonly format: ReportFormat;
  readonly sort: ReportSort;
  readonly failOn?: Severity;
  readonly unknownAs?: Severity;
  readonly allowIncomplete?: boolean;
  /** ms */
  readonly maxFeedAge: number;
}

export type ScanOptions = CommonOptions & ImageOptions & FeedOptions & ReportOptions;
export type IndexOptions = CommonOptions & ImageOptions & OutputOptions;
export type MatchOptions = CommonOptions & FeedOptions & ReportOptions & Pick<ImageOptions, 'stats'>;
export type FeedsOptions = CommonOptions & OutputOptions & { readonly format: ReportFormat };
export type UpdateOptions = FeedsOptions & FeedOptions & EnrichOptions & { readonly only?: RegExp };

/** The formats of `--format`; a test compares them with the report writers of `defaults`. */
export const reportFormats = ['table', 'json'] as const;
export type ReportFormat = (typeof reportFormats)[number];
