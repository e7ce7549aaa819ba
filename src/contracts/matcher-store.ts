import type { AffectedPackage, FixState, PackageKind, RawRange, RecordRef, Severity } from '../core/index.ts';
import type { AffectedStatus, Namespace } from './advisory.ts';
import type { LeaseProof, Locker } from './locker.ts';
import type { AdvisorySelector } from './updater.ts';

/** Half-open on keys: lo ≤ key < hi. `lo` empty: from the start. `hi` the byte FF: no upper end. */
export interface KeyRange {
  readonly lo: Uint8Array;
  readonly hi: Uint8Array;
  /** False where an end has no key: the range is the widest, and the row must be compared in process. */
  readonly exact: boolean;
}

/** A row ready to be stored. */
export interface PreparedRow {
  readonly namespace: Namespace;
  readonly package: AffectedPackage;
  readonly range: RawRange;
  readonly keys: KeyRange;
  readonly status: AffectedStatus;
  readonly fixState: FixState;
  readonly severity: string;
  readonly normalizedSeverity: Severity;
  readonly pointer: string;
}

/** An advisory ready to be stored: keys made, hash taken. */
export interface PreparedAdvisory {
  readonly part: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly description: string;
  readonly links: readonly string[];
  readonly issued: string;
  readonly url: string;
  /** 16 bytes over all that it says: everything above but the url, and all rows but their pointers. */
  readonly hash: Uint8Array;
  /** 8 bytes over where it says so: the url and the pointers. An advisory that only moved in its document is no other advisory. */
  readonly placeHash: Uint8Array;
  readonly rows: readonly PreparedRow[];
}

/** A question about one package in one namespace. */
export interface PackageQuery {
  readonly namespace: string;
  readonly name: string;
  readonly kind: PackageKind;
  /** Absent: every current row of the package, whatever its range. */
  readonly key?: Uint8Array | undefined;
}

/** A current row that answers a query. */
export interface AffectedRow {
  /** Index of the query it answers. */
  readonly query: number;
  /** For `texts`; means nothing outside this store. */
  readonly advisory: number;
  readonly updater: string;
  /** See Evidence.operation. */
  readonly operation: string;
  readonly part: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly issued: string;
  readonly record: RecordRef;
  readonly namespace: string;
  readonly package: AffectedPackage;
  readonly range: RawRange;
  readonly exact: boolean;
  readonly status: AffectedStatus;
  readonly fixState: FixState;
  readonly severity: string;
  readonly normalizedSeverity: Severity;
}

export interface AdvisoryText {
  readonly description: string;
  readonly links: readonly string[];
}

export interface UpdateCommit {
  readonly fingerprint: string;
  readonly updaterVersion: number;
  /** `sha256:…` of the body as parsed; of a delta over that of its base and that of the body, so that it names all bodies that the set came of. */
  readonly bodyDigest: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface UpdateOutcome {
  /** Number of the operation, or undefined when nothing changed and nothing was written but the status. */
  readonly operation?: number;
  readonly advisories: { readonly added: number; readonly removed: number; readonly unchanged: number };
  readonly rows: { readonly before: number; readonly after: number };
}

/** One update of one updater: staged aside, then committed in one short transaction, or not at all. */
export interface UpdateSession extends AsyncDisposable {
  stage(batch: readonly PreparedAdvisory[]): Promise<void>;
  /** Closes what was not staged, opens what is new or changed; what only moved in its document stays and gets its new pointers. @throws StoreError `LOCK_LOST` */
  commit(commit: UpdateCommit): Promise<UpdateOutcome>;
}

/** What of the stored advisories a delta speaks of. */
export type DeltaMention =
  /** What the selector chooses, and is not staged, is closed. */
  | { readonly kind: 'replaced'; readonly of: AdvisorySelector }
  /** Parts that there still are; where a delta has any such mention, every part that none of them names is closed. */
  | { readonly kind: 'present'; readonly parts: readonly string[] };

/** An update that tells no more than what changed: what it does not mention stays. */
export interface DeltaSession extends UpdateSession {
  mention(batch: readonly DeltaMention[]): Promise<void>;
  /**
   * Closes what was mentioned and not staged. Where nothing changed the body's digest is not taken over: what is stored came of the bodies before.
   * @throws StoreError `LOCK_LOST`, `UPDATE_BASE_LOST` where what is stored is not of the base, or of another version of the updater
   */
  commit(commit: UpdateCommit): Promise<UpdateOutcome>;
}

export interface UpdaterStatus {
  readonly updater: string;
  readonly updaterVersion: number;
  /** Of the last body that was loaded. */
  readonly fingerprint?: string;
  readonly bodyDigest?: string;
  /** See Evidence.operation; absent until a body was loaded. */
  readonly operation?: string;
  readonly lastAttempt?: string;
  /** When the data in use was last loaded or confirmed unchanged. */
  readonly lastSuccess?: string;
  /** Set when the last attempt failed. */
  readonly lastError?: { readonly code: string; readonly message: string };
  /** Current advisories and rows, and the namespaces they speak of. */
  readonly advisories: number;
  readonly rows: number;
  readonly namespaces: readonly string[];
}

export interface UpdateOperation {
  readonly id: number;
  readonly updater: string;
  readonly at: string;
  readonly bodyDigest: string;
  readonly added: number;
  readonly removed: number;
}

/** An advisory as it stood in an operation. */
export interface StoredAdvisory {
  readonly id: number;
  readonly updater: string;
  readonly part: string;
  readonly name: string;
}

export interface UpdateDiff {
  readonly added: readonly StoredAdvisory[];
  readonly removed: readonly StoredAdvisory[];
}

/** What is known of vulnerabilities. Every method: @throws StoreError. */
export interface MatcherStore extends AsyncDisposable {
  readonly locker: Locker;

  /** All namespaces that current rows speak of. */
  namespaces(): Promise<readonly Namespace[]>;
  /** The current rows of the packages whose range holds the key, sorted by (query, name, part, advisory). Never texts. */
  find(queries: readonly PackageQuery[]): Promise<readonly AffectedRow[]>;
  /** By `AffectedRow.advisory`. */
  texts(advisories: readonly number[]): Promise<ReadonlyMap<number, AdvisoryText>>;

  beginUpdate(updater: string, proof: LeaseProof): Promise<UpdateSession>;
  /**
   * An update on top of what was loaded with the fingerprint `base`, as `status` tells it. Absent: the store takes whole feeds alone.
   * @throws StoreError `LOCK_LOST`, `UPDATE_BASE_LOST`
   */
  beginDelta?(updater: string, proof: LeaseProof, base: string): Promise<DeltaSession>;
  /** The source says that nothing changed. */
  recordUnchanged(updater: string, at: string, fingerprint?: string): Promise<void>;
  /** The last good data stays. */
  recordFailure(updater: string, at: string, error: { readonly code: string; readonly message: string }): Promise<void>;
  /** Of every updater that was ever tried, sorted by name. */
  status(): Promise<readonly UpdaterStatus[]>;
  /** Sorted by id. */
  operations(updater?: string): Promise<readonly UpdateOperation[]>;
  /** What came and went after operation `from` up to and including `to`, of all updaters or one. */
  diff(from: number, to: number, updater?: string): Promise<UpdateDiff>;
  /**
   * Deletes closed advisories beyond the last `keep` operations of each updater, and the operations before those (an updater's last one
   * stays); gives the number of advisories. Also when stores do what keeps them small: not for the way of a scan.
   */
  collectGarbage(keep: number): Promise<number>;
}
