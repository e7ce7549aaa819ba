import type { Advisory, ParseOptions } from '../../contracts/index.ts';
import { diagnostic, FeedError, InputError, LimitError } from '../../core/index.ts';
import { parseOsvRecord } from '../../formats/osv/index.ts';
import { openZip, type ZipArchive, type ZipEntry } from '../../formats/zip/index.ts';
import { TempArena, type ArenaFile } from '../../runtime/index.ts';
import { advisoriesOfRecord, type OsvReading } from './advisories-of-record.ts';
import type { OsvSkipReason, OsvSource } from './osv-source.ts';

const MiB = 1024 * 1024;
/** The largest record of real feeds has some 5 MiB; an archive some 300 MiB. */
const limits = { entryBytes: 32 * MiB, archiveBytes: 4096 * MiB };

/**
 * The advisories of an ecosystem's `all.zip`: one record a file. A record that gives no row is counted by its reason, and told once at the end.
 * The archive goes to a nameless file, for its directory stands at its end; one record at a time is in memory.
 * @throws FeedError `FEED_TRUNCATED` for what is no whole archive; LimitError `LIMIT_READ`; AbortedError
 */
export async function* parseOsvZip(
  body: AsyncIterable<Uint8Array>,
  source: OsvSource,
  options: ParseOptions = {},
): AsyncGenerator<Advisory, void, undefined> {
  using arena = new TempArena();
  const file = arena.create();
  await spool(body, file);
  const archive = await opened(file, options.signal);
  const skipped = new SkippedByReason();
  const leftOut = new SkippedByReason();
  for (const entry of archive.entries) {
    if (entry.isDirectory || !entry.name.endsWith('.json')) continue;
    const reading = await readRecord(archive, entry, source);
    if (reading.kind === 'skipped') skipped.add(reading.reason, entry.name);
    else {
      for (const advisory of reading.advisories) yield advisory;
      for (const reason of reading.leftOut) leftOut.add(reason, entry.name);
    }
  }
  skipped.report({ updater: source.updater, of: 'records' }, options);
  leftOut.report({ updater: source.updater, of: 'entries of records' }, options);
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
  if (content === undefined) return { kind: 'skipped', reason: 'too-large' };
  const record = parseOsvRecord(parseJson(content));
  return record ? advisoriesOfRecord(record, source) : { kind: 'skipped', reason: 'malformed' };
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

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Undefined for what is no text or no JSON: one record less. */
function parseJson(content: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(content));
  } catch {
    return undefined;
  }
}

/** What cannot be read is worth a warning; what says nothing about versions is not. */
const unreadable: ReadonlySet<OsvSkipReason> = new Set(['malformed', 'too-large', 'module-unknown']);

class SkippedByReason {
  readonly #counts = new Map<OsvSkipReason, { count: number; readonly first: string }>();

  add(reason: OsvSkipReason, name: string): void {
    const known = this.#counts.get(reason);
    if (known) known.count += 1;
    else this.#counts.set(reason, { count: 1, first: name.slice(0, 200) });
  }

  report(said: { readonly updater: string; readonly of: string }, { onDiagnostic }: ParseOptions): void {
    for (const [reason, { count, first }] of this.#counts) {
      const code = unreadable.has(reason) ? 'FEED_RECORD_SKIPPED' : 'FEED_RECORD_UNUSED';
      onDiagnostic?.(diagnostic(code, { data: { ...said, reason, records: count, first } }));
    }
  }
}
