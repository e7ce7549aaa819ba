import { writeDottedNumbers } from '../dotted-numbers.ts';
import { KeyWriter } from '../key-writer.ts';
import type { NugetLabel, NugetVersion } from './parse.ts';

/** Grows with every change of the bytes below. */
export const nugetKeyVersion = 1;

// In the order of NuGet: end of a pre-release < negative label < numeric label (10…9F) < word.
const prereleaseTag = 0x01;
const endTag = 0x02;
const negativeTag = 0x03;
const wordTag = 0xa0;

const writer = new KeyWriter();

/** The numbers without zeros at the end, then the end, or the labels of the pre-release and the end. */
export function nugetKey({ numbers, labels }: NugetVersion): Uint8Array | undefined {
  writer.begin();
  writeDottedNumbers(writer, numbers);
  if (labels.length > 0) {
    writer.tag(prereleaseTag);
    for (const label of labels) writeLabel(label);
  }
  writer.tag(endTag);
  return writer.end();
}

function writeLabel({ kind, text }: NugetLabel): void {
  switch (kind) {
    case 'negative':
      writer.tag(negativeTag);
      writer.complementedNumber(text);
      return;
    case 'number':
      writer.number(text);
      return;
    case 'word':
      writer.tag(wordTag);
      writer.text(text);
  }
}
