import { readTomlKey, readTomlValue, TomlText, type TomlValue } from './toml-value.ts';

export type { TomlValue } from './toml-value.ts';

/** A table of the file, in its order; an array's tables come one by one. */
export interface TomlTable {
  /** As the header has it, e.g. `package` of `[[package]]`, `package.source` of `[package.source]`; empty for what stands before all headers. */
  readonly name: string;
  /** Whether it is one of an array: `[[package]]`. */
  readonly isElement: boolean;
  readonly values: ReadonlyMap<string, TomlValue>;
}

/**
 * Reads the TOML that package managers write as lock files (Cargo, Poetry, uv, PDM; PEP 751): tables and arrays of tables, and in them strings, arrays and inline
 * tables (TOML 1.0). Numbers, dates and truth values are given as they are written; a key that is given twice has its last value. Of a table with
 * more than ten thousand values the first are given.
 * @throws InputError `LOCK_FILE_UNPARSABLE` at the first line that is none of this
 */
export function* readTomlLock(text: string): Generator<TomlTable, void, undefined> {
  const source = new TomlText(text);
  let name = '';
  let isElement = false;
  let values = new Map<string, TomlValue>();
  for (source.skipEmpty(); !source.isAtEnd; source.skipEmpty()) {
    if (!source.take('[')) {
      const key = readTomlKey(source);
      source.skipBlanks();
      source.expect('=');
      source.skipBlanks();
      const value = readTomlValue(source);
      if (source.keeps()) values.set(key, value);
      source.expectLineEnd();
      continue;
    }
    if (name !== '' || values.size > 0) yield { name, isElement, values };
    isElement = source.take('[');
    name = readTomlKey(source);
    source.expect(isElement ? ']]' : ']');
    source.expectLineEnd();
    values = new Map();
    source.forget();
  }
  if (name !== '' || values.size > 0) yield { name, isElement, values };
}
