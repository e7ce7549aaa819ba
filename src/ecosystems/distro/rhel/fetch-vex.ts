import type { FeedClient, FeedResponse, Fetched, FetchOptions, Fingerprint, Validators } from '../../../contracts/index.ts';
import { FeedError } from '../../../core/index.ts';
import { storedZstd } from '../../../formats/compression/index.ts';
import { member, text } from '../../../formats/json-stream/index.ts';
import { tarEnd, tarEntry } from '../../../formats/tar/index.ts';
import { readAll } from '../../../runtime/index.ts';
import { readDocumentList } from './document-list.ts';
import { changesName, deletionsName, latestName, vexBaseUrl } from './vex-url.ts';

const MiB = 1024 * 1024;
/** A name; the two lists, of all documents that there are; one document. */
const maxBytes = { latest: 1024, list: 64 * MiB, document: 64 * MiB } as const;
/** Documents that are asked for at a time. */
const together = 6;

type Body = Extract<FeedResponse, { kind: 'body' }>;

/** What was there the last time: names and validators of the three that change. */
interface Seen {
  readonly archive?: string | undefined;
  readonly changes?: Validators | undefined;
  readonly deletions?: Validators | undefined;
}

/**
 * Fetches the archive, and before it, in a tar of its own, what came after: the list of deletions and each document that changed since the archive's day.
 * That is one stream of Zstandard frames, in which the first of two documents counts. Unchanged where name and lists are as they were.
 * @throws FeedError
 */
export async function fetchVex(fingerprint: Fingerprint | undefined, options: FetchOptions): Promise<Fetched> {
  const seen = readSeen(fingerprint);
  const archive = await archiveName(options);
  const isSame = archive === seen.archive;
  const changes = await ask(changesName, isSame ? seen.changes : undefined, options);
  // Both are needed whole where either is new.
  const deletions = await ask(deletionsName, isSame && changes.kind === 'not-modified' ? seen.deletions : undefined, options);
  if (isSame && isUnchanged(changes, seen.changes) && isUnchanged(deletions, seen.deletions)) return { kind: 'unchanged' };
  const listed = changes.kind === 'not-modified' ? await ask(changesName, undefined, options) : changes;
  // Asked for only when its turn comes, unless there is no other way to its day.
  const opened = dayOf(archive) === undefined ? await get(archive, options) : undefined;
  const since = dayOf(archive) ?? Date.parse(opened?.validators.lastModified ?? '');
  if (Number.isNaN(since)) throw new FeedError('FEED_MALFORMED', { url: vexBaseUrl + archive, missing: 'day of the archive' });
  const changed = readDocumentList(await textOf(listed, options))
    .filter(({ at }) => at >= since)
    .map(({ path }) => path);
  const deleted = await textOf(deletions, options);
  const next: Seen = { archive, changes: validatorsOf(listed), deletions: validatorsOf(deletions) };
  const body = concatenate(storedZstd(delta(changed, deleted, options)), async () => (opened ?? (await get(archive, options))).body);
  return { kind: 'changed', body, fingerprint: JSON.stringify(next) };
}

async function* concatenate(
  first: AsyncIterable<Uint8Array>,
  openSecond: () => Promise<AsyncIterable<Uint8Array>>,
): AsyncGenerator<Uint8Array> {
  yield* first;
  yield* await openSecond();
}

/** A list that was not there and still is not is no news. */
function isUnchanged({ kind }: FeedResponse, before: Validators | undefined): boolean {
  return kind === 'not-modified' || (kind === 'not-found' && before?.etag === undefined && before?.lastModified === undefined);
}

/** A document that is listed and is not there any more is left to the archive. */
async function* delta(changed: readonly string[], deletions: string, options: FetchOptions): AsyncGenerator<Uint8Array> {
  const list = new TextEncoder().encode(deletions);
  yield* tarEntry({ path: deletionsName, type: 'file', size: list.length }, [list]);
  const paths = [...new Set(changed)];
  for (let at = 0; at < paths.length; at += together) {
    const group = paths.slice(at, at + together);
    const documents = await Promise.all(group.map(async (path) => ({ path, bytes: await readDocument(path, options) })));
    for (const { path, bytes } of documents) if (bytes) yield* tarEntry({ path, type: 'file', size: bytes.length }, [bytes]);
  }
  yield tarEnd();
}

async function readDocument(path: string, { client, signal }: FetchOptions): Promise<Uint8Array | undefined> {
  const response = await client.get(vexBaseUrl + path, { signal });
  return response.kind === 'body' ? readAll(response.body, { max: maxBytes.document, what: path, signal }) : undefined;
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

/** What cannot be read is no reason to fail: all is then fetched anew. */
function readSeen(fingerprint: Fingerprint | undefined): Seen {
  if (fingerprint === undefined || fingerprint === '') return {};
  try {
    const written: unknown = JSON.parse(fingerprint);
    return {
      archive: text(member(written, 'archive')),
      changes: readValidators(member(written, 'changes')),
      deletions: readValidators(member(written, 'deletions')),
    };
  } catch {
    return {};
  }
}

function readValidators(written: unknown): Validators {
  return { etag: text(member(written, 'etag')), lastModified: text(member(written, 'lastModified')) };
}
