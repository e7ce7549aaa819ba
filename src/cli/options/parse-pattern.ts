/**
 * A pattern for names in which `*` stands for any characters and `?` for one, e.g. `alpine-*`.
 * What lies between two stars is found once, at its first place, and never given back (a look-ahead is atomic): that is all a
 * pattern needs, and no pattern can make it try every combination.
 */
export function parsePattern(text: string): RegExp {
  const [first = '', ...rest] = text.split(/\*+/).map((part) => RegExp.escape(part).replaceAll('\\?', '.'));
  const last = rest.pop();
  if (last === undefined) return new RegExp(`^${first}$`, 's');
  const middle = rest.map((part, index) => `(?=(.*?${part}))\\${index + 1}`);
  return new RegExp(`^${first}${middle.join('')}.*${last}$`, 's');
}
