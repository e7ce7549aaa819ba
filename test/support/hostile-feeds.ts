import { ClaircoreError } from '../../src/core/index.ts';
import type { Advisory, UpdaterSet } from '../../src/contracts/index.ts';
import { FakeFeedClient } from '../../src/testing/index.ts';
import { randomSource } from './edge-cases.ts';

/** What became of a body: what was told, or a code; `FOREIGN` is an error that is not one of ours. */
export type FeedEnd =
  | { readonly kind: 'told'; readonly advisories: readonly Advisory[] }
  | { readonly kind: 'refused'; readonly code: string; readonly of: string }
  | { readonly kind: 'foreign'; readonly error: unknown };

/** A feed by its updater, as `parse` is given it. */
export interface FeedForm {
  readonly set: UpdaterSet;
  readonly namespace: string;
}

/** Gives the body to the updater's parser. @param onChunk bytes that it has asked for so far */
export async function readFeed(
  { set, namespace }: FeedForm,
  body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  onChunk: (bytes: number) => void = () => undefined,
): Promise<FeedEnd> {
  const [updater] = await set.discover({ client: new FakeFeedClient(), namespaces: [namespace] });
  if (!updater) throw new Error(`no updater for ${namespace}`);
  async function* counted(): AsyncGenerator<Uint8Array> {
    let total = 0;
    for await (const chunk of body) {
      total += chunk.length;
      onChunk(total);
      yield chunk;
    }
  }
  try {
    return { kind: 'told', advisories: await Array.fromAsync(updater.parse(counted())) };
  } catch (error) {
    if (isOurs(error)) return { kind: 'refused', code: error.code, of: error.kind };
    return { kind: 'foreign', error };
  }
}

/** Without type arguments, which `instanceof` would fill with `any`. */
function isOurs(error: unknown): error is ClaircoreError {
  return error instanceof ClaircoreError;
}

/** So many copies, each changed in a few places: bits turned, a piece left out, doubled or moved. The same for the same seed. */
export function* mutations(bytes: Uint8Array, count: number, seed: number): Generator<Uint8Array> {
  const random = randomSource(seed);
  const below = (limit: number): number => random() % limit;
  for (let made = 0; made < count; made += 1) {
    let changed: Uint8Array = bytes.slice();
    for (let times = 1 + below(3); times > 0; times -= 1) {
      const at = below(changed.length);
      const piece = changed.subarray(at, at + 1 + below(64));
      switch (below(4)) {
        case 0:
          changed[at] = (changed[at] ?? 0) ^ (1 << below(8));
          break;
        case 1:
          changed = joined(changed.subarray(0, at), changed.subarray(at + piece.length));
          break;
        case 2:
          changed = joined(changed.subarray(0, at), piece, piece, changed.subarray(at + piece.length));
          break;
        default: {
          const to = below(changed.length);
          changed = joined(changed.subarray(0, to), piece, changed.subarray(to));
        }
      }
    }
    yield changed;
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** `before`, then `again` without end. */
export function* endless(before: string, again: string): Generator<Uint8Array> {
  yield new TextEncoder().encode(before);
  const chunk = new TextEncoder().encode(again.repeat(Math.ceil(65_536 / again.length)));
  for (;;) yield chunk;
}
