import { applyRecord, clearRecord, when } from './layer-map-run.ts';
import { copyRecord, emptyRecord, type MapRecord } from './map-record.ts';
import type { MapWriter } from './map-writer.ts';
import type { CursorMerge } from './merge-cursors.ts';
import { sharedLength } from './path-key.ts';

/**
 * Settles what a layer has at each path, and writes it in order. The law is that of an unpacker that works entry by entry:
 * the last of several entries counts; an entry that is not a directory takes with it what was below; an entry below a file
 * makes a directory of the file; below a symbolic link, both stay (the unpacker would write through the link). Directories
 * that have no entry are implied by what is below. Whiteouts are just written down: they act on other layers.
 */
export class LayerMapEmitter {
  readonly #writer: MapWriter;
  readonly #kills = new KillStack();
  readonly #merged = emptyRecord();
  #pending = new HeldEntry();
  /** How many entries lost against others of their layer. */
  overruled = 0;

  constructor(writer: MapWriter) {
    this.#writer = writer;
  }

  /** Takes all runs, each later than the one before. */
  emit(merge: CursorMerge): void {
    while (merge.next()) {
      clearRecord(this.#merged);
      for (let at = 0; at < merge.group.length; at += 1) applyRecord(this.#merged, merge.cursor(at).record);
      const { key, length } = merge.current;
      this.#settle(key, length, this.#merged);
    }
    if (this.#pending.isSet) this.#flush();
  }

  #settle(key: Uint8Array, length: number, record: MapRecord): void {
    const killed = this.#kills.enter(key, length, record.extras[when.kill] ?? 0);
    const entry = record.extras[when.entry] ?? 0;
    const opaque = record.extras[when.opaque] ?? 0;
    const isEntryAlive = entry > killed;
    const isOpaqueAlive = opaque > killed;
    if (record.type !== undefined && !isEntryAlive) this.overruled += 1;
    if (!isEntryAlive) record.type = undefined;
    record.isWhiteout &&= (record.extras[when.whiteout] ?? 0) > killed;
    record.isOpaque &&= isOpaqueAlive;
    if (isOpaqueAlive && (record.type === undefined || (isReplaceable(record) && opaque > entry))) {
      if (record.type !== undefined) this.overruled += 1;
      makeDirectory(record);
    }
    if (record.type === undefined && !record.isWhiteout) return;
    this.#hold(key, length, record);
  }

  #hold(key: Uint8Array, length: number, record: MapRecord): void {
    const pending = this.#pending;
    const shared = pending.isSet ? sharedLength(key, length, pending.key, pending.length, 0) : -1;
    if (pending.isSet) {
      if (isBelow(key, length, pending, shared)) this.#makeParent(pending.record);
      this.#flush();
    }
    this.#implyParents(key, length, shared);
    pending.set(key, length, record);
  }

  #makeParent(record: MapRecord): void {
    if (record.type !== undefined && !isReplaceable(record)) return;
    if (record.type !== undefined) this.overruled += 1;
    makeDirectory(record);
  }

  /** Writes the directories above that nobody has written: those that the entry before did not lie in. */
  #implyParents(key: Uint8Array, length: number, shared: number): void {
    for (let at = Math.max(0, shared); at < length; at += 1) {
      if (key[at] !== 0 || (at === shared && at === this.#pending.length)) continue;
      this.#writer.add(key, at, impliedDirectory);
    }
  }

  #flush(): void {
    const { key, length, record } = this.#pending;
    this.#writer.add(key, length, record);
  }
}

const impliedDirectory: MapRecord = { ...emptyRecord(), type: 'directory', isImplied: true, mode: 0o755 };

function isReplaceable(record: MapRecord): boolean {
  return record.type === 'file' || record.type === 'hardlink' || record.type === 'other';
}

function makeDirectory(record: MapRecord): void {
  record.type = 'directory';
  record.isImplied = true;
  record.size = 0;
  record.mode = 0o755;
  record.link = undefined;
  record.extras[when.entry] = 0;
}

function isBelow(key: Uint8Array, length: number, above: HeldEntry, shared: number): boolean {
  return shared === above.length && length > shared && (shared === 0 || key[shared] === 0);
}

/** An entry that waits for the next one, which may make a directory of it. */
class HeldEntry {
  isSet = false;
  key = new Uint8Array(256);
  length = 0;
  readonly record = emptyRecord();

  set(key: Uint8Array, length: number, record: MapRecord): void {
    if (length > this.key.length) this.key = new Uint8Array(length * 2);
    this.key.set(key.subarray(0, length));
    this.length = length;
    copyRecord(this.record, record);
    this.record.extras[when.entry] = record.extras[when.entry] ?? 0;
    this.isSet = true;
  }
}

/** The last time at which each path above the present one took away what was below it. */
class KillStack {
  readonly #lengths: number[] = [];
  readonly #kills: number[] = [];
  #key = new Uint8Array(256);

  /** Goes to the next key; says when what is there was last taken away by something above. */
  enter(key: Uint8Array, length: number, kill: number): number {
    for (let top = this.#lengths.at(-1); top !== undefined; top = this.#lengths.at(-1)) {
      const isAbove = top < length && (top === 0 || key[top] === 0) && sharedLength(key, top, this.#key, top, 0) === top;
      if (isAbove) break;
      this.#lengths.pop();
      this.#kills.pop();
    }
    const above = this.#kills.at(-1) ?? 0;
    if (kill > 0) {
      if (length > this.#key.length) this.#key = new Uint8Array(length * 2);
      this.#key.set(key.subarray(0, length));
      this.#lengths.push(length);
      this.#kills.push(Math.max(above, kill));
    }
    return above;
  }
}
