import { parseOsvRecord, type OsvRecord } from '../../formats/osv/index.ts';
import { advisoriesOfRecord, type OsvReading } from './advisories-of-record.ts';
import type { OsvSource } from './osv-source.ts';

/** What a record gives, as its document says it. @param isMeant whether it is the record that was asked for; any is if absent */
export function readOsvRecord(content: Uint8Array, source: OsvSource, isMeant: (record: OsvRecord) => boolean = () => true): OsvReading {
  const record = parseOsvRecord(parseJson(content));
  return record && isMeant(record) ? advisoriesOfRecord(record, source) : { kind: 'skipped', reason: 'malformed' };
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Undefined for what is no text or no JSON: one record less. */
function parseJson(content: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(content));
  } catch {
    return undefined;
  }
}
