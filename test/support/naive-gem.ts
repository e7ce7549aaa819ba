/**
 * The order of Gem::Version as its documentation tells it, segment by segment over the text, with no key: an oracle that shares nothing with
 * src/versions. Undefined for what is no version.
 */
export function naiveGemCompare(a: string, b: string): number | undefined {
  const [x, y] = [segmentsOf(a), segmentsOf(b)];
  if (!x || !y) return undefined;
  for (let at = 0; at < Math.max(x.length, y.length); at += 1) {
    // What is missing counts as zero, and a word is less than any number.
    const [left = '0', right = '0'] = [x[at], y[at]];
    const [isWord, isOtherWord] = [/[a-z]/i.test(left), /[a-z]/i.test(right)];
    if (isWord !== isOtherWord) return isWord ? -1 : 1;
    if (isWord && left !== right) return left < right ? -1 : 1;
    if (!isWord && BigInt(left) !== BigInt(right)) return BigInt(left) < BigInt(right) ? -1 : 1;
  }
  return 0;
}

/** Numbers and words apart; a hyphen is `.pre.`; zeros at the end, and before the first word, say nothing. */
function segmentsOf(version: string): readonly string[] | undefined {
  const text = version.trim() === '' ? '0' : version.trim();
  if (!/^[0-9]+(\.[0-9a-z]+)*(-[0-9a-z-]+(\.[0-9a-z-]+)*)?$/i.test(text)) return undefined;
  const segments = text.replaceAll('-', '.pre.').match(/[0-9]+|[a-z]+/gi) ?? [];
  const word = segments.findIndex((segment) => /[a-z]/i.test(segment));
  const halves = word < 0 ? [segments] : [segments.slice(0, word), segments.slice(word)];
  return halves.flatMap((half) => {
    const end = half.findLastIndex((segment) => !/^0+$/.test(segment));
    return half.slice(0, end + 1);
  });
}
