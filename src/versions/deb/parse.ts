import type { Parsed } from '../../contracts/index.ts';
import { endOfDigits, isDigit, isLetter } from '../ascii.ts';
import { readVersionText, unparsable } from '../version-text.ts';

/** A version of deb-version(7), in its parts. */
export interface DebVersion {
  /** 0…2147483647; 0 where there is none. */
  readonly epoch: number;
  readonly upstream: string;
  /** `0` where there is none. */
  readonly revision: string;
}

const maxEpoch = 2_147_483_647;
const badEpoch = unparsable(`the epoch is not a decimal number up to ${maxEpoch}`);
const noUpstream = unparsable('there is no upstream version');
const noRevision = unparsable('there is no revision behind the last hyphen');
const badCharacter = unparsable('the version holds a character that Debian versions do not have');

/**
 * Reads `[epoch:]upstream[-revision]`: the epoch ends at the first colon, the revision begins behind the last hyphen.
 * What dpkg only warns of (no digit at the start, `_`) is read, since installed packages have it.
 */
export function parseDeb(text: string): Parsed<DebVersion> {
  const read = readVersionText(text);
  if (!read.ok) return read;
  const colon = read.value.indexOf(':');
  const epoch = colon === -1 ? 0 : parseEpoch(read.value.slice(0, colon));
  if (epoch === undefined) return badEpoch;

  const version = read.value.slice(colon + 1);
  const hyphen = version.lastIndexOf('-');
  const upstream = hyphen === -1 ? version : version.slice(0, hyphen);
  const revision = hyphen === -1 ? '0' : version.slice(hyphen + 1);
  if (upstream === '') return noUpstream;
  if (revision === '') return noRevision;
  if (!isMadeOf(upstream, '.+~_:-') || !isMadeOf(revision, '.+~_')) return badCharacter;
  return { ok: true, value: { epoch, upstream, revision } };
}

function parseEpoch(text: string): number | undefined {
  if (text === '' || endOfDigits(text, 0) !== text.length) return undefined;
  const epoch = Number(text);
  return epoch <= maxEpoch ? epoch : undefined;
}

/** Whether the text holds only letters, digits and these marks. */
function isMadeOf(text: string, marks: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (!isDigit(code) && !isLetter(code) && !marks.includes(text.charAt(at))) return false;
  }
  return true;
}
