import { InputError } from '../../core/index.ts';

/** What an error calls the thing that is read. */
export type JsonSubject = 'INDEX_REPORT_INVALID' | 'MANIFEST_INVALID';

/**
 * A place in foreign JSON: it knows its path, so that whatever is wrong is named by an RFC 6901 pointer.
 * By hand and not by a schema library: loading one costs more than the whole start of the command line.
 * Every reader: @throws InputError `INDEX_REPORT_INVALID`, or the code that it was given
 */
export class JsonCursor {
  readonly #value: unknown;
  readonly #pointer: string;
  readonly #subject: JsonSubject;

  constructor(value: unknown, pointer = '', subject: JsonSubject = 'INDEX_REPORT_INVALID') {
    this.#value = value;
    this.#pointer = pointer;
    this.#subject = subject;
  }

  get isAbsent(): boolean {
    return this.#value === undefined || this.#value === null;
  }

  /** The member of that name; a cursor on nothing where there is none. */
  member(name: string): JsonCursor {
    const object = this.#object();
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    return this.#at(value, escapePointer(name));
  }

  /** Nothing but members of these names. */
  assertOnly(names: readonly string[]): void {
    const stranger = Object.keys(this.#object()).find((name) => !names.includes(name));
    if (stranger !== undefined) this.member(stranger).refuse(`no member but ${names.join(', ')}`);
  }

  text(): string {
    return typeof this.#value === 'string' ? this.#value : this.fail('a string');
  }

  /** The text, or the empty one where there is nothing. */
  textOrEmpty(): string {
    return this.isAbsent ? '' : this.text();
  }

  /** A whole number that JSON can hold exactly, 0 or more. */
  integer(): number {
    const value = this.#value;
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : this.fail('a whole number, 0 or more');
  }

  boolean(): boolean {
    return typeof this.#value === 'boolean' ? this.#value : this.fail('true or false');
  }

  oneOf<T extends string>(allowed: readonly T[]): T {
    const found = allowed.find((candidate) => candidate === this.#value);
    return found ?? this.fail(`one of ${allowed.join(', ')}`);
  }

  /** A text that the check accepts. */
  where<T extends string>(accepts: (text: string) => text is T, expected: string): T {
    const text = this.text();
    return accepts(text) ? text : this.fail(expected);
  }

  /** What `parse` makes of the value. */
  read<T>(parse: (value: unknown) => T): T {
    return parse(this.#value);
  }

  /** What a plain value is: text, number or boolean. */
  scalar(): string | number | boolean {
    const value = this.#value;
    const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return isScalar ? value : this.fail('a string, a number, true or false');
  }

  /** The items of a list; none where there is nothing. */
  *items(): Generator<JsonCursor> {
    if (this.isAbsent) return;
    if (!Array.isArray(this.#value)) this.fail('a list');
    const list: readonly unknown[] = this.#value;
    for (const [index, item] of list.entries()) yield this.#at(item, String(index));
  }

  /** The members of an object; none where there is nothing. */
  *entries(): Generator<readonly [string, JsonCursor]> {
    if (this.isAbsent) return;
    for (const [key, value] of Object.entries(this.#object())) {
      yield [key, this.#at(value, escapePointer(key))];
    }
  }

  fail(expected: string): never {
    throw new InputError(this.#subject, { path: this.#pointer, expected, found: describe(this.#value) });
  }

  /** As {@link fail}, for values that may be secret: what was found is not told. */
  refuse(expected: string): never {
    throw new InputError(this.#subject, { path: this.#pointer, expected });
  }

  #at(value: unknown, token: string): JsonCursor {
    return new JsonCursor(value, `${this.#pointer}/${token}`, this.#subject);
  }

  #object(): Record<string, unknown> {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) this.fail('an object');
    return value as Record<string, unknown>;
  }
}

function escapePointer(name: string): string {
  return name.slice(0, 128).replaceAll('~', '~0').replaceAll('/', '~1');
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : JSON.stringify(value).slice(0, 80);
}
