import type { ListedChange } from '../change-list.ts';

/** A record, and when it was last changed. */
export interface ModifiedRecord extends ListedChange {
  readonly id: string;
}

/** `2024-08-15T00:05:00.123456Z,GHSA-xxxx-xxxx-xxxx`; in the list of all ecosystems `npm/GHSA-…`. */
const line = /^([0-9T:.+Z-]{10,40}),(?:[^,/]{1,100}\/)?([^,/\s]{1,200})$/;

/**
 * Reads OSV's `modified_id.csv`, https://google.github.io/osv.dev/data/: every record of an ecosystem, the newest first. Undefined for what is
 * not that from its first line to its last: who took it for a shorter list would miss records.
 */
export function parseModifiedList(text: string): readonly ModifiedRecord[] | undefined {
  const records: ModifiedRecord[] = [];
  const known = new Set<string>();
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const written = text.slice(start, end).trim();
    start = end + 1;
    if (written === '') continue;
    const [, time = '', id = ''] = line.exec(written) ?? [];
    const at = Date.parse(time);
    if (Number.isNaN(at)) return undefined;
    if (known.has(id)) continue;
    known.add(id);
    records.push({ id, at });
  }
  return records;
}
