import { endOfDigits, isDigit, isLetter } from '../ascii.ts';
import { KeyWriter } from '../key-writer.ts';
import type { DebVersion } from './parse.ts';

/** Grows with every change of the bytes below. */
export const debKeyVersion = 1;

// One code a character of a run. A run is always closed by a number (10…9F), a part by its end:
// `~` < end of part < number < letters < the rest is then the order of deb-version(7).
const tilde = 0x01;
const endOfPart = 0x02;
const firstLetter = 0xa0;
const firstMark = 0xd4;

const runCodes = makeRunCodes();
const writer = new KeyWriter();

/** The epoch, the upstream version and the revision, one behind the other. */
export function debKey(version: DebVersion): Uint8Array | undefined {
  writer.begin();
  writer.number(String(version.epoch));
  writePart(version.upstream);
  writePart(version.revision);
  return writer.end();
}

/** Runs without digits and numbers in turn. A run at the end is followed by the number 0, as `1a` is `1a0`. */
function writePart(part: string): void {
  let at = 0;
  do {
    while (at < part.length && !isDigit(part.charCodeAt(at))) {
      writer.tag(runCodes[part.charCodeAt(at)] ?? tilde);
      at += 1;
    }
    const end = endOfDigits(part, at);
    writer.number(part, at, end);
    at = end;
  } while (at < part.length);
  writer.tag(endOfPart);
}

/** By ASCII code: letters in ASCII order, then the visible rest in ASCII order. */
function makeRunCodes(): Uint8Array {
  const codes = new Uint8Array(0x80);
  let letter = firstLetter;
  let mark = firstMark;
  for (let code = 0x21; code < 0x7e; code += 1) {
    if (isDigit(code)) continue;
    if (isLetter(code)) {
      codes[code] = letter;
      letter += 1;
    } else {
      codes[code] = mark;
      mark += 1;
    }
  }
  codes[0x7e] = tilde;
  return codes;
}
