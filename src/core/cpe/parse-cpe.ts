import type { Cpe } from './cpe.ts';
import { parseFormattedString } from './formatted-string.ts';
import { parseCpeUri } from './uri.ts';

/** Longer ones are no names. */
const mostCharacters = 4096;

/** A CPE name in either form, 2.2 URI or 2.3 formatted string; undefined for anything else, the empty text included. Never throws. */
export function parseCpe(text: string): Cpe | undefined {
  if (text.length > mostCharacters) return undefined;
  return parseFormattedString(text) ?? parseCpeUri(text);
}
