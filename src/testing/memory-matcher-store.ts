import type {
  AdvisoryText,
  AffectedRow,
  DeltaMention,
  DeltaSession,
  LeaseProof,
  MatcherStore,
  Namespace,
  PackageQuery,
  PreparedAdvisory,
  PreparedRow,
  UpdateCommit,
  UpdateDiff,
  UpdateOperation,
  UpdateOutcome,
  UpdaterStatus,
  UpdateSession,
} from '../contracts/index.ts';
import { compareText, StoreError, UsageError } from '../core/index.ts';
import { operationRef } from '../runtime/index.ts';
import { answers, contentKey, countRows, hasSamePlace, mentionedBy, namespaceKeys, withoutRepeatedRows } from './memory-advisories.ts';
import type { MemoryStoreOptions } from './memory-indexer-store.ts';
import { MemoryLocker } from './memory-locker.ts';

interface StoredRecord {
  readonly id: number;
  readonly updater: string;
  advisory: PreparedAdvisory;
  readonly addedOp: number;
  removedOp: number | undefined;
}

/** All that a session was given. */
interface Staged {
  readonly staged: readonly PreparedAdvisory[];
  readonly mentions: readonly DeltaMention[];
  /** Undefined: it is the whole feed. */
  readonly base: string | undefined;
}

/** The part of an updater's status that is written, not counted. */
type Remembered = Omit<UpdaterStatus, 'updater' | 'operation' | 'advisories' | 'rows' | 'namespaces'>;

/** A {@link MatcherStore} in memory, for tests. */
export class MemoryMatcherStore implements MatcherStore {
  readonly locker: MemoryLocker;
  readonly #before: (method: string) => void;
  readonly #records: StoredRecord[] = [];
  readonly #operations: UpdateOperation[] = [];
  readonly #updaters = new Map<string, Remembered>();
  readonly #namespaces = new Map<string, Namespace>();
  #lastId = 0;
  #closed = false;

  constructor(options: MemoryStoreOptions = {}) {
    this.locker = options.locker ?? new MemoryLocker();
    this.#before = options.before ?? (() => undefined);
  }

