import { isDigits } from '../ascii.ts';
import { writeDottedNumbers } from '../dotted-numbers.ts';
import { KeyWriter } from '../key-writer.ts';
import type { Pep440PreKind, Pep440Version } from './version.ts';

/** Grows with every change of the bytes below. */
export const pep440KeyVersion = 1;

// Behind the release, all below a number: a longer release is greater than any of these. dev < pre < nothing more < post,
// and the same behind a pre or post mark.
const devTag = 0x01;
const preTags: Readonly<Record<Pep440PreKind, number>> = { a: 0x02, b: 0x03, rc: 0x04 };
const finalTag = 0x05;
const postTag = 0x06;
// In the local part: end < word < number.
const endTag = 0x01;
const wordTag = 0x03;

const writer = new KeyWriter();

/** The epoch, the release without zeros at the end, the marks, the local part and the end. */
export function pep440Key(version: Pep440Version): Uint8Array | undefined {
  writer.begin();
  writer.number(version.epoch);
  writeDottedNumbers(writer, version.release);
  writeMarks(version);
  for (const segment of version.local) writeLocal(segment);
  writer.tag(endTag);
  return writer.end();
}

function writeMarks({ pre, post, dev }: Pep440Version): void {
  if (pre) writeNumbered(preTags[pre.kind], pre.number);
  if (post !== undefined) writeNumbered(postTag, post);
  if (dev === undefined) writer.tag(finalTag);
  else writeNumbered(devTag, dev);
}

function writeNumbered(tag: number, digits: string): void {
  writer.tag(tag);
  writer.number(digits);
}

function writeLocal(segment: string): void {
  if (isDigits(segment)) {
    writer.number(segment);
    return;
  }
  writer.tag(wordTag);
  writer.text(segment);
}
