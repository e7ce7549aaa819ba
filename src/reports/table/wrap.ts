import { characterWidth, displayWidth } from './display-width.ts';

/** Lines of one cell; what is beyond is cut and marked. A name of a megabyte must not be a page of output. */
const lineLimit = 12;
const cutMark = '…';

/**
 * A printable text as lines of at most `width` columns, broken after `, `, a space, `/` or, where there is none, anywhere.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (lines.length < lineLimit && displayWidthAtMost(rest, width) === undefined) {
    const { line, end } = firstLine(rest, width);
    lines.push(line);
    rest = rest.slice(end);
  }
  if (lines.length === lineLimit) lines[lineLimit - 1] = cut(lines[lineLimit - 1] ?? '', width - 1) + cutMark;
  else lines.push(rest);
  return lines;
}

/** The text, or as much of it as fits with a mark that it goes on. */
export function truncate(text: string, width: number): string {
  return displayWidthAtMost(text, width) === undefined ? cut(text, width - 1) + cutMark : text;
}

/** The text filled up with spaces. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

function firstLine(text: string, width: number): { readonly line: string; readonly end: number } {
  const fits = cut(text, width);
  if (text[fits.length] === ' ') return { line: fits, end: fits.length + 1 };
  const breakAt = Math.max(fits.lastIndexOf(' '), fits.lastIndexOf('/'));
  // A line that would be almost empty is worse than a word that is broken.
  const end = breakAt >= width / 3 ? breakAt + 1 : fits.length;
  return { line: fits.slice(0, end).trimEnd(), end };
}

/** The beginning of the text that fits; at least one character, or nothing would ever get done. */
function cut(text: string, width: number): string {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width && end > 0) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** Its width, or undefined when it is beyond `limit`; does not read on once that is clear. */
function displayWidthAtMost(text: string, limit: number): number | undefined {
  if (text.length <= limit / 2) return displayWidth(text);
  let used = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > limit) return undefined;
  }
  return used;
}
