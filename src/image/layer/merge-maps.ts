import { TempArena } from '../../runtime/index.ts';
import type { BlockCache } from './block-cache.ts';
import { MapReader } from './map-reader.ts';
import type { MapRecord } from './map-record.ts';
import { MapWriter } from './map-writer.ts';
import { CursorMerge } from './merge-cursors.ts';
import { sharedLength } from './path-key.ts';
import { bytesSource, Spool } from './spool.ts';

/** Bytes of the merged map that are not compressed: half a million entries, as few images have. */
const plainBytes = 16 * 1024 * 1024;

/**
 * The final file system of layer maps, base first, as one map whose only extra is the index of the layer. The rule: an entry at
 * P in layer i is there unless a layer above i has a whiteout of P or of a path above it, an opaque marker on a path above, an
 * entry other than a directory on a path above, or any entry at P.
 *
 * @throws InputError `LAYER_MAP_CORRUPT`
 */
export function mergeMaps(maps: readonly MapReader[], cache: BlockCache): MapReader {
  using arena = new TempArena();
  const spool = new Spool(arena, Infinity);
  const writer = new MapWriter(spool, { extras: 1, maxBytes: Infinity, plainBytes });
  const merge = new CursorMerge(maps.map((map) => map.entries()));
  const barriers = new BarrierStack();
  while (merge.next()) {
    const { key, length } = merge.current;
    const above = barriers.enter(key, length);
    const found = judge(merge, above);
    if (found.below > above) barriers.push(key, length, found.below);
    if (found.record) {
      found.record.extras[0] = found.layer;
      writer.add(key, length, found.record);
    }
  }
  writer.finish();
  return new MapReader(bytesSource(spool.takeBytes()), cache);
}

interface Judgement {
  /** What is there in the end, if anything. */
  readonly record: MapRecord | undefined;
  readonly layer: number;
  /** Layers lower than this have nothing to say below the path. */
  readonly below: number;
}

function judge(merge: CursorMerge, above: number): Judgement {
  let record: MapRecord | undefined;
  let layer = -1;
  let here = above;
  let below = above;
  for (let at = 0; at < merge.group.length; at += 1) {
    const index = merge.group[at] ?? 0;
    const candidate = merge.cursor(at).record;
    if (candidate.type !== undefined) {
      record = candidate;
      layer = index;
    }
    if (candidate.isWhiteout) here = Math.max(here, index);
    const hidesBelow = candidate.isWhiteout || candidate.isOpaque || (candidate.type !== undefined && candidate.type !== 'directory');
    if (hidesBelow) below = Math.max(below, index);
  }
  return { record: layer >= here ? record : undefined, layer, below };
}

/** For the paths above the present one: the lowest layer that is still seen below them. */
class BarrierStack {
  readonly #lengths: number[] = [];
  readonly #barriers: number[] = [];
  #key = new Uint8Array(256);

  /** Goes to the next key; gives the lowest layer that is seen there. */
  enter(key: Uint8Array, length: number): number {
    for (let top = this.#lengths.at(-1); top !== undefined; top = this.#lengths.at(-1)) {
      if (top < length && (top === 0 || key[top] === 0) && sharedLength(key, top, this.#key, top, 0) === top) break;
      this.#lengths.pop();
      this.#barriers.pop();
    }
    return this.#barriers.at(-1) ?? 0;
  }

  push(key: Uint8Array, length: number, barrier: number): void {
    if (length > this.#key.length) this.#key = new Uint8Array(length * 2);
    this.#key.set(key.subarray(0, length));
    this.#lengths.push(length);
    this.#barriers.push(barrier);
  }
}
