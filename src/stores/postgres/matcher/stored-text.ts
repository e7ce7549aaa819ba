// PostgreSQL's texts hold every character but U+0000. Feeds are not asked: it is written as two characters that begin with
// a noncharacter, and so is that noncharacter itself.
const escape = '\uFFFF';
const escapedEscape = '\uFFFF1';
const escapedNul = '\uFFFF0';

/** A text as PostgreSQL takes it. */
export function toStoredText(text: string): string {
  if (!text.includes('\0') && !text.includes(escape)) return text;
  return text.replaceAll(escape, escapedEscape).replaceAll('\0', escapedNul);
}

/** What {@link toStoredText} was given. */
export function fromStoredText(stored: string): string {
  if (!stored.includes(escape)) return stored;
  return stored.replaceAll(escapedNul, '\0').replaceAll(escapedEscape, escape);
}
