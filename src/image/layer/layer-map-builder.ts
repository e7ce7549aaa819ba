import type { EntryHeader, Limits } from '../../core/index.ts';
import type { TempArena } from '../../runtime/index.ts';
import { LayerMapEmitter } from './layer-map-emitter.ts';
import { RunCursor, runExtras, type MapItem } from './layer-map-run.ts';
import type { MapCursor } from './map-cursor.ts';
import { MapReader } from './map-reader.ts';
import { MapWriter } from './map-writer.ts';
import { CursorMerge } from './merge-cursors.ts';
import { toPathKey } from './path-key.ts';
import { Spool } from './spool.ts';
import { BlockCache } from './block-cache.ts';

/** Entries that are held as objects before they are sorted and encoded. */
const runLength = 65_536;

export interface BuiltLayerMap {
  readonly bytes: Uint8Array;
  /** Whether some entry lost against another one of the layer, so that not all that was read is still there. */
  readonly hasOverruled: boolean;
}

export interface LayerMapOptions {
  /** Each record has one extra: which of the calls gave the entry that counts, from 1; 0 for implied directories. */
  readonly withOrder?: boolean;
}

/**
 * Collects the entries of one layer in the order of the archive, and gives the layer map. Entries live as objects 64 Ki at a
 * time; what is sorted is encoded, in memory up to `layerMapMemory`, then on disk.
 */
export class LayerMapBuilder {
  readonly #limits: Pick<Limits, 'layerMapMemory' | 'layerMapBytes'>;
  readonly #arena: TempArena;
  #items: MapItem[] = [];
  #runs: MapReader[] = [];
  #runBytes = 0;
  #order = 0;
  readonly #extras: number;

  constructor(arena: TempArena, limits: Pick<Limits, 'layerMapMemory' | 'layerMapBytes'>, options: LayerMapOptions = {}) {
    this.#arena = arena;
    this.#limits = limits;
    this.#extras = options.withOrder ? 1 : 0;
  }

  entry(path: string, header: EntryHeader): void {
    const { type, size, mode, linkTarget } = header;
    // The root is a directory whatever an archive says of it.
    if (path === '' && type !== 'directory') return;
    this.#add({ key: toPathKey(path), order: ++this.#order, kind: 'entry', type, size, mode, link: linkTarget });
  }

  /** The path is removed from the layers below. */
  whiteout(path: string): void {
    this.#marker(path, 'whiteout');
  }

  /** What is in the directory is removed from the layers below. */
  opaque(path: string): void {
    this.#marker(path, 'opaque');
  }

  /** @throws LimitError `LIMIT_LAYER_MAP` */
  finish(): BuiltLayerMap {
    const cursors: MapCursor[] = this.#runs.map((run) => run.entries());
    cursors.push(new RunCursor(this.#items));
    const spool = new Spool(this.#arena, this.#limits.layerMapMemory);
    const writer = new MapWriter(spool, { extras: this.#extras, maxBytes: this.#limits.layerMapBytes });
    const emitter = new LayerMapEmitter(writer);
    emitter.emit(new CursorMerge(cursors));
    writer.finish();
    this.#items = [];
    this.#runs = [];
    return { bytes: spool.takeBytes(), hasOverruled: emitter.overruled > 0 };
  }

  #marker(path: string, kind: 'whiteout' | 'opaque'): void {
    this.#add({ key: toPathKey(path), order: ++this.#order, kind, type: 'other', size: 0, mode: 0, link: undefined });
  }

  #add(item: MapItem): void {
    this.#items.push(item);
    if (this.#items.length >= runLength) this.#closeRun();
  }

  #closeRun(): void {
    const spool = new Spool(this.#arena, Math.max(0, this.#limits.layerMapMemory - this.#runBytes));
    const writer = new MapWriter(spool, { extras: runExtras, maxBytes: this.#limits.layerMapBytes - this.#runBytes });
    const cursor = new RunCursor(this.#items);
    while (cursor.next()) writer.add(cursor.key, cursor.length, cursor.record);
    writer.finish();
    this.#items = [];
    const source = spool.takeSource();
    this.#runBytes += source.size;
    this.#runs.push(new MapReader(source, this.#cache));
  }

  /** Runs are read from front to back: nothing of them is worth keeping. */
  readonly #cache = new BlockCache();
}
