/** One stanza: field names in lower case. */
export interface Deb822Paragraph {
  readonly fields: ReadonlyMap<string, string>;
  /** Number of its first line, from 1. */
  readonly line: number;
  /** Lines in it that are neither a field nor the continuation of one, and fields that were there already (the first counts). */
  readonly badLines: number;
}

export interface Deb822Options {
  /** Names, in lower case, of the fields to keep; the others are passed over unread. All if absent. */
  readonly fields?: ReadonlySet<string>;
}

/**
 * Parses paragraphs of `Name: value` lines as dpkg writes them (deb822(5)). Tolerant: a bad line is counted and the next one read.
 * As for dpkg, only an empty line ends a paragraph; a line of blanks continues the value above it.
 * Continuation lines are joined by a line feed, without their leading blank.
 */
export function* parseDeb822(text: string, options: Deb822Options = {}): Generator<Deb822Paragraph, void, undefined> {
  let builder = new ParagraphBuilder(1, options.fields);
  let number = 0;
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf('\n', start);
    const stop = feed === -1 ? text.length : feed;
    const end = stop > start && text.charCodeAt(stop - 1) === carriageReturn ? stop - 1 : stop;
    number += 1;
    if (end > start) builder.line(text, start, end, number);
    else {
      if (!builder.empty) yield builder.paragraph();
      builder = new ParagraphBuilder(number + 1, options.fields);
    }
    start = stop + 1;
  }
  if (!builder.empty) yield builder.paragraph();
}

const carriageReturn = 13;
const space = 32;
const tab = 9;
const hash = 35;

class ParagraphBuilder {
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #fields = new Map<string, string>();
  #line: number;
  #badLines = 0;
  #current: string | undefined;
  /** Whether a field stands above, kept or not: a continuation belongs to it. */
  #inField = false;
  empty = true;

  constructor(line: number, wanted: ReadonlySet<string> | undefined) {
    this.#line = line;
    this.#wanted = wanted;
  }

  line(text: string, start: number, end: number, number: number): void {
    const first = text.charCodeAt(start);
    if (this.empty) this.#line = number;
    this.empty = false;
    if (first === space || first === tab) this.#continue(text, start, end);
    else if (first !== hash) this.#field(text, start, end);
  }

  #continue(text: string, start: number, end: number): void {
    if (!this.#inField) this.#badLines += 1;
    if (this.#current === undefined) return;
    const above = this.#fields.get(this.#current) ?? '';
    this.#fields.set(this.#current, `${above}\n${text.slice(start + 1, end)}`);
  }

  #field(text: string, start: number, end: number): void {
    this.#current = undefined;
    const colon = text.indexOf(':', start);
    this.#inField = colon > start && colon < end;
    if (!this.#inField) {
      this.#badLines += 1;
      return;
    }
    const name = text.slice(start, colon).trimEnd().toLowerCase();
    if (this.#wanted && !this.#wanted.has(name)) return;
    if (this.#fields.has(name)) {
      this.#badLines += 1;
      return;
    }
    this.#current = name;
    this.#fields.set(name, text.slice(colon + 1, end).trim());
  }

  paragraph(): Deb822Paragraph {
    return { fields: this.#fields, line: this.#line, badLines: this.#badLines };
  }
}
