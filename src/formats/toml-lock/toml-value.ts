import { InputError } from '../../core/index.ts';

/** A string, what is written of a number, a date or a truth value, an array, an inline table. */
export type TomlValue =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'array'; readonly items: readonly TomlValue[] }
  | { readonly kind: 'table'; readonly values: ReadonlyMap<string, TomlValue> };

const deepest = 32;
/** Values of one table that are kept; those beyond are read and forgotten. */
const mostKept = 10_000;
const escapes: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['t', '\t'],
  ['n', '\n'],
  ['f', '\f'],
  ['r', '\r'],
  ['"', '"'],
  ['\\', '\\'],
]);

/** Text that is read from its beginning. */
export class TomlText {
  readonly #text: string;
  #at = 0;
  #kept = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** A new table begins. */
  forget(): void {
    this.#kept = 0;
  }

  /** Whether one more value of the table is kept. */
  keeps(): boolean {
    this.#kept += 1;
    return this.#kept <= mostKept;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Number of the line, from 1. */
  get line(): number {
    return this.#text.slice(0, this.#at).split('\n').length;
  }

  /** @throws InputError */
  fail(): never {
    throw new InputError('LOCK_FILE_UNPARSABLE', { line: this.line });
  }

  take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token)) this.fail();
  }

  /** What matches here, which is passed; empty where nothing does. @param pattern sticky */
  match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ''] = pattern.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }

  /** Up to the token, which is passed. */
  until(token: string): string {
    const end = this.#text.indexOf(token, this.#at);
    if (end < 0) this.fail();
    const found = this.#text.slice(this.#at, end);
    this.#at = end + token.length;
    return found;
  }

  skipBlanks(): void {
    this.match(/[ \t]*/y);
  }

  /** Blanks, ends of lines, comments. */
  skipEmpty(): void {
    while (this.match(/[ \t\r\n]+/y) !== '' || this.match(/#[^\n]*/y) !== '');
  }

  expectLineEnd(): void {
    this.match(/[ \t]*(?:#[^\r\n]*)?/y);
    if (!this.isAtEnd && this.match(/\r?\n/y) === '') this.fail();
  }
}

/** A bare, quoted or dotted key; parts are joined by dots. */
export function readTomlKey(source: TomlText): string {
  const parts: string[] = [];
  do {
    source.skipBlanks();
    const part = source.take('"') ? readBasic(source) : source.take("'") ? source.until("'") : source.match(/[A-Za-z0-9_-]+/y);
    if (part === '' || parts.length >= deepest) source.fail();
    parts.push(part);
    source.skipBlanks();
  } while (source.take('.'));
  return parts.join('.');
}

export function readTomlValue(source: TomlText, depth = 0): TomlValue {
  if (depth > deepest) source.fail();
  if (source.take('"""')) return { kind: 'string', text: readLongBasic(source) };
  if (source.take("'''")) return { kind: 'string', text: source.until("'''") };
  if (source.take('"')) return { kind: 'string', text: readBasic(source) };
  if (source.take("'")) return { kind: 'string', text: source.until("'") };
  if (source.take('[')) return { kind: 'array', items: readItems(source, depth) };
  if (source.take('{')) return { kind: 'table', values: readMembers(source, depth) };
  const text = source.match(/[A-Za-z0-9_:.+-]+(?: [0-9:.Z+-]+)?/y);
  return text === '' ? source.fail() : { kind: 'literal', text };
}

function readItems(source: TomlText, depth: number): readonly TomlValue[] {
  const items: TomlValue[] = [];
  source.skipEmpty();
  while (!source.take(']')) {
    const item = readTomlValue(source, depth + 1);
    if (source.keeps()) items.push(item);
    source.skipEmpty();
    if (!source.take(',')) {
      source.expect(']');
      break;
    }
    source.skipEmpty();
  }
  return items;
}

function readMembers(source: TomlText, depth: number): ReadonlyMap<string, TomlValue> {
  const values = new Map<string, TomlValue>();
  source.skipEmpty();
  while (!source.take('}')) {
    const key = readTomlKey(source);
    source.expect('=');
    source.skipBlanks();
    const value = readTomlValue(source, depth + 1);
    if (source.keeps()) values.set(key, value);
    source.skipEmpty();
    if (!source.take(',')) {
      source.expect('}');
      break;
    }
    source.skipEmpty();
  }
  return values;
}

/** Behind its first quote. */
function readBasic(source: TomlText): string {
  const parts: string[] = [];
  for (;;) {
    parts.push(source.match(/[^"\\\r\n]+/y));
    if (source.take('"')) return parts.join('');
    source.expect('\\');
    parts.push(readEscape(source));
  }
}

/** A text of several lines: nobody asks what it says, only where it ends. */
function readLongBasic(source: TomlText): string {
  const parts: string[] = [];
  for (;;) {
    parts.push(source.match(/[^"\\]+/y));
    if (source.take('"""')) return parts.join('');
    if (source.take('"')) parts.push('"');
    else {
      source.expect('\\');
      parts.push(source.match(/[^]/y));
    }
    if (source.isAtEnd) source.fail();
  }
}

function readEscape(source: TomlText): string {
  const hex = source.match(/u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}/y);
  if (hex !== '') {
    const code = Number.parseInt(hex.slice(1), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : source.fail();
  }
  return escapes.get(source.match(/[^\r\n]/y)) ?? source.fail();
}
