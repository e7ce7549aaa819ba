import type { FeedClient, FeedResponse, Fetched, FetchOptions, Fingerprint, Validators } from '../../../contracts/index.ts';
import { FeedError } from '../../../core/index.ts';
import { fetchDocuments, isNews, listedUntil, writeDelta, type BundlePart, type FetchedDocument } from '../../../families/index.ts';
import { storedZstd } from '../../../formats/compression/index.ts';
import { tarEnd, tarEntry } from '../../../formats/tar/index.ts';
import { readAll } from '../../../runtime/index.ts';
import { deletedDocuments, readDocumentList, writeDocumentList, type ListedDocument } from './document-list.ts';
import { areStillDeleted, readSeen, seenDeletions, writeSeen, type VexSeen } from './vex-seen.ts';
import { changesName, deletionsName, latestName, vexBaseUrl } from './vex-url.ts';

const MiB = 1024 * 1024;
/** A name; the two lists, of all documents that there are; one document. */
const maxBytes = { latest: 1024, list: 64 * MiB, document: 64 * MiB } as const;
/** Documents that are asked for at a time. */
const together = 6;
/** Of more changes the archive is cheaper: each request takes as long as some hundred kilobytes of it. */
const mostDocuments = 2000;

type Body = Extract<FeedResponse, { kind: 'body' }>;

/** The two lists as they are now. */
interface Lists {
  readonly changes: readonly ListedDocument[];
  readonly deletions: readonly ListedDocument[];
  /** Those of the deletions that are not there again. */
  readonly gone: readonly ListedDocument[];
  readonly seen: Omit<VexSeen, 'archive'>;
}

/**
 * Fetches the archive, and before it, in a tar of its own, what came after: the list of deletions and each document that changed since the
 * archive's day. That is one stream of Zstandard frames, in which the first of two documents counts. Where a delta is accepted, no more than
 * the documents that the two lists tell were changed or deleted since they were last read.
 * @throws FeedError; LimitError; AbortedError
 */
export function fetchVex(fingerprint: Fingerprint | undefined, options: FetchOptions): Promise<Fetched> {
  const seen = readSeen(fingerprint);
  return options.accept === 'delta' && seen.until !== undefined ? fetchNews(seen, options) : fetchWhole(seen, options);
}

/** Unchanged where the name of the archive and the lists are as they were. */
async function fetchWhole(seen: VexSeen, options: FetchOptions): Promise<Fetched> {
  const archive = await archiveName(options);
  const lists = await readNewLists(archive === seen.archive ? seen : undefined, options);
  return lists ? fetchArchive(archive, lists, options) : { kind: 'unchanged' };
}

/** Unchanged where the lists are as they were: a newer archive has nothing that they do not tell. */
async function fetchNews(seen: VexSeen, options: FetchOptions): Promise<Fetched> {
  const lists = await readNewLists(seen, options);
  if (!lists) return { kind: 'unchanged' };
  const news = newsOf(lists, seen);
  if (!news) return fetchArchive(await archiveName(options), lists, options);
  const fingerprint = writeSeen({ archive: seen.archive, ...lists.seen });
  return { kind: 'changed', scope: 'delta', body: writeDelta(newsAndGone(news, lists.gone, options)), fingerprint };
}

/** Undefined where the archive has to tell. */
function newsOf({ changes, deletions, gone }: Lists, { until, deleted }: VexSeen): readonly ListedDocument[] | undefined {
  if (until === undefined || !deleted || changes.length === 0 || !areStillDeleted(deleted, deletions)) return undefined;
  const news = without(gone, changes).filter((change) => isNews(change, until));
  return news.length <= mostDocuments ? news : undefined;
}

function without(gone: readonly ListedDocument[], changes: readonly ListedDocument[]): readonly ListedDocument[] {
  const paths = new Set(gone.map(({ path }) => path));
  return changes.filter(({ path }) => !paths.has(path));
}

/** A document that is listed and is not there any more stays as it was. */
async function* newsAndGone(
  news: readonly ListedDocument[],
  gone: readonly ListedDocument[],
  options: FetchOptions,
): AsyncGenerator<BundlePart, void, undefined> {
  for (const { path } of gone) yield { name: path, body: undefined };
  for await (const { name, bytes } of documents(news, options)) if (bytes) yield { name, body: only(bytes) };
}

async function fetchArchive(archive: string, lists: Lists, options: FetchOptions): Promise<Fetched> {
  // Asked for only when its turn comes, unless there is no other way to its day.
  const opened = dayOf(archive) === undefined ? await get(archive, options) : undefined;
  const since = dayOf(archive) ?? Date.parse(opened?.validators.lastModified ?? '');
  if (Number.isNaN(since)) throw new FeedError('FEED_MALFORMED', { url: vexBaseUrl + archive, missing: 'day of the archive' });
  const changed = without(lists.gone, lists.changes).filter(({ at }) => at >= since);
  const body = concatenate(
    storedZstd(sinceArchive(changed, lists.gone, options)),
    async () => (opened ?? (await get(archive, options))).body,
  );
  return { kind: 'changed', body, fingerprint: writeSeen({ archive, ...lists.seen }) };
}

