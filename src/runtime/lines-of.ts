/**
 * The lines of a text, one by one, without their ends (LF or CRLF): a text of nothing but ends takes no memory.
 * @param longest characters of a line that are given; what is beyond is cut
 */
export function* linesOf(text: string, longest = Number.MAX_SAFE_INTEGER): Generator<string, void, undefined> {
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf('\n', at);
    const end = next < 0 ? text.length : next;
    const isCrlf = end > at && text.charCodeAt(end - 1) === 0x0d;
    yield text.slice(at, Math.min(isCrlf ? end - 1 : end, at + longest));
    at = end + 1;
  }
}
