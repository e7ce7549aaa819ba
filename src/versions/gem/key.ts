import { isZero } from '../dotted-numbers.ts';
import { KeyWriter } from '../key-writer.ts';
import { isNumber } from './compare.ts';
import type { GemVersion } from './parse.ts';

/** Grows with every change of the bytes below. */
export const gemKeyVersion = 1;

// All below a number. The end stands for zeros without end: zeros before a word fall below it, zeros before a number above it.
const wordTag = 0x04;
const zeroBeforeWordTag = 0x05;
const endTag = 0x06;

const writer = new KeyWriter();

/** A code for each segment, then the end. */
export function gemKey({ segments }: GemVersion): Uint8Array | undefined {
  writer.begin();
  for (let at = 0; at < segments.length;) at = writeSegment(segments, at);
  writer.tag(endTag);
  return writer.end();
}

/** Where the next segment to write stands. A run of zeros is written at once: what is behind it decides. */
function writeSegment(segments: readonly string[], at: number): number {
  const segment = segments[at] ?? '';
  if (!isNumber(segment)) {
    writer.tag(wordTag);
    writer.text(segment);
    return at + 1;
  }
  const next = endOfZeros(segments, at);
  if (next === at) {
    writer.number(segment);
    return at + 1;
  }
  const isBeforeWord = !isNumber(segments[next] ?? '0');
  for (let zero = at; zero < next; zero += 1) {
    if (isBeforeWord) writer.tag(zeroBeforeWordTag);
    else writer.number('');
  }
  return next;
}

function endOfZeros(segments: readonly string[], from: number): number {
  let at = from;
  while (at < segments.length && isZero(segments[at] ?? '')) at += 1;
  return at;
}
