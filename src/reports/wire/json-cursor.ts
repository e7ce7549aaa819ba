import { InputError } from '../../core/index.ts';

/**
 * A place in foreign JSON: it knows its path, so that whatever is wrong is named by an RFC 6901 pointer.
 * By hand and not by a schema library: loading one costs more than the whole start of the command line.
 * Every reader: @throws InputError `INDEX_REPORT_INVALID`
 */
export class JsonCursor {
  readonly #value: unknown;
  readonly #pointer: string;

  constructor(value: unknown, pointer = '') {
    this.#value = value;
    this.#pointer = pointer;
  }

  get isAbsent(): boolean {
    return this.#value === undefined || this.#value === null;
  }

  /** The member of that name; a cursor on nothing where there is none. */
  member(name: string): JsonCursor {
    const object = this.#object();
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    return new JsonCursor(value, `${this.#pointer}/${escapePointer(name)}`);
  }

  text(): string {
    return typeof this.#value === 'string' ? this.#value : this.fail('a string');
  }

  /** The text, or the empty one where there is nothing. */
  textOrEmpty(): string {
    return this.isAbsent ? '' : this.text();
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
    for (const [index, item] of list.entries()) yield new JsonCursor(item, `${this.#pointer}/${index}`);
  }

  /** The members of an object; none where there is nothing. */
  *entries(): Generator<readonly [string, JsonCursor]> {
    if (this.isAbsent) return;
    for (const [key, value] of Object.entries(this.#object())) {
      yield [key, new JsonCursor(value, `${this.#pointer}/${escapePointer(key)}`)];
    }
  }

  fail(expected: string): never {
    throw new InputError('INDEX_REPORT_INVALID', { path: this.#pointer, expected, found: describe(this.#value) });
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
