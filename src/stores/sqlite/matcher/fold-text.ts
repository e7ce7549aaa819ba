/*
 * A record pointer repeats what its row says: package, name, version. With marks for those words, and its numbers taken out,
 * a feed of a hundred thousand pointers needs a dozen texts:
 * `/openssl/CVE-2023-0286/releases/bookworm` of (openssl, CVE-2023-0286) is `/{0}/{1}/releases/bookworm`,
 * `/packages/12/pkg/secfixes/1.2-r0/0` of fix 1.2-r0 is `/packages/{#}/pkg/secfixes/{2}/{#}` with `12,0`.
 */

// Marks are control characters, which hardly any pointer or address holds; one that does is kept as it is.
const numberMark = '\u0001';
const firstWordMark = 2;
const verbatimMark = '\u001F';
const lastMark = 0x1f;
const maxWords = 16;
/** Digits that a number gives back as they were, and that are no part of a longer run. */
const canonicalNumber = /(?<!\d)(?:0|[1-9]\d{0,14})(?!\d)/g;

/** The text with a mark for each segment that is one of the words, also before an extension: `cve-2024-1.json`. */
export function foldWords(text: string, words: readonly string[]): string {
  if (hasMark(text) || words.length > maxWords) return verbatimMark + text;
  return text
    .split('/')
    .map((segment) => {
      const index = words.findIndex((word) => word !== '' && (segment === word || segment.startsWith(`${word}.`)));
      const word = words[index];
      return word === undefined ? segment : String.fromCharCode(firstWordMark + index) + segment.slice(word.length);
    })
    .join('/');
}

/** What {@link foldWords} was given, from the same words. */
export function unfoldWords(template: string, words: readonly string[]): string {
  if (template.startsWith(verbatimMark)) return template.slice(verbatimMark.length);
  if (!hasMark(template)) return template;
  let text = '';
  for (const character of template) {
    const index = character.charCodeAt(0) - firstWordMark;
    text += index >= 0 && index < maxWords ? (words[index] ?? '') : character;
  }
  return text;
}

/** A text without its numbers, and those, joined by commas; empty if none. */
export interface FoldedNumbers {
  readonly template: string;
  readonly numbers: string;
}

export function foldNumbers(text: string): FoldedNumbers {
  if (text.includes(numberMark)) return { template: text, numbers: '' };
  const numbers: string[] = [];
  const template = text.replace(canonicalNumber, (number) => {
    numbers.push(number);
    return numberMark;
  });
  return { template, numbers: numbers.join(',') };
}

/** What {@link foldNumbers} was given. */
export function unfoldNumbers({ template, numbers }: FoldedNumbers): string {
  if (numbers === '') return template;
  const [start = '', ...rest] = template.split(numberMark);
  const list = numbers.split(',');
  return rest.reduce((text, piece, index) => text + (list[index] ?? '') + piece, start);
}

/** A name as it stands in a JSON pointer, RFC 6901 §3. */
export function pointerSegment(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function hasMark(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) <= lastMark) return true;
  return false;
}
