import { readYamlLock } from './read-yaml-lock.ts';

/** A key at a depth, with what stands below it. */
export interface YamlBlock {
  /** From the root. */
  readonly path: readonly string[];
  /** Its own scalar, where it has one. */
  readonly value: string | undefined;
  /** Scalars below it, by their keys joined with dots; the first thousand. */
  readonly fields: ReadonlyMap<string, string>;
}

const mostFields = 1000;

/**
 * Reads a lock file ({@link readYamlLock}) block by block, each once it is whole: of the keys `depth` deep those with all below them, of the keys above only their scalars.
 * @throws InputError `LOCK_FILE_UNPARSABLE`
 */
export function* readYamlBlocks(text: string, depth: number): Generator<YamlBlock, void, undefined> {
  let open: { readonly path: readonly string[]; readonly value: string | undefined; readonly fields: Map<string, string> } | undefined;
  for (const { path, value } of readYamlLock(text)) {
    if (path.length > depth) {
      if (value !== undefined && open && open.fields.size < mostFields) open.fields.set(path.slice(depth).join('.'), value);
      continue;
    }
    if (open) yield open;
    open = { path, value, fields: new Map() };
  }
  if (open) yield open;
}
