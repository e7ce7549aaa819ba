import { KeyWriter } from '../key-writer.ts';
import type { ComposerVersion } from './parse.ts';
import { classes, classOf } from './token-class.ts';

/** Grows with every change of the bytes below. */
export const composerKeyVersion = 1;

// Words below the end are their class (01…05), the end is 06, numbers follow, and a patch is above them.
const patchTag = 0xa0;

const writer = new KeyWriter();

/** A code for each token, then the end. Undefined where `#` stands among them, which equals things that are not equal. */
export function composerKey({ tokens }: ComposerVersion): Uint8Array | undefined {
  writer.begin();
  for (const token of tokens) {
    const tokenClass = classOf(token);
    if (tokenClass === classes.hash) return undefined;
    if (tokenClass === classes.number) writer.number(token);
    else writer.tag(tokenClass === classes.patch ? patchTag : tokenClass);
  }
  writer.tag(classes.end);
  return writer.end();
}
