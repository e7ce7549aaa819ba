/** A release file as a map; a later assignment wins, as it would in a shell. */
export interface OsRelease {
  readonly values: ReadonlyMap<string, string>;
  /** Numbers (from 1) of the lines that are no assignment, or whose quote is never closed. */
  readonly badLines: readonly number[];
}

/** Characters; real files have some hundred. What is beyond is not read, and shows as a bad line. */
const maxText = 64 * 1024;

const name = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Parses os-release(5), also lsb-release: shell-like assignments, of which anything odd is skipped and named, never thrown.
 * Values may be bare, in single quotes (nothing is escaped) or in double quotes (`\` escapes `"`, `$`, `` ` `` and itself).
 */
export function parseOsRelease(text: string): OsRelease {
  const values = new Map<string, string>();
  const badLines: number[] = [];
  const lines = text.slice(0, maxText).split('\n');
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const assignment = parseAssignment(line);
    if (assignment === undefined) badLines.push(index + 1);
    else {
      values.set(assignment.name, assignment.value);
      if (!assignment.closed) badLines.push(index + 1);
    }
  }
  if (text.length > maxText) badLines.push(lines.length + 1);
  return { values, badLines };
}

interface Assignment {
  readonly name: string;
  readonly value: string;
  readonly closed: boolean;
}

function parseAssignment(line: string): Assignment | undefined {
  const equals = line.indexOf('=');
  if (equals <= 0) return undefined;
  const key = line.slice(0, equals);
  if (!name.test(key)) return undefined;
  return { name: key, ...unquote(line.slice(equals + 1).trim()) };
}

/** Joins the bare and quoted stretches of a shell word: `'it'\''s'` is `it's`. */
function unquote(text: string): { readonly value: string; readonly closed: boolean } {
  let value = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote === '' && char === '#' && isBlank(text.charAt(at - 1))) return { value: value.trimEnd(), closed: true };
    if (quote !== '' && char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char === '\\' && isEscape(quote, text.charAt(at + 1))) value += text.charAt(++at);
    else value += char;
  }
  return { value, closed: quote === '' };
}

function isEscape(quote: string, next: string): boolean {
  if (quote === "'") return false;
  if (quote === '"') return next !== '' && '"$`\\'.includes(next);
  return next !== '';
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t';
}
