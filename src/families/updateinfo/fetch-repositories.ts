import type { FeedClient, Fetched, FetchOptions, Fingerprint } from '../../contracts/index.ts';
import { FeedError } from '../../core/index.ts';
import { readRepomd } from '../../formats/updateinfo/index.ts';
import { HashingStream, readAll } from '../../runtime/index.ts';
import { writeBundle, type BundlePart } from '../feed-bundle.ts';

/** An rpm repository that is found through a list of its mirrors. */
export interface MirroredRepository {
  /** What its part of the body is called. */
  readonly name: string;
  readonly mirrorList: string;
  /** One that may be missing: it is named in the body all the same. */
  readonly isOptional?: boolean;
}

/** The advisories of a repository as its index names them. */
interface Located {
  readonly name: string;
  readonly url: string;
  readonly checksum: string;
}

const mostListBytes = 1024 * 1024;
const atOnce = 8;

/**
 * Fetches the `updateinfo` of repositories: mirror list → `repomd.xml` → file, checked against the checksum that the index has. The body is a
 * bundle with a part a repository; it is unchanged when all checksums are.
 * @throws FeedError, `FEED_NOT_FOUND` where a repository is not there; LimitError
 */
export async function fetchRepositories(
  repositories: readonly MirroredRepository[],
  fingerprint: Fingerprint | undefined,
  options: FetchOptions,
): Promise<Fetched> {
  const located: (Located | { readonly name: string; readonly url?: undefined })[] = [];
  for (let at = 0; at < repositories.length; at += atOnce) {
    located.push(...(await Promise.all(repositories.slice(at, at + atOnce).map((each) => locateOptional(each, options)))));
  }
  const next = JSON.stringify(located.map((each) => [each.name, each.url === undefined ? '' : each.checksum]));
  if (next === fingerprint) return { kind: 'unchanged' };
  return { kind: 'changed', body: writeBundle(partsOf(located, options)), fingerprint: next };
}

async function* partsOf(
  located: readonly (Located | { readonly name: string; readonly url?: undefined })[],
  options: FetchOptions,
): AsyncGenerator<BundlePart> {
  for (const each of located) {
    yield { name: each.name, body: each.url === undefined ? undefined : checked(each, options) };
  }
}

/** The file as it is served; its checksum is told once it has ended, before anybody has believed it. */
async function* checked({ url, checksum }: Located, { client, signal }: FetchOptions): AsyncGenerator<Uint8Array, void, undefined> {
  const hashing = new HashingStream();
  yield* hashing.through(await bodyOf(url, client, signal));
  if (hashing.digest() !== `sha256:${checksum}`) throw new FeedError('FEED_MALFORMED', { url, reason: 'checksum' });
}

async function locateOptional(repository: MirroredRepository, options: FetchOptions): Promise<Located | { readonly name: string }> {
  try {
    return await locate(repository, options);
  } catch (error) {
    if (repository.isOptional === true && error instanceof FeedError && error.code === 'FEED_NOT_FOUND') return { name: repository.name };
    throw error;
  }
}

/** Tries mirrors in their order; what the last one says is the error. */
async function locate({ name, mirrorList }: MirroredRepository, options: FetchOptions): Promise<Located> {
  const { client, signal } = options;
  const list = await readAll(await bodyOf(mirrorList, client, signal), { max: mostListBytes, what: 'mirror list', signal });
  const mirrors = new TextDecoder().decode(list).split('\n').slice(0, 5).flatMap(toBase);
  let failure: unknown = new FeedError('FEED_MALFORMED', { url: mirrorList, reason: 'no mirror' });
  for (const base of mirrors) {
    try {
      return await locateAt(name, base, options);
    } catch (error) {
      if (!(error instanceof FeedError)) throw error;
      failure = error;
    }
  }
  throw failure;
}

function toBase(line: string): readonly string[] {
  const text = line.trim();
  if (!/^https?:\/\//.test(text)) return [];
  return [text.endsWith('/') ? text : `${text}/`];
}

async function locateAt(name: string, base: string, { client, signal }: FetchOptions): Promise<Located> {
  const index = new URL('repodata/repomd.xml', base).href;
  const files = await readRepomd(await bodyOf(index, client, signal), { signal });
  const file = files.find(({ type }) => type === 'updateinfo');
  // A repository that never had an update has none.
  if (!file) throw new FeedError('FEED_NOT_FOUND', { url: index, reason: 'no updateinfo' });
  if (file.checksumType !== 'sha256') throw new FeedError('FEED_MALFORMED', { url: index, reason: 'checksum type' });
  const url = URL.parse(file.location, base);
  if (!url?.href.startsWith(base)) throw new FeedError('FEED_MALFORMED', { url: index, reason: 'a file outside the repository' });
  return { name, url: url.href, checksum: file.checksum };
}

async function bodyOf(url: string, client: FeedClient, signal: AbortSignal | undefined): Promise<AsyncIterable<Uint8Array>> {
  const response = await client.get(url, { signal });
  if (response.kind === 'body') return response.body;
  throw new FeedError('FEED_NOT_FOUND', { url });
}
