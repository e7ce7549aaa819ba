import type { PackageId, VulnerabilityId } from './ids.ts';

/** Why a verdict is not known. */
export const unknownReasons = [
  'version-unparsable',
  'advisory-version-unparsable',
  'feed-not-loaded',
  'feed-failed',
  'distribution-unsupported',
  'distribution-unidentified',
  'vendor-undetermined',
] as const;
export type UnknownReason = (typeof unknownReasons)[number];

/** What a reader of the evidence should know besides. */
export type EvidenceNote = 'repository-assumed' | 'rhel-rows' | 'vendor-supplied' | 'severity-from-cvss';

/** Where in a feed a statement stands. */
export interface RecordRef {
  /** Upstream address of the feed, whatever mirror it came from. */
  readonly url: string;
  /** RFC 6901 pointer for JSON, an element's id for XML. */
  readonly pointer: string;
}

/** All that is needed to check a verdict by hand. */
export interface Evidence {
  readonly updater?: string;
  /** First 32 hex digits of SHA-256 over the updater's name and the digest of the body last loaded. */
  readonly operation?: string;
  readonly record?: RecordRef;
  readonly namespace?: string;
  readonly scheme?: string;
  /** What was compared, e.g. `source openssl`. */
  readonly subject: string;
  readonly installed: string;
  readonly introduced?: string;
  readonly fixed?: string;
  readonly lastAffected?: string;
  /** The comparison that decided, e.g. `3.0.15-1 < 3.0.16-1`; absent where none was needed. */
  readonly comparison?: string;
  readonly notes?: readonly EvidenceNote[];
  readonly aliases?: readonly string[];
  readonly sources?: readonly { readonly record: RecordRef; readonly fixed?: string }[];
  readonly sha1?: string;
}

interface VerdictBase {
  readonly packageId: PackageId;
  /** Name of the advisory, e.g. `CVE-2023-0286`; empty where the verdict is of the package as a whole. */
  readonly name: string;
  readonly evidence: Evidence;
}

/** What is known about one package and one advisory (or, where nothing could be asked, the package alone). */
export type Verdict =
  | (VerdictBase & { readonly status: 'affected'; readonly vulnerabilityId: VulnerabilityId })
  | (VerdictBase & { readonly status: 'not_affected' })
  | (VerdictBase & { readonly status: 'unknown'; readonly reason: UnknownReason });
