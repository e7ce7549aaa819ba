/*
 * Characters that a terminal obeys, or that nobody sees: controls (C0, DEL, C1), signs of direction and joining, line and
 * paragraph separators, fillers and selectors, tags, lone surrogates, unassigned ones, every space but the common one.
 * Names in an image are written by whoever made it: printed as they are, they could move the cursor, hide rows or turn a line round.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;
const plain = /^[\x20-\x7e]*$/;

const shortForms: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** The text with everything that a terminal would obey written out, e.g. `\x1b` and `\u{202e}`. One line, always. */
export function printable(text: string): string {
  return plain.test(text) ? text : text.replaceAll(unprintable, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const short = shortForms.get(character);
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
