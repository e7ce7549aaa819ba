import { ClaircoreError } from '../../../core/index.ts';
import { inflateAtMost } from '../../../formats/compression/index.ts';
import { member } from '../../../formats/json-stream/index.ts';

/** A crate that a program was built from. */
export interface Crate {
  readonly name: string;
  readonly version: string;
}

export type AuditData =
  | { readonly kind: 'crates'; readonly crates: readonly Crate[]; readonly badEntries: number }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** As much as cargo-auditable's own reader takes. */
const mostInflated = 8 * 1024 * 1024;
const longestField = 512;

/**
 * Reads what cargo-auditable wrote: zlib over JSON, `packages` with `name`, `version`, `source` and `kind`. Without a kind it is `runtime`; those
 * of kind `build` ran when the program was built and are not in it. Unknown members are for newer readers.
 */
export function parseAuditData(compressed: Uint8Array): AuditData {
  const read = inflate(compressed);
  if (typeof read === 'string') return { kind: 'unreadable', reason: read };
  const packages = member(parseJson(read), 'packages');
  if (!Array.isArray(packages)) return { kind: 'unreadable', reason: 'no list of packages' };
  const crates: Crate[] = [];
  let badEntries = 0;
  for (const entry of packages as readonly unknown[]) {
    const crate = crateOf(entry);
    if (crate === undefined) badEntries += 1;
    else if (crate !== 'build') crates.push(crate);
  }
  return { kind: 'crates', crates, badEntries };
}

function crateOf(entry: unknown): Crate | 'build' | undefined {
  if (member(entry, 'kind') === 'build') return 'build';
  const [name, version] = [member(entry, 'name'), member(entry, 'version')];
  return isField(name) && isField(version) ? { name, version } : undefined;
}

function isField(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longestField;
}

function inflate(compressed: Uint8Array): Uint8Array | string {
  try {
    return inflateAtMost(compressed, mostInflated);
  } catch (error) {
    if (error instanceof ClaircoreError) return error.code === 'LIMIT_READ' ? 'too large' : 'not compressed with zlib';
    throw error;
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}
