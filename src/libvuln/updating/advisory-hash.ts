import type { Advisory, PreparedRow } from '../../contracts/index.ts';
import { sha256Bytes } from '../../runtime/index.ts';
import { saidList, saidText } from './said-text.ts';

/** Number of the encoding in said-text.ts: a change closes and opens every advisory once. */
const encoding = 3;

/**
 * 16 bytes over all that an advisory says, wherever it says it. The order and repetition of rows say nothing.
 * @param saidRows what each of its rows says, as text
 */
export function advisoryHash(
  advisory: Omit<Advisory, 'rows' | 'url' | 'severity' | 'normalizedSeverity'>,
  saidRows: readonly string[],
): Uint8Array {
  const { part, name, aliases, description, links, issued } = advisory;
  const texts = saidText(part) + saidText(name) + saidList(aliases) + saidText(description) + saidList(links) + saidText(issued);
  return sha256Bytes(`${encoding};${texts}${saidOnce(saidRows)}`, 16);
}

/** How many different ones there are, and they in order. Sorted first and repetitions left out then: a set costs more than all else here. */
function saidOnce(rows: readonly string[]): string {
  let text = '';
  let count = 0;
  let last: string | undefined;
  for (const row of rows.length > 1 ? rows.toSorted() : rows) {
    if (row === last) continue;
    text += row;
    count += 1;
    last = row;
  }
  return `${count}[${text}`;
}

/** 8 bytes over where an advisory and its rows stand: in a list, that changes whenever something before them comes or goes. */
export function advisoryPlaceHash(url: string, rows: readonly PreparedRow[]): Uint8Array {
  let text = saidText(url);
  for (const { pointer } of rows) text += saidText(pointer);
  return sha256Bytes(text, 8);
}
