/*
 * A record pointer repeats what its row says: package, name, version. With marks for those words, and its numbers taken out,
 * a feed of a hundred thousand pointers needs a dozen texts:
 * `/openssl/CVE-2023-0286/releases/bookworm` of (openssl, CVE-2023-0286) is `/{0}/{1}/releases/bookworm`,
 * `/packages/12/pkg/secfixes/1.2-r0/0` of fix 1.2-r0 is `/packages/{#}/pkg/secfixes/{2}/{#}` with `12,0`.
 */

// Marks are control characters, which hardly any pointer or address holds; one that does is kept as it is.
const numberMark = '\u0001';
const verbatimMark = '\u001F';
const lastMark = 0x1f;
const wordMarks = '\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000A\u000B\u000C\u000D\u000E\u000F\u0010\u0011';
const firstWordMark = wordMarks.charCodeAt(0);
const maxWords = wordMarks.length;
const dot = 0x2e;
const zero = 0x30;
const nine = 0x39;
const numberCode = numberMark.charCodeAt(0);
const maxDigits = 15;
/** Characters of numbers that are taken out of one text: they go into an index. */
const maxNumbers = 1000;

/** The text with a mark for each segment that is one of the words, also before an extension: `cve-2024-1.json`. */
export function foldWords(text: string, words: readonly string[]): string {
  if (hasMark(text) || words.length > maxWords) return verbatimMark + text;
  // By hand, for it runs for every row of a feed: splitting and joining takes three times as long.
  let folded = '';
  let kept = 0;
  for (let start = 0, end = 0; end < text.length; start = end + 1) {
    const slash = text.indexOf('/', start);
    end = slash === -1 ? text.length : slash;
    const index = wordAt(text, start, end, words);
    if (index === -1) continue;
    folded += text.slice(kept, start) + wordMarks.charAt(index);
    kept = start + (words[index]?.length ?? 0);
  }
  return folded + text.slice(kept);
}

/** Which word the segment is, or begins with before a dot; -1 if none. */
function wordAt(text: string, start: number, end: number, words: readonly string[]): number {
  if (start === end) return -1;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const after = start + word.length;
    if (word === '' || after > end || (after < end && text.charCodeAt(after) !== dot)) continue;
    if (text.startsWith(word, start)) return index;
  }
  return -1;
}

/** What {@link foldWords} was given, from the same words. */
export function unfoldWords(template: string, words: readonly string[]): string {
  if (template.startsWith(verbatimMark)) return template.slice(verbatimMark.length);
  if (!hasMark(template)) return template;
  let text = '';
  let kept = 0;
  for (let at = 0; at < template.length; at += 1) {
    const index = template.charCodeAt(at) - firstWordMark;
    if (index < 0 || index >= maxWords) continue;
    text += template.slice(kept, at) + (words[index] ?? '');
    kept = at + 1;
  }
  return text + template.slice(kept);
}

/** A text without its numbers, and those, joined by commas; empty if none. */
export interface FoldedNumbers {
  readonly template: string;
  readonly numbers: string;
}

export function foldNumbers(text: string): FoldedNumbers {
  // By hand, as above.
  let template = '';
  let numbers = '';
  let kept = 0;
  for (let start = 0; start < text.length; start += 1) {
    const first = text.charCodeAt(start);
    if (first === numberCode) return { template: text, numbers: '' };
    if (!isDigit(first)) continue;
    let end = start + 1;
    while (end < text.length && isDigit(text.charCodeAt(end))) end += 1;
    if (isCanonical(first, end - start)) {
      template += text.slice(kept, start) + numberMark;
      numbers += kept === 0 ? text.slice(start, end) : `,${text.slice(start, end)}`;
      kept = end;
    }
    start = end - 1;
  }
  if (numbers.length > maxNumbers) return { template: text, numbers: '' };
  return kept === 0 ? { template: text, numbers: '' } : { template: template + text.slice(kept), numbers };
}

/** Whether a number gives back its digits as they were. */
function isCanonical(first: number, length: number): boolean {
  return length === 1 || (first !== zero && length <= maxDigits);
}

function isDigit(code: number): boolean {
  return code >= zero && code <= nine;
}

/** What {@link foldNumbers} was given. */
export function unfoldNumbers({ template, numbers }: FoldedNumbers): string {
  if (numbers === '') return template;
  let text = '';
  let kept = 0;
  for (const number of numbers.split(',')) {
    const at = template.indexOf(numberMark, kept);
    text += template.slice(kept, at) + number;
    kept = at + 1;
  }
  return text + template.slice(kept);
}

/** A name as it stands in a JSON pointer, RFC 6901 §3. */
export function pointerSegment(name: string): string {
  return name.includes('~') || name.includes('/') ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name;
}

function hasMark(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) <= lastMark) return true;
  return false;
}
