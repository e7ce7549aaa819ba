import type { Layer, LayerContent } from '../../../core/index.ts';
import { sha256Hex } from '../../../runtime/index.ts';

/** Numbers for contents that were brought: they are open for as long as their owners want, so that only the same one is shared. */
const numbers = new WeakMap<LayerContent, number>();
let last = 0;

/** What a layer is for those who share it, and by which way it comes. Of what may be secret only a hash is kept. */
export function sourceOf({ digest, diffId, content, uri, headers }: Layer): { readonly key: string; readonly source: string } {
  return {
    key: `${digest} ${diffId ?? ''} ${content ? numberOf(content) : 'fetched'}`,
    source: content ? '' : sha256Hex(JSON.stringify([uri, Object.entries(headers ?? {})])),
  };
}

function numberOf(content: LayerContent): number {
  const known = numbers.get(content);
  if (known !== undefined) return known;
  last += 1;
  numbers.set(content, last);
  return last;
}
