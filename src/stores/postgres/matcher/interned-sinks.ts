import type { InternedSinks, RowSink } from '../../interned-stage.ts';
import { identity } from './identity.ts';
import type { StageBuffers } from './stage-buffers.ts';

type Value = string | number | Uint8Array | null;

/** Puts before what is interned the hash that it is known by. */
export function internedSinks(buffers: StageBuffers): InternedSinks {
  const keys = new Map<Value, string>();
  const keyed = (table: 'range' | 'statement' | 'url'): RowSink => ({
    add: (id: Value = null, ...said: readonly Value[]) => buffers.table(table).add(id, identity(...said), ...said),
  });
  return {
    namespace: {
      add: (id: Value = null, key: Value = null, ...facts: readonly Value[]) => {
        keys.set(id, String(key));
        buffers.table('namespace').add(id, identity(key), key, ...facts);
      },
    },
    package: {
      add: (id: Value = null, namespace: Value = null, name: Value = null, kind: Value = null, ...said: readonly Value[]) => {
        const key = keys.get(namespace) ?? '';
        const [hash, question] = [identity(key, name, kind, ...said), identity(key, name, kind)];
        buffers.table('package').add(id, hash, question, namespace, name, kind, ...said);
      },
    },
    range: keyed('range'),
    statement: keyed('statement'),
    url: keyed('url'),
  };
}
