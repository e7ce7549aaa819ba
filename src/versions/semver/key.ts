import { isDigits } from '../ascii.ts';
import { writeDottedNumbers } from '../dotted-numbers.ts';
import { KeyWriter } from '../key-writer.ts';
import type { SemverVersion } from './parse.ts';

/** Grows with every change of the bytes below. */
export const semverKeyVersion = 1;

// Both marks are below every number: a longer row of numbers is greater than either.
const prereleaseTag = 0x01;
const endTag = 0x02;
const wordTag = 0xa0;

const writer = new KeyWriter();

/** The numbers without zeros at the end, then the end, or the identifiers of the pre-release and the end. */
export function semverKey({ numbers, prerelease }: SemverVersion): Uint8Array | undefined {
  writer.begin();
  writeDottedNumbers(writer, numbers);
  if (prerelease.length > 0) {
    writer.tag(prereleaseTag);
    for (const identifier of prerelease) writeIdentifier(identifier);
  }
  writer.tag(endTag);
  return writer.end();
}

function writeIdentifier(identifier: string): void {
  if (isDigits(identifier)) {
    writer.number(identifier);
    return;
  }
  writer.tag(wordTag);
  writer.text(identifier);
}