  async namespaces(): Promise<readonly Namespace[]> {
    this.#enter('namespaces');
    return namespaceKeys(this.#current()).flatMap((key) => this.#namespaces.get(key) ?? []);
  }

  async find(queries: readonly PackageQuery[]): Promise<readonly AffectedRow[]> {
    this.#enter('find');
    const current = this.#current();
    return queries.flatMap((query, index) =>
      current
        .flatMap((record) => record.advisory.rows.filter((row) => answers(row, query)).map((row) => this.#affected(index, record, row)))
        .sort((a, b) => compareText(a.name, b.name) || compareText(a.part, b.part) || a.advisory - b.advisory),
    );
  }

  async texts(advisories: readonly number[]): Promise<ReadonlyMap<number, AdvisoryText>> {
    this.#enter('texts');
    const wanted = new Set(advisories);
    return new Map(
      this.#records
        .filter((record) => wanted.has(record.id))
        .map(({ id, advisory }) => [id, { description: advisory.description, links: advisory.links }]),
    );
  }

  async beginUpdate(updater: string, proof: LeaseProof): Promise<UpdateSession> {
    this.#enter('beginUpdate', proof);
    return this.#session(updater, proof, undefined);
  }

  async beginDelta(updater: string, proof: LeaseProof, base: string): Promise<DeltaSession> {
    this.#enter('beginDelta', proof);
    if (this.#remembered(updater).fingerprint !== base) throw new StoreError('UPDATE_BASE_LOST', { updater });
    return this.#session(updater, proof, base);
  }

  async recordUnchanged(updater: string, at: string, fingerprint?: string): Promise<void> {
    this.#enter('recordUnchanged');
    const { lastError: _, ...known } = this.#remembered(updater);
    this.#updaters.set(updater, { ...known, lastAttempt: at, lastSuccess: at, ...(fingerprint !== undefined && { fingerprint }) });
  }

  async recordFailure(updater: string, at: string, error: { readonly code: string; readonly message: string }): Promise<void> {
    this.#enter('recordFailure');
    const lastError = { code: error.code, message: error.message };
    this.#updaters.set(updater, { ...this.#remembered(updater), lastAttempt: at, lastError });
  }

  async status(): Promise<readonly UpdaterStatus[]> {
    this.#enter('status');
    return [...this.#updaters]
      .sort(([a], [b]) => compareText(a, b))
      .map(([updater, known]) => {
        const current = this.#current(updater);
        return {
          updater,
          ...known,
          ...(known.bodyDigest !== undefined && { operation: operationRef(updater, known.bodyDigest) }),
          advisories: current.length,
          rows: countRows(current),
          namespaces: namespaceKeys(current),
        };
      });
  }

  async operations(updater?: string): Promise<readonly UpdateOperation[]> {
    this.#enter('operations');
    return this.#operations.filter((operation) => updater === undefined || operation.updater === updater);
  }

  async diff(from: number, to: number, updater?: string): Promise<UpdateDiff> {
    this.#enter('diff');
    const isCurrentAt = ({ addedOp, removedOp }: StoredRecord, operation: number): boolean =>
      addedOp <= operation && (removedOp === undefined || removedOp > operation);
    const ofUpdater = this.#records.filter((record) => updater === undefined || record.updater === updater);
    const stored = ({ id, updater, advisory }: StoredRecord) => ({ id, updater, part: advisory.part, name: advisory.name });
    return {
      added: ofUpdater.filter((record) => isCurrentAt(record, to) && !isCurrentAt(record, from)).map(stored),
      removed: ofUpdater.filter((record) => isCurrentAt(record, from) && !isCurrentAt(record, to)).map(stored),
    };
  }

  async collectGarbage(keep: number): Promise<number> {
    this.#enter('collectGarbage');
    const kept = new Set(
      [...this.#updaters.keys()].flatMap((updater) => {
        const ids = this.#operations.filter((operation) => operation.updater === updater).map((operation) => operation.id);
        return ids.slice(Math.max(0, ids.length - keep));
      }),
    );
    const staying = this.#records.filter((record) => record.removedOp === undefined || kept.has(record.removedOp));
    const deleted = this.#records.length - staying.length;
    this.#records.splice(0, this.#records.length, ...staying);
    const last = new Map(this.#operations.map(({ updater, id }) => [updater, id]));
    const operations = this.#operations.filter(({ updater, id }) => kept.has(id) || last.get(updater) === id);
    this.#operations.splice(0, this.#operations.length, ...operations);
    return deleted;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
  }

  #session(updater: string, proof: LeaseProof, base: string | undefined): DeltaSession {
    const staged: PreparedAdvisory[] = [];
    const mentions: DeltaMention[] = [];
    let open = true;
    const enter = (method: string): void => {
      this.#enter(method);
      if (!open) throw new UsageError('USAGE_CLOSED', { what: 'update session' });
    };
    return {
      stage: async (batch) => {
        enter('stage');
        staged.push(...structuredClone(batch));
      },
      mention: async (batch) => {
        enter('mention');
        mentions.push(...structuredClone(batch));
      },
      commit: async (commit) => {
        enter('commit');
        this.locker.check(proof);
        open = false;
        return this.#commit(updater, { staged, mentions, base }, commit);
      },
      [Symbol.asyncDispose]: async () => {
        open = false;
      },
    };
  }

  #commit(updater: string, { staged, mentions, base }: Staged, commit: UpdateCommit): UpdateOutcome {
    const known = this.#remembered(updater);
    const isDelta = base !== undefined;
    if (isDelta && (known.fingerprint !== base || known.updaterVersion !== commit.updaterVersion)) {
      throw new StoreError('UPDATE_BASE_LOST', { updater });
    }
    const before = this.#current(updater);
    const wanted = new Map<string, PreparedAdvisory>();
    for (const advisory of staged) {
      const key = contentKey(advisory);
      // Of two that say the same at two places the first counts.
      if (!wanted.has(key)) wanted.set(key, withoutRepeatedRows(advisory));
    }
    const stored = new Set(before.map((record) => contentKey(record.advisory)));
    const isSpokenOf = isDelta ? mentionedBy(mentions) : () => true;
    const closing = before.filter(({ advisory }) => !wanted.has(contentKey(advisory)) && isSpokenOf(advisory));
    const opening = [...wanted].filter(([key]) => !stored.has(key)).map(([, advisory]) => advisory);
    const [added, removed] = [opening.length, closing.length];
    const isMoved = before.some(({ advisory }) => !hasSamePlace(advisory, wanted.get(contentKey(advisory)) ?? advisory));
    for (const record of before) record.advisory = wanted.get(contentKey(record.advisory)) ?? record.advisory;
    const { at, fingerprint, updaterVersion } = commit;
    const changed = added + removed > 0;
    const bodyDigest = isDelta && !changed && !isMoved ? known.bodyDigest : commit.bodyDigest;
    const id = (this.#operations.at(-1)?.id ?? 0) + 1;
    if (changed) {
      this.#operations.push({ id, updater, at, bodyDigest: commit.bodyDigest, added, removed });
      for (const record of closing) record.removedOp = id;
      for (const advisory of opening) this.#open(updater, advisory, id);
    }
    const last = { updaterVersion, fingerprint, lastAttempt: at, lastSuccess: at };
    this.#updaters.set(updater, { ...last, ...(bodyDigest !== undefined && { bodyDigest }) });
    return {
      ...(changed && { operation: id }),
      advisories: { added, removed, unchanged: before.length - removed },
      rows: { before: countRows(before), after: countRows(this.#current(updater)) },
    };
  }

  #open(updater: string, advisory: PreparedAdvisory, addedOp: number): void {
    this.#lastId += 1;
    this.#records.push({ id: this.#lastId, updater, advisory, addedOp, removedOp: undefined });
    for (const row of advisory.rows) this.#namespaces.set(row.namespace.key, row.namespace);
  }

  #current(updater?: string): StoredRecord[] {
    return this.#records.filter((record) => record.removedOp === undefined && (updater === undefined || record.updater === updater));
  }

  #remembered(updater: string): Remembered {
    return this.#updaters.get(updater) ?? { updaterVersion: 0 };
  }

  #affected(query: number, { id, updater, advisory }: StoredRecord, row: PreparedRow): AffectedRow {
    return {
      query,
      advisory: id,
      updater,
      operation: operationRef(updater, this.#remembered(updater).bodyDigest ?? ''),
      part: advisory.part,
      name: advisory.name,
      aliases: advisory.aliases,
      issued: advisory.issued,
      record: { url: advisory.url, pointer: row.pointer },
      namespace: row.namespace.key,
      package: row.package,
      range: row.range,
      exact: row.keys.exact,
      status: row.status,
      fixState: row.fixState,
      severity: row.severity,
      normalizedSeverity: row.normalizedSeverity,
    };
  }

  #enter(method: string, proof?: LeaseProof): void {
    if (this.#closed) throw new UsageError('USAGE_CLOSED', { what: 'store' });
    this.#before(method);
    if (proof) this.locker.check(proof);
  }
}
