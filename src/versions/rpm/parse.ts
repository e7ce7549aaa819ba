import type { Parsed } from '../../contracts/index.ts';
import { trimVersionText, unparsable } from '../version-text.ts';

/** A version of rpm-version(7), in its parts. */
export interface RpmVersion {
  /** As written, mostly digits; `0` where there is none. */
  readonly epoch: string;
  readonly version: string;
  /** Absent where the text names none; empty where it ends in a hyphen. */
  readonly release?: string;
}

const foreignByte = unparsable('the version holds white space or a control character');

/**
 * Reads `[epoch:]version[-release]`: the epoch ends at the first colon. A hyphen in a version or release is not allowed in packages,
 * so with more than one nobody knows where the release begins: then all of it is the version, and hyphens only separate.
 */
export function parseRpm(text: string): Parsed<RpmVersion> {
  const read = trimVersionText(text);
  if (!read.ok) return read;
  if (holdsBlank(read.value)) return foreignByte;
  const colon = read.value.indexOf(':');
  const epoch = read.value.slice(0, Math.max(colon, 0)) || '0';
  const rest = read.value.slice(colon + 1);
  const hyphen = rest.indexOf('-');
  if (hyphen === -1 || hyphen !== rest.lastIndexOf('-')) return { ok: true, value: { epoch, version: rest } };
  return { ok: true, value: { epoch, version: rest.slice(0, hyphen), release: rest.slice(hyphen + 1) } };
}

/** Bytes beyond ASCII are separators to rpm, so they may stand in a version. */
function holdsBlank(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code <= 0x20 || code === 0x7f) return true;
  }
  return false;
}
