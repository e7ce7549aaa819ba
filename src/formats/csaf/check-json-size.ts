import { LimitError } from '../../core/index.ts';

/** Objects and lists of a document, and how deep they lie in each other. The largest real ones have some hundred thousand, ten deep. */
const most = { nodes: 3_000_000, depth: 1000 } as const;
/** So many bytes can hold nothing that is dangerous. */
const harmlessBytes = 4 * 1024 * 1024;

const [quote, backslash, openList, openObject, closeList, closeObject] = [0x22, 0x5c, 0x5b, 0x7b, 0x5d, 0x7d];

/**
 * Looks through JSON before it is parsed: a few dozen MB of `{},{},` or of `[[[` would take more memory than there is.
 * @throws LimitError `LIMIT_READ`
 */
export function checkJsonSize(bytes: Uint8Array): void {
  if (bytes.length <= harmlessBytes) return;
  let [nodes, depth, isText] = [0, 0, false];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (isText) {
      if (byte === backslash) at += 1;
      else if (byte === quote) isText = false;
    } else if (byte === quote) isText = true;
    else if (byte === openList || byte === openObject) {
      nodes += 1;
      depth += 1;
      if (nodes > most.nodes) throw new LimitError('LIMIT_READ', { what: 'objects of a document', limit: most.nodes });
      if (depth > most.depth) throw new LimitError('LIMIT_READ', { what: 'nesting of a document', limit: most.depth });
    } else if (byte === closeList || byte === closeObject) depth -= 1;
  }
}
