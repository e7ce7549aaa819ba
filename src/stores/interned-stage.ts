import type { KeyRange, Namespace, PreparedRow } from '../contracts/index.ts';
import type { AffectedPackage, RawRange } from '../core/index.ts';
import { Interner, type PathPart } from './interner.ts';

/** A staged namespace, with what was last asked in it: the rows of a feed often repeat a package at once. */
export interface StagedNamespace {
  readonly id: number;
  /** New rows in it. */
  rows: number;
  lastPackage: AffectedPackage | undefined;
  lastPackageId: number;
}

/** A staged range among those with the same texts. */
interface StagedRange {
  readonly id: number;
  readonly lo: Uint8Array;
  readonly hi: Uint8Array;
}

interface KnownRange {
  readonly id: number;
  readonly texts: RawRange;
}

/** Where staged rows go. */
export interface RowSink {
  /** Values in the order of the columns. */
  add(...row: readonly (string | number | Uint8Array | null)[]): void;
}

/** The columns that each of the sinks is given. */
export const internedColumns = {
  namespace: ['id', 'key', 'scheme', 'distribution', 'repository'],
  package: ['id', 'namespace', 'name', 'kind', 'module', 'arch', 'arch_operation'],
  range: ['id', 'lo', 'hi', 'exact', 'introduced', 'fixed', 'last_affected'],
  statement: ['id', 'status', 'fix_state', 'severity', 'normalized_severity', 'pointer'],
  url: ['id', 'url'],
} as const;
export type InternedSinks = Readonly<Record<keyof typeof internedColumns, RowSink>>;

/** What the rows of a feed share, each staged once under an id. */
export class InternedStage {
  readonly #sinks: InternedSinks;
  readonly #namespaces = new Map<string, StagedNamespace>();
  /** The same by the objects that parsers give, mostly one a namespace. */
  readonly #namespaceObjects = new WeakMap<Namespace, StagedNamespace>();
  readonly #packages = new Interner<number>();
  readonly #ranges = new Interner<readonly StagedRange[]>();
  /** By the keys that whoever prepared the rows gives again and again. */
  #rangeObjects = new WeakMap<KeyRange, KnownRange>();
  readonly #statements = new Interner<number>();
  readonly #urls = new Interner<number>();
  #lastId = 0;

  constructor(sinks: InternedSinks) {
    this.#sinks = sinks;
  }

  get namespaces(): Iterable<StagedNamespace> {
    return this.#namespaces.values();
  }

  namespace(namespace: Namespace): StagedNamespace {
    const known = this.#namespaceObjects.get(namespace);
    if (known) return known;
    const staged = this.#namespaces.get(namespace.key) ?? this.#addNamespace(namespace);
    this.#namespaceObjects.set(namespace, staged);
    return staged;
  }

  package(namespace: StagedNamespace, of: AffectedPackage): number {
    if (namespace.lastPackage === of) return namespace.lastPackageId;
    const { name, kind, module, arch, archOperation } = of;
    const id = this.#intern(this.#packages, [kind, archOperation, arch, module, namespace.id, name], (id) =>
      this.#sinks.package.add(id, namespace.id, name, kind, module, arch, archOperation),
    );
    namespace.lastPackage = of;
    namespace.lastPackageId = id;
    return id;
  }

  range({ keys, range }: PreparedRow): number {
    const known = this.#rangeObjects.get(keys);
    if (known && hasSameTexts(known.texts, range)) return known.id;
    const id = this.#internRange(keys, range);
    this.#rangeObjects.set(keys, { id, texts: range });
    return id;
  }

  /** @param pointer without what the row says besides */
  statement({ status, fixState, severity, normalizedSeverity }: PreparedRow, pointer: string): number {
    return this.#intern(this.#statements, [status, fixState, normalizedSeverity, severity, pointer], (id) =>
      this.#sinks.statement.add(id, status, fixState, severity, normalizedSeverity, pointer),
    );
  }

  url(url: string): number {
    return this.#intern(this.#urls, [url], (id) => this.#sinks.url.add(id, url));
  }

  /** Keeps memory bounded. Not to be called while ids of one advisory are compared. */
  trim(): void {
    const isTrimmed = [this.#packages, this.#ranges, this.#statements, this.#urls].map((interner) => interner.trim()).includes(true);
    if (!isTrimmed) return;
    for (const namespace of this.#namespaces.values()) namespace.lastPackage = undefined;
    this.#rangeObjects = new WeakMap();
  }

  #addNamespace({ key, scheme, distribution, repository }: Namespace): StagedNamespace {
    const staged = { id: this.#nextId(), rows: 0, lastPackage: undefined, lastPackageId: 0 };
    this.#namespaces.set(key, staged);
    const [distributionFacts = null, repositoryFacts = null] = [distribution, repository].map((facts) => facts && JSON.stringify(facts));
    this.#sinks.namespace.add(staged.id, key, scheme, distributionFacts, repositoryFacts);
    return staged;
  }

  /** By its texts; among those with the same texts, one a version scheme, by its keys. */
  #internRange({ lo, hi, exact }: KeyRange, { introduced, fixed, lastAffected }: RawRange): number {
    const path = [exact, introduced, lastAffected, fixed];
    const sameTexts = this.#ranges.get(path) ?? [];
    const known = sameTexts.find((range) => isEqual(range.hi, hi) && isEqual(range.lo, lo));
    if (known) return known.id;
    const id = this.#nextId();
    this.#ranges.set(path, [...sameTexts, { id, lo, hi }]);
    this.#sinks.range.add(id, lo, hi, Number(exact), introduced ?? null, fixed ?? null, lastAffected ?? null);
    return id;
  }

  #intern(interner: Interner<number>, path: readonly PathPart[], add: (id: number) => void): number {
    const known = interner.get(path);
    if (known !== undefined) return known;
    const id = this.#nextId();
    interner.set(path, id);
    add(id);
    return id;
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}

function hasSameTexts(a: RawRange, b: RawRange): boolean {
  return a.fixed === b.fixed && a.introduced === b.introduced && a.lastAffected === b.lastAffected;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}
