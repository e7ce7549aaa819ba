import type { Advisory, ParseOptions } from '../../contracts/index.ts';
import { ClaircoreError, diagnostic, FeedError, InputError, LimitError } from '../../core/index.ts';
import { parseOsvRecord } from '../../formats/osv/index.ts';
import { openZip, type ZipArchive, type ZipEntry } from '../../formats/zip/index.ts';
import { TempArena, type ArenaFile } from '../../runtime/index.ts';
import { advisoriesOfRecord, type OsvReading, type OsvSkipReason } from './advisories-of-record.ts';
import type { OsvSource } from './osv-source.ts';

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
  for (const entry of archive.entries) {
    if (entry.isDirectory || !entry.name.endsWith('.json')) continue;
    const reading = await readRecord(archive, entry, source);
    if (reading.kind === 'skipped') skipped.add(reading.reason, entry.name);
    else for (const advisory of reading.advisories) yield advisory;
  }
  skipped.report(source.updater, options);
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
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await archive.read(entry)));
    const record = parseOsvRecord(value);
    return record ? advisoriesOfRecord(record, source) : { kind: 'skipped', reason: 'malformed' };
  } catch (error) {
    if (error instanceof LimitError) return { kind: 'skipped', reason: 'too-large' };
    // A damaged archive is no feed; a text that is no JSON, or no text, is one record less.
    if (error instanceof InputError) throw new FeedError('FEED_TRUNCATED', { reason: 'a record is damaged' }, { cause: error });
    if (error instanceof ClaircoreError || !isTextError(error)) throw error;
    return { kind: 'skipped', reason: 'malformed' };
  }
}

function isTextError(error: unknown): boolean {
  return error instanceof SyntaxError || error instanceof TypeError;
}

/** What cannot be read is worth a warning; what says nothing about versions is not. */
const unreadable: ReadonlySet<OsvSkipReason> = new Set(['malformed', 'too-large']);

class SkippedByReason {
  readonly #counts = new Map<OsvSkipReason, { count: number; readonly first: string }>();

  add(reason: OsvSkipReason, name: string): void {
    const known = this.#counts.get(reason);
    if (known) known.count += 1;
    else this.#counts.set(reason, { count: 1, first: name.slice(0, 200) });
  }

  report(updater: string, { onDiagnostic }: ParseOptions): void {
    for (const [reason, { count, first }] of this.#counts) {
      const code = unreadable.has(reason) ? 'FEED_RECORD_SKIPPED' : 'FEED_RECORD_UNUSED';
      onDiagnostic?.(diagnostic(code, { data: { updater, reason, records: count, first } }));
    }
  }
}
