import type { FeedResponse, Fetched, FetchOptions, Fingerprint, Validators } from '../../contracts/index.ts';
import { FeedError, LimitError } from '../../core/index.ts';
import { member, text } from '../../formats/json-stream/index.ts';
import { readAll } from '../../runtime/index.ts';
import type { BundlePart } from '../bundle-frames.ts';
import { isNews, listedUntil } from '../change-list.ts';
import { writeDelta } from '../feed-bundle.ts';
import { fetchDocuments } from '../fetch-documents.ts';
import { osvRecordUrl } from './advisories-of-record.ts';
import { parseModifiedList, type ModifiedRecord } from './modified-list.ts';
import { osvArchiveUrl, osvListName, osvListUrl } from './osv-url.ts';

const MiB = 1024 * 1024;
/** The list of the largest ecosystem has some 15 MiB; the largest record some 5. */
const maxBytes = { list: 64 * MiB, record: 32 * MiB } as const;
/** As many records as an archive has in the bytes that asking for one by itself costs; of more changes the archive is cheaper. */
const recordsPerRequest = 50;
const requests = { least: 10, most: 2000 } as const;
/** A list that lost more of its records than that is not believed: what there is, the archive tells. */
const shrunk = 0.99;
/** ms; both are written within the hour. */
const maxListAge = 24 * 3_600_000;

/** What was there the last time. */
interface Seen {
  /** Of the archive that was loaded. */
  readonly archive: Validators;
  readonly list: Validators;
  /** ms; up to when the list told; undefined where there was none. */
  readonly until: number | undefined;
  /** Records that it named. */
  readonly records: number;
}

interface List {
  readonly bytes: Uint8Array;
  readonly records: readonly ModifiedRecord[];
  readonly validators: Validators;
}

/**
 * Fetches an ecosystem's `all.zip`, and afterwards, where a delta is accepted, no more than `modified_id.csv` and the records that it tells were
 * changed. Who has no such list (a mirror) is asked for the archive by its validators.
 * @throws FeedError, `FEED_NOT_FOUND` where there is no archive; LimitError; AbortedError
 */
export async function fetchOsv(bucket: string, fingerprint: Fingerprint | undefined, options: FetchOptions): Promise<Fetched> {
  const seen = readSeen(fingerprint);
  const response = await askForList(bucket, seen, options);
  if (response?.kind === 'not-modified') return (seen && (await behindList(bucket, seen, options))) ?? { kind: 'unchanged' };
  const list = response?.kind === 'body' ? await readList(response, bucket, options) : undefined;
  const news = seen && list && options.accept === 'delta' ? newsOf(list, seen) : undefined;
  if (!seen || !list || !news) return fetchArchive(bucket, seen, list, options);
  const next = { ...seen, ...stateOf(list) };
  return { kind: 'changed', scope: 'delta', body: writeDelta(documents(list, news, bucket, options)), fingerprint: writeSeen(next) };
}

/** Undefined where the server has none: some say so by refusing it. */
async function askForList(bucket: string, seen: Seen | undefined, { client, signal }: FetchOptions): Promise<FeedResponse | undefined> {
  try {
    return await client.get(osvListUrl(bucket), { signal, ...(seen?.until !== undefined && { validators: seen.list }) });
  } catch (error) {
    if (error instanceof FeedError && error.code === 'FEED_STATUS') return undefined;
    throw error;
  }
}

/**
 * A mirror may take over new archives and leave the list as it was: one that is older than the archive says nothing of it.
 * @returns undefined where the list holds
 */
async function behindList(bucket: string, seen: Seen, { client, signal }: FetchOptions): Promise<Fetched | undefined> {
  if (client.origin === undefined || client.origin === '') return undefined;
  const leaving = new AbortController();
  const either = signal ? AbortSignal.any([signal, leaving.signal]) : leaving.signal;
  const response = await client.get(osvArchiveUrl(bucket), { signal: either, ...(isKnown(seen.archive) && { validators: seen.archive }) });
  if (response.kind !== 'body') return undefined;
  const age = Date.parse(response.validators.lastModified ?? '') - Date.parse(seen.list.lastModified ?? '');
  if (age <= maxListAge) {
    leaving.abort();
    return undefined;
  }
  return {
    kind: 'changed',
    body: response.body,
    fingerprint: writeSeen({ archive: response.validators, ...stateOf(undefined) }),
    size: response.size,
  };
}

