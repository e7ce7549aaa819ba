import { KeyWriter } from '../key-writer.ts';
import type { ApkSuffix, ApkToken, ApkVersion } from './version.ts';

/** Grows with every change of the bytes below. */
export const apkKeyVersion = 1;

// Tags in apk's order of kinds, all below a number (10…9F). A dotted number that begins with 0 is compared as text,
// and so is every number that meets it: it is less than all that begin with another digit.
const end = 0x05;
const revision = 0x06;
const hash = 0x07;
const suffixNumber = 0x08;
const letter = 0x0e;
const leadingZero = 0x0f;
const suffixTags: Readonly<Record<ApkSuffix, number>> = {
  alpha: 0x01,
  beta: 0x02,
  pre: 0x03,
  rc: 0x04,
  cvs: 0x09,
  svn: 0x0a,
  git: 0x0b,
  hg: 0x0c,
  p: 0x0d,
};

const writer = new KeyWriter();

/** A code for each token, then the code of the end. */
export function apkKey(version: ApkVersion): Uint8Array | undefined {
  writer.begin();
  for (const token of version.tokens) writeToken(token);
  writer.tag(end);
  return writer.end();
}

function writeToken(token: ApkToken): void {
  switch (token.kind) {
    case 'first-number':
    case 'letter-number':
      writer.number(token.text);
      return;
    case 'dotted-number':
      writeDottedNumber(token.text);
      return;
    case 'letter':
      writer.tag(letter);
      writer.tag(token.text.charCodeAt(0));
      return;
    case 'suffix':
      writer.tag(suffixTags[token.text]);
      return;
    case 'suffix-number':
      writer.tag(suffixNumber);
      writer.number(token.text);
      return;
    case 'hash':
      writer.tag(hash);
      writer.text(token.text);
      return;
    case 'revision':
      writer.tag(revision);
      writer.number(token.text);
  }
}

function writeDottedNumber(digits: string): void {
  if (!digits.startsWith('0')) {
    writer.number(digits);
    return;
  }
  writer.tag(leadingZero);
  writer.text(digits, 1);
}
