import type { InternedSinks, RowSink } from '../../interned-stage.ts';
import { identity } from './identity.ts';
import { toStoredKeys } from './key-bounds.ts';
import type { StageBuffers } from './stage-buffers.ts';

type Value = string | number | Uint8Array | null;

/** Puts before what is interned the hash that it is known by. */
export function internedSinks(buffers: StageBuffers): InternedSinks {
  const namespaces = new Map<Value, { readonly key: string; readonly hash: string }>();
  const keyed = (table: 'statement' | 'url'): RowSink => ({
    add: (id: Value = null, ...said: readonly Value[]) => buffers.table(table).add(id, identity(...said), ...said),
  });
  return {
    namespace: {
      add: (id: Value = null, key: Value = null, ...facts: readonly Value[]) => {
        const hash = identity(key);
        namespaces.set(id, { key: String(key), hash });
        buffers.table('namespace').add(id, hash, key, ...facts);
      },
    },
    package: {
      add: (id: Value = null, namespace: Value = null, name: Value = null, kind: Value = null, ...said: readonly Value[]) => {
        const { key = '', hash: ofNamespace = null } = namespaces.get(namespace) ?? {};
        const [hash, question] = [identity(key, name, kind, ...said), identity(key, name, kind)];
        buffers.table('package').add(id, hash, question, ofNamespace, name, kind, ...said);
      },
    },
    range: {
      add: (id: Value = null, lo: Value = null, hi: Value = null, exact: Value = null, ...texts: readonly Value[]) => {
        const keys = toStoredKeys({ lo: bytesOf(lo), hi: bytesOf(hi), exact: exact === 1 });
        const hash = identity(lo, hi, exact, ...texts);
        buffers.table('range').add(id, hash, keys.lo, keys.hi, keys.longLo, keys.longHi, exact, ...texts);
      },
    },
    statement: keyed('statement'),
    url: keyed('url'),
  };
}

function bytesOf(value: Value): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}