/** Undefined where the archive has to tell. */
function newsOf({ records }: List, seen: Seen): readonly ModifiedRecord[] | undefined {
  const { until } = seen;
  if (until === undefined || records.length < seen.records * shrunk) return undefined;
  const news = records.filter((record) => isNews(record, until));
  // With more new records than have a new date, some came with an old one.
  if (records.length > seen.records + news.length) return undefined;
  return news.length <= affordable(records.length) ? news : undefined;
}

function affordable(records: number): number {
  return Math.min(requests.most, Math.max(requests.least, Math.ceil(records / recordsPerRequest)));
}

async function* documents(
  list: List,
  news: readonly ModifiedRecord[],
  bucket: string,
  options: FetchOptions,
): AsyncGenerator<BundlePart, void, undefined> {
  yield { name: osvListName, body: only(list.bytes) };
  const wanted = news.map(({ id }) => ({ name: id, url: osvRecordUrl(bucket, id) }));
  for await (const { name, bytes } of fetchDocuments(wanted, options, { documentBytes: maxBytes.record }))
    yield { name, body: bytes && only(bytes) };
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

/** The list was read first: what changes between the two is asked for again the next time. */
async function fetchArchive(
  bucket: string,
  seen: Seen | undefined,
  list: List | undefined,
  { client, signal }: FetchOptions,
): Promise<Fetched> {
  const url = osvArchiveUrl(bucket);
  const response = await client.get(url, { signal, ...(isKnown(seen?.archive) && { validators: seen?.archive }) });
  if (response.kind === 'not-found') throw new FeedError('FEED_NOT_FOUND', { url });
  // What is stored is this archive, or it and changes that were made since.
  if (response.kind === 'not-modified') return { kind: 'unchanged' };
  const fingerprint = writeSeen({ archive: response.validators, ...stateOf(list) });
  return { kind: 'changed', body: response.body, fingerprint, size: response.size };
}

function isKnown(validators: Validators | undefined): boolean {
  return validators?.etag !== undefined || validators?.lastModified !== undefined;
}

/** Undefined where it is no such list, or none that can be kept in memory. */
async function readList(
  { body, validators }: Extract<FeedResponse, { kind: 'body' }>,
  bucket: string,
  { signal }: FetchOptions,
): Promise<List | undefined> {
  try {
    const bytes = await readAll(body, { max: maxBytes.list, what: osvListUrl(bucket), signal });
    const records = parseModifiedList(new TextDecoder().decode(bytes));
    return records && { bytes, records, validators };
  } catch (error) {
    if (error instanceof LimitError) return undefined;
    throw error;
  }
}

function stateOf(list: List | undefined): Omit<Seen, 'archive'> {
  if (!list) return { list: {}, until: undefined, records: 0 };
  return { list: list.validators, until: listedUntil(list.records, list.validators), records: list.records.length };
}

function writeSeen({ archive, list, until, records }: Seen): Fingerprint {
  return JSON.stringify({ ...archive, list, until, records });
}

/** What cannot be read is no reason to fail: the archive is then fetched. */
function readSeen(fingerprint: Fingerprint | undefined): Seen | undefined {
  if (fingerprint === undefined || fingerprint === '') return undefined;
  try {
    const written: unknown = JSON.parse(fingerprint);
    const archive = readValidators(written);
    const [until, records] = [member(written, 'until'), member(written, 'records')];
    const isTold = Number.isSafeInteger(until) && Number.isSafeInteger(records);
    const told = isTold ? { until: Number(until), records: Number(records) } : { until: undefined, records: 0 };
    return { archive, list: readValidators(member(written, 'list')), ...told };
  } catch {
    return undefined;
  }
}

function readValidators(written: unknown): Validators {
  return { etag: text(member(written, 'etag')), lastModified: text(member(written, 'lastModified')) };
}
