/** One way of authentication that a server offers (RFC 9110 §11.3). */
export interface Challenge {
  /** Lower case. */
  readonly scheme: string;
  /** By lower-case name; of several with one name the first. */
  readonly parameters: ReadonlyMap<string, string>;
}

const maxHeader = 16_384;
const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const quoted = /"(?:[^"\\]|\\.)*"/y;
/** base64 and its like: what a scheme may have in place of parameters. */
const token68 = /[A-Za-z0-9._~+/-]+=*(?=\s*(?:,|$))/y;

/**
 * The challenges of a `WWW-Authenticate` header, of which there may be several, in one line or more.
 * What comes after something unreadable is left out.
 */
export function parseChallenges(header: string | undefined): readonly Challenge[] {
  const reader = new Reader((header ?? '').slice(0, maxHeader));
  const challenges: Challenge[] = [];
  for (;;) {
    reader.skip(/[\s,]*/y);
    const scheme = reader.take(token);
    if (scheme === undefined) return challenges;
    reader.skip(/[ \t]*/y);
    const parameters = new Map<string, string>();
    challenges.push({ scheme: scheme.toLowerCase(), parameters });
    if (reader.take(token68) === undefined) readParameters(reader, parameters);
  }
}

/** A name without `=` behind it is the scheme of the next challenge. */
function readParameters(reader: Reader, parameters: Map<string, string>): void {
  for (;;) {
    const start = reader.at;
    reader.skip(/[\s,]*/y);
    const name = reader.take(token)?.toLowerCase();
    const value = name !== undefined && reader.take(/[ \t]*=[ \t]*/y) !== undefined ? readValue(reader) : undefined;
    if (name === undefined || value === undefined) {
      reader.at = start;
      return;
    }
    if (!parameters.has(name)) parameters.set(name, value);
  }
}

function readValue(reader: Reader): string | undefined {
  const text = reader.take(quoted);
  if (text === undefined) return reader.take(token);
  return text.slice(1, -1).replaceAll(/\\(.)/g, '$1');
}

class Reader {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** What the sticky pattern matches here. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.#text)?.[0];
    this.at += match?.length ?? 0;
    return match;
  }

  skip(pattern: RegExp): void {
    this.take(pattern);
  }
}
