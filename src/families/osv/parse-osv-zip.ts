import type { Advisory, ParseOptions } from '../../contracts/index.ts';
import { FeedError, InputError, LimitError } from '../../core/index.ts';
import { openZip, type ZipArchive, type ZipEntry } from '../../formats/zip/index.ts';
import { TempArena, type ArenaFile } from '../../runtime/index.ts';
import { wholeFeed } from '../feed-bundle.ts';
import type { OsvReading } from './advisories-of-record.ts';
import type { OsvSource } from './osv-source.ts';
import { readOsvRecord } from './read-osv-record.ts';
import { UnusedRecords } from './unused-records.ts';

const MiB = 1024 * 1024;
/** The largest record of real feeds has some 5 MiB; an archive some 300 MiB. */
const limits = { entryBytes: 32 * MiB, archiveBytes: 4096 * MiB };

/**
 * The advisories of an ecosystem's `all.zip`: one record a file. A record that gives no row is counted by its reason, and told once at the end.
 * The archive goes to a nameless file, for its directory stands at its end; one record at a time is in memory.
 * @throws FeedError `FEED_TRUNCATED` for what is no whole archive, `FEED_DELTA`; LimitError `LIMIT_READ`; AbortedError
 */
export async function* parseOsvZip(
  body: AsyncIterable<Uint8Array>,
  source: OsvSource,
  options: ParseOptions = {},
): AsyncGenerator<Advisory, void, undefined> {
  using arena = new TempArena();
  const file = arena.create();
  await spool(wholeFeed(body, options), file);
  const archive = await opened(file, options.signal);
  const unused = new UnusedRecords();
  for (const entry of archive.entries) {
    if (entry.isDirectory || !entry.name.endsWith('.json')) continue;
    const reading = await readRecord(archive, entry, source);
    unused.add(reading, entry.name);
    if (reading.kind === 'used') yield* reading.advisories;
  }
  unused.report(source.updater, options);
}

async function spool(body: AsyncIterable<Uint8Array>, file: ArenaFile): Promise<void> {
  for await (const chunk of body) {
    if (file.size + chunk.length > limits.archiveBytes) throw new LimitError('LIMIT_READ', { what: 'archive', limit: limits.archiveBytes });
    file.append(chunk);
  }
}

async function opened(file: ArenaFile, signal: AbortSignal | undefined): Promise<ZipArchive> {
  try {
    return await openZip(file, { limits: { entryBytes: limits.entryBytes }, signal });
  } catch (error) {
    if (error instanceof InputError) throw new FeedError('FEED_TRUNCATED', { reason: 'no whole archive' }, { cause: error });
    throw error;
  }
}

async function readRecord(archive: ZipArchive, entry: ZipEntry, source: OsvSource): Promise<OsvReading> {
  const content = await readEntry(archive, entry);
  return content === undefined ? { kind: 'skipped', reason: 'too-large' } : readOsvRecord(content, source);
}

/** Undefined for what is too large; a damaged archive is no feed. */
async function readEntry(archive: ZipArchive, entry: ZipEntry): Promise<Uint8Array | undefined> {
  try {
    return await archive.read(entry);
  } catch (error) {
    if (error instanceof LimitError) return undefined;
    if (error instanceof InputError) throw new FeedError('FEED_TRUNCATED', { reason: 'a record is damaged' }, { cause: error });
    throw error;
  }
}
