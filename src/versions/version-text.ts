import type { Parsed } from '../contracts/index.ts';

/** Bytes of a version's text without outer white space; a longer one is unparsable. */
export const maxVersionBytes = 512;

const empty = unparsable('the version is empty');
const tooLong = unparsable(`the version is longer than ${maxVersionBytes} bytes`);
const foreignByte = unparsable('the version holds a byte outside 0x21-0x7E');

/** What `parse` answers for a text that is no version; the reason is a constant sentence. */
export function unparsable(reason: string): Parsed<never> {
  return Object.freeze({ ok: false, reason });
}

/**
 * What every scheme does first: outer ASCII white space goes, and what is left must be 1 to 512 bytes
 * of visible ASCII. Bounds everything that comes after.
 */
export function readVersionText(text: string): Parsed<string> {
  const trimmed = trimVersionText(text);
  if (!trimmed.ok) return trimmed;
  for (let at = 0; at < trimmed.value.length; at += 1) {
    const code = trimmed.value.charCodeAt(at);
    if (code < 0x21 || code > 0x7e) return foreignByte;
  }
  return trimmed;
}

/** The same without a word on the bytes inside, for a scheme that takes others too. The length is then in UTF-16 units. */
export function trimVersionText(text: string): Parsed<string> {
  let from = 0;
  let to = text.length;
  while (from < to && isWhiteSpace(text.charCodeAt(from))) from += 1;
  while (to > from && isWhiteSpace(text.charCodeAt(to - 1))) to -= 1;
  if (from === to) return empty;
  if (to - from > maxVersionBytes) return tooLong;
  return { ok: true, value: text.slice(from, to) };
}

/** Space, and tab to carriage return. */
function isWhiteSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
