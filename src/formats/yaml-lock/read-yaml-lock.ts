import { InputError } from '../../core/index.ts';
import { linesOf } from '../../runtime/index.ts';

/** A key of a block mapping, with the keys above it. */
export interface YamlEntry {
  /** From the root; the last is the entry's own. */
  readonly path: readonly string[];
  /** Its scalar; flow collections as they are written. Undefined where a block follows. */
  readonly value: string | undefined;
}

const deepest = 64;
const longestKey = 4096;
const longestValue = 4096;

/**
 * Reads the YAML that package managers write as lock files (pnpm, Yarn 2 and later, Dart's pub): block mappings of scalars, one document. Keys are plain,
 * single- or double-quoted, or explicit (`? KEY`), block scalars and block sequences are passed over, flow collections are given as text. Anchors, tags and
 * scalars of several lines are nothing that such a writer makes (YAML 1.2.2, chapters 6 to 8).
 * @throws InputError `LOCK_FILE_UNPARSABLE` at the first line that is anything else
 */
export function* readYamlLock(text: string): Generator<YamlEntry, void, undefined> {
  const open: { readonly indent: number; readonly key: string }[] = [];
  let skipBelow = -1;
  let explicit: string | undefined;
  let number = 0;
  for (const line of linesOf(text)) {
    number += 1;
    const indent = indentOf(line);
    const content = line.slice(indent);
    if (content === '' || content.startsWith('#')) continue;
    if (indent > skipBelow && skipBelow >= 0) continue;
    skipBelow = -1;
    if (indent === 0 && (content === '---' || content === '...' || content.startsWith('%'))) continue;
    // Of a sequence nothing is needed: what stands in it is deeper, or begins with a dash too.
    if (content === '-' || content.startsWith('- ')) {
      skipBelow = indent;
      continue;
    }
    if (content.startsWith('? ')) {
      explicit = wholeScalar(content.slice(2), number);
      continue;
    }
    const { key, value } = explicit === undefined ? entryOf(content, number) : valueOf(explicit, content, number);
    explicit = undefined;
    while (open.length > 0 && (open.at(-1)?.indent ?? -1) >= indent) open.pop();
    if (open.length >= deepest || key.length > longestKey) throw unsupported(number);
    open.push({ indent, key });
    const isBlock = /^[|>][+-]?\d?[+-]?$/u.test(value);
    if (isBlock) skipBelow = indent;
    const path = open.map((each) => each.key);
    yield { path, value: value === '' || isBlock ? undefined : scalarOf(value, number).slice(0, longestValue) };
  }
}

function unsupported(line: number): InputError {
  return new InputError('LOCK_FILE_UNPARSABLE', { line });
}

function indentOf(line: string): number {
  let at = 0;
  while (line.charCodeAt(at) === 0x20) at += 1;
  return at;
}

/** `KEY: VALUE` or `KEY:`; a plain key ends at the first colon that a space or the end follows. */
function entryOf(content: string, line: number): { readonly key: string; readonly value: string } {
  const first = content.charAt(0);
  if (first === '"' || first === "'") {
    const end = quoteEnd(content);
    if (end < 0) throw unsupported(line);
    return valueOf(unquoted(content.slice(0, end + 1), line), content.slice(end + 1), line);
  }
  const colon = content.endsWith(':') ? endColon(content) : content.indexOf(': ');
  if (colon <= 0 || '[]{}&*!|>%@`'.includes(first)) throw unsupported(line);
  return valueOf(content.slice(0, colon), content.slice(colon), line);
}

function endColon(content: string): number {
  const inner = content.indexOf(': ');
  return inner < 0 ? content.length - 1 : inner;
}

function valueOf(key: string, rest: string, line: number): { readonly key: string; readonly value: string } {
  if (rest !== ':' && !rest.startsWith(': ')) throw unsupported(line);
  return { key, value: rest.slice(2).trim() };
}

/** An explicit key. */
function wholeScalar(text: string, line: number): string {
  const value = text.trim();
  if (value.length > longestKey) throw unsupported(line);
  return scalarOf(value, line);
}

/** What a value says: without its quotes, or without the comment behind it. */
function scalarOf(value: string, line: number): string {
  const first = value.charAt(0);
  if (first === '"' || first === "'") {
    const end = quoteEnd(value);
    if (end < 0) throw unsupported(line);
    return unquoted(value.slice(0, end + 1), line);
  }
  if (first === '&' || first === '*' || first === '!') throw unsupported(line);
  const comment = value.indexOf(' #');
  return comment < 0 ? value : value.slice(0, comment).trimEnd();
}

/** Index of the quote that ends the scalar which begins with one. */
function quoteEnd(text: string): number {
  const quote = text.charAt(0);
  for (let at = 1; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (letter === '\\' && quote === '"') at += 1;
    else if (letter === quote && quote === "'" && text.charAt(at + 1) === quote) at += 1;
    else if (letter === quote) return at;
  }
  return -1;
}

/** Double quotes are JSON's, as far as such writers use them. */
function unquoted(scalar: string, line: number): string {
  if (scalar.startsWith("'")) return scalar.slice(1, -1).replaceAll("''", "'");
  try {
    return String(JSON.parse(scalar));
  } catch {
    throw unsupported(line);
  }
}
