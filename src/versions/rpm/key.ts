import { endOfDigits } from '../ascii.ts';
import { KeyWriter } from '../key-writer.ts';
import type { RpmVersion } from './parse.ts';
import { caret, digits, endOfLetters, endOfPart, letters, segmentAt, skipSeparators, tilde } from './segments.ts';

/** Grows with every change of the bytes below. */
export const rpmKeyVersion = 1;

// Tags below every number, in the order of rpm-version(7).
const noRelease = 0x00;
const tildeTag = 0x01;
const releaseTag = 0x01;
const endTag = 0x02;
const caretTag = 0x03;
const lettersTag = 0x04;

const writer = new KeyWriter();

/** The epoch, the version, and the release or the mark that there is none. */
export function rpmKey(version: RpmVersion): Uint8Array | undefined {
  writer.begin();
  writePart(version.epoch);
  writePart(version.version);
  if (version.release === undefined) {
    writer.tag(noRelease);
  } else {
    writer.tag(releaseTag);
    writePart(version.release);
  }
  return writer.end();
}

function writePart(part: string): void {
  let at = 0;
  for (;;) {
    at = skipSeparators(part, at);
    const kind = segmentAt(part, at);
    switch (kind) {
      case endOfPart:
        writer.tag(endTag);
        return;
      case digits: {
        const end = endOfDigits(part, at);
        writer.number(part, at, end);
        at = end;
        break;
      }
      case letters: {
        const end = endOfLetters(part, at);
        writer.tag(lettersTag);
        writer.text(part.slice(at, end));
        at = end;
        break;
      }
      case tilde:
      case caret:
        writer.tag(kind === tilde ? tildeTag : caretTag);
        at += 1;
        break;
    }
  }
}
