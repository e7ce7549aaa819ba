/** One entry of apk's list of installed packages. Fields that the entry lacks are empty. */
export interface ApkEntry {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  /** The source package that it was built from. */
  readonly origin: string;
  /** Paths without a leading slash. */
  readonly files: readonly string[];
  /** Number of its first line, from 1. */
  readonly line: number;
  /** Lines that are no field, and fields that were there already (the first counts). */
  readonly badLines: number;
}

/**
 * Parses `lib/apk/db/installed` (apk-tools): `X:value` lines, an empty line after each entry, after the last one too or not.
 * `P` name, `V` version, `A` architecture, `o` origin; `F` a directory, and `R` a file in the one named last.
 */
export function* parseApkInstalled(text: string): Generator<ApkEntry, void, undefined> {
  let entry: EntryBuilder | undefined;
  let number = 0;
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf('\n', start);
    const stop = feed === -1 ? text.length : feed;
    const line = text.charCodeAt(stop - 1) === carriageReturn && stop > start ? text.slice(start, stop - 1) : text.slice(start, stop);
    start = stop + 1;
    number += 1;
    if (line === '') {
      if (entry) yield entry.build();
      entry = undefined;
    } else {
      entry ??= new EntryBuilder(number);
      entry.field(line);
    }
  }
  if (entry) yield entry.build();
}

const carriageReturn = 13;

class EntryBuilder {
  readonly #line: number;
  readonly #fields = new Map<string, string>();
  readonly #files: string[] = [];
  #directory = '';
  #badLines = 0;

  constructor(line: number) {
    this.#line = line;
  }

  field(line: string): void {
    const value = line.slice(2);
    if (line.charAt(1) !== ':') {
      this.#badLines += 1;
      return;
    }
    switch (line.charAt(0)) {
      case 'P':
      case 'V':
      case 'A':
      case 'o':
        this.#keep(line.charAt(0), value.trim());
        return;
      case 'F':
        this.#directory = value === '' ? '' : `${value}/`;
        return;
      case 'R':
        if (value !== '') this.#files.push(this.#directory + value);
        return;
      default:
    }
  }

  #keep(name: string, value: string): void {
    if (this.#fields.has(name)) this.#badLines += 1;
    else this.#fields.set(name, value);
  }

  build(): ApkEntry {
    const field = (name: string): string => this.#fields.get(name) ?? '';
    return {
      name: field('P'),
      version: field('V'),
      arch: field('A'),
      origin: field('o'),
      files: this.#files,
      line: this.#line,
      badLines: this.#badLines,
    };
  }
}
