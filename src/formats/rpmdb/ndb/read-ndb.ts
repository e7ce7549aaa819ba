import { viewOf } from '../bytes.ts';
import { databaseFault, headerTooLong, recordFault, type RpmDatabaseItem, type RpmDatabaseLimits } from '../item.ts';
import { BlockReader, type RandomAccess } from '../random-access.ts';
import { adler32 } from './adler32.ts';

/** The words of rpm's own format, `lib/backend/ndb/rpmpkg.c`; all numbers are little-endian. */
const magics = { database: 0x506d_7052, slot: 0x746f_6c53, blobStart: 0x5362_6c42, blobEnd: 0x4562_6c42 } as const;
const ndbHeadBytes = 32;
const slotBytes = 16;
const slotPageBytes = 4096;
const unitBytes = 16;
const blobHeadBytes = 16;
const blobTailBytes = 12;

export function isNdb(head: Uint8Array): boolean {
  return head.length >= 4 && viewOf(head).getUint32(0, true) === magics.database;
}

interface Slot {
  readonly number: number;
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly length: number;
}

/**
 * Reads the records of rpm's own database (`Packages.db`): a list of slots, each of which says where a blob is. A blob stands between
 * a head and a tail that must agree with the slot, and has a checksum. Slots are in no order.
 */
export async function* readNdb(source: RandomAccess, limits: RpmDatabaseLimits): AsyncGenerator<RpmDatabaseItem> {
  const reader = new BlockReader(source);
  const head = await reader.read(0, ndbHeadBytes);
  if (head === undefined || !isNdb(head)) return void (yield databaseFault('the file is no package database of rpm'));
  const view = viewOf(head);
  if (view.getUint32(4, true) !== 0) return void (yield databaseFault('the database has a version that is not known'));
  const end = view.getUint32(12, true) * slotPageBytes;
  if (end === 0) yield databaseFault('the database has no room for slots');
  if (end > reader.size) yield databaseFault('the file ends before its slots do');

  const seen = new Set<number>();
  let bytesRead = 0;
  for (let at = 0; at < Math.min(end, reader.size); at += slotPageBytes) {
    const bytes = await reader.read(at, Math.min(slotPageBytes, reader.size - at));
    for (const slot of slotsOf(bytes ?? new Uint8Array(), at === 0 ? ndbHeadBytes : 0)) {
      if (typeof slot === 'string') {
        yield databaseFault(slot);
        continue;
      }
      if (seen.has(slot.number)) yield recordFault('two slots have one number', { number: slot.number });
      seen.add(slot.number);
      // Blobs of a sound database do not overlap.
      bytesRead += Math.min(slot.length, limits.headerBytes);
      if (bytesRead > reader.size + limits.headerBytes) return void (yield databaseFault('headers share bytes', { number: slot.number }));
      yield await readBlob(reader, slot, limits);
    }
  }
  const beyond = await reader.read(end, slotBytes);
  if (beyond && viewOf(beyond).getUint32(0, true) === magics.slot) yield databaseFault('there are more slots than the database says');
}

/** The slots of a page that are used, or what is wrong with one; those that are free have number 0 and lead nowhere. */
function* slotsOf(page: Uint8Array, from: number): Generator<Slot | string> {
  const view = viewOf(page);
  for (let at = from; at + slotBytes <= page.length; at += slotBytes) {
    const number = view.getUint32(at + 4, true);
    if (view.getUint32(at, true) !== magics.slot) yield 'a slot is damaged';
    else if (number !== 0)
      yield { number, offset: view.getUint32(at + 8, true) * unitBytes, length: view.getUint32(at + 12, true) * unitBytes };
    else if (view.getUint32(at + 8, true) !== 0 || view.getUint32(at + 12, true) !== 0) yield 'a slot that is free leads to a header';
  }
}

async function readBlob(reader: BlockReader, { number, offset, length }: Slot, limits: RpmDatabaseLimits): Promise<RpmDatabaseItem> {
  if (length > limits.headerBytes) return recordFault(headerTooLong, { number });
  if (length < blobHeadBytes + blobTailBytes) return recordFault('a slot has no room for a header', { number });
  const bytes = await reader.read(offset, length);
  if (bytes === undefined) return recordFault('a header lies beyond the file', { number });
  const view = viewOf(bytes);
  const tailAt = length - blobTailBytes;
  const size = view.getUint32(12, true);
  const isWhole =
    view.getUint32(0, true) === magics.blobStart &&
    view.getUint32(4, true) === number &&
    size <= tailAt - blobHeadBytes &&
    view.getUint32(tailAt + 4, true) === size &&
    view.getUint32(tailAt + 8, true) === magics.blobEnd;
  if (!isWhole) return recordFault('head and tail of a header do not agree', { number });
  if (view.getUint32(tailAt, true) !== adler32(bytes.subarray(0, tailAt)))
    return recordFault('the checksum of a header is wrong', { number });
  return { kind: 'record', number, blob: bytes.subarray(blobHeadBytes, blobHeadBytes + size) };
}