async function* concatenate(
  first: AsyncIterable<Uint8Array>,
  openSecond: () => Promise<AsyncIterable<Uint8Array>>,
): AsyncGenerator<Uint8Array> {
  yield* first;
  yield* await openSecond();
}

/** A document that is listed and is not there any more is left to the archive. */
async function* sinceArchive(
  changed: readonly ListedDocument[],
  gone: readonly ListedDocument[],
  options: FetchOptions,
): AsyncGenerator<Uint8Array> {
  const list = new TextEncoder().encode(writeDocumentList(gone));
  yield* tarEntry({ path: deletionsName, type: 'file', size: list.length }, [list]);
  for await (const { name, bytes } of documents(changed, options)) {
    if (bytes) yield* tarEntry({ path: name, type: 'file', size: bytes.length }, [bytes]);
  }
  yield tarEnd();
}

function documents(listed: readonly ListedDocument[], options: FetchOptions): AsyncGenerator<FetchedDocument, void, undefined> {
  const paths = new Set(listed.map(({ path }) => path));
  const wanted = Array.from(paths, (path) => ({ name: path, url: vexBaseUrl + path }));
  return fetchDocuments(wanted, options, { documentBytes: maxBytes.document, together });
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

async function archiveName(options: FetchOptions): Promise<string> {
  const { body } = await get(latestName, options);
  const bytes = await readAll(body, { max: maxBytes.latest, what: latestName, signal: options.signal });
  const name = new TextDecoder().decode(bytes).trim();
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*\.tar(?:\.[a-z0-9]{1,5})?$/.test(name))
    throw new FeedError('FEED_MALFORMED', { url: vexBaseUrl + latestName });
  return name;
}

/** The archive of a day holds what was there at its beginning at least. */
function dayOf(archive: string): number | undefined {
  const day = /(\d{4}-\d{2}-\d{2})\.tar/.exec(archive)?.[1];
  const at = Date.parse(day ?? '');
  return Number.isNaN(at) ? undefined : at;
}

async function get(name: string, { client, signal }: FetchOptions): Promise<Body> {
  const url = vexBaseUrl + name;
  const response = await client.get(url, { signal });
  if (response.kind === 'body') return response;
  throw new FeedError('FEED_NOT_FOUND', { url });
}

/** Undefined where neither is new to who has seen them. */
async function readNewLists(seen: VexSeen | undefined, options: FetchOptions): Promise<Lists | undefined> {
  const changes = await ask(changesName, seen?.changes, options);
  const isSame = seen !== undefined && isUnchanged(changes, seen.changes);
  // Both are needed whole where either is new.
  const deletions = await ask(deletionsName, isSame ? seen.deletions : undefined, options);
  if (isSame && isUnchanged(deletions, seen.deletions)) return undefined;
  return readLists(changes.kind === 'not-modified' ? await ask(changesName, undefined, options) : changes, deletions, options);
}

/** A list that was not there and still is not is no news. */
function isUnchanged({ kind }: FeedResponse, before: Validators | undefined): boolean {
  return kind === 'not-modified' || (kind === 'not-found' && before?.etag === undefined && before?.lastModified === undefined);
}

async function readLists(changed: FeedResponse, deleted: FeedResponse, options: FetchOptions): Promise<Lists> {
  const changes = readDocumentList(await textOf(changed, options));
  const deletions = readDocumentList(await textOf(deleted, options));
  const seen = {
    changes: validatorsOf(changed),
    deletions: validatorsOf(deleted),
    until: listedUntil(changes, validatorsOf(changed) ?? {}),
    deleted: seenDeletions(deletions),
  };
  return { changes, deletions, gone: deletedDocuments(deletions, changes), seen };
}

/** A list that is not there is empty: a mirror may have the archive alone. */
function ask(name: string, validators: Validators | undefined, { client, signal }: FetchOptions): ReturnType<FeedClient['get']> {
  const isKnown = validators?.etag !== undefined || validators?.lastModified !== undefined;
  return client.get(vexBaseUrl + name, { signal, ...(isKnown && { validators }) });
}

async function textOf(response: FeedResponse, { signal }: FetchOptions): Promise<string> {
  if (response.kind !== 'body') return '';
  return new TextDecoder().decode(await readAll(response.body, { max: maxBytes.list, what: vexBaseUrl, signal }));
}

function validatorsOf(response: FeedResponse): Validators | undefined {
  return response.kind === 'body' ? response.validators : undefined;
}
