import { defineUpdaterSet, type Fetched, type FetchOptions, type Fingerprint, type Updater } from '../../../contracts/index.ts';
import { FeedError } from '../../../core/index.ts';
import { writeBundle, type BundlePart } from '../../../families/feed-bundle.ts';
import { member, text } from '../../../formats/json-stream/index.ts';
import { readAll } from '../../../runtime/index.ts';
import { parseErrata } from './errata-advisory.ts';
import { isRockyNamespace } from './release.ts';

const name = 'rocky-errata-updater';
const version = 1;
const firstPage = 'https://apollo.build.resf.org/api/v3/advisories/?page=1&size=100';
const mostPages = 10_000;
const mostPageBytes = 256 * 1024 * 1024;

/** Rocky's errata, page by page: they name binary packages, architectures and modules, which OSV does not. */
const rockyErrataUpdater: Updater = Object.freeze<Updater>({
  name,
  version,
  serves: isRockyNamespace,
  fetch: fetchErrata,
  parse: (body, options) => parseErrata(body, firstPage, name, options),
});

/** In place of OSV: `--feed-source rocky=errata`. */
export const rockyErrataUpdaterSet = defineUpdaterSet({
  id: 'errata',
  serves: isRockyNamespace,
  expected: (namespace) => (isRockyNamespace(namespace) ? [name] : []),
  versionOf: () => version,
  discover: ({ namespaces }) => Promise.resolve(namespaces === undefined || namespaces.some(isRockyNamespace) ? [rockyErrataUpdater] : []),
});

interface Page {
  readonly url: string;
  readonly bytes: Uint8Array;
  /** When the errata were last changed, and how many there are: the same on every page. */
  readonly state: string;
  readonly next: string | undefined;
}

/** The first page tells whether anything changed. @throws FeedError, also where the errata change while they are read */
async function fetchErrata(fingerprint: Fingerprint | undefined, options: FetchOptions): Promise<Fetched> {
  const first = await readPage(firstPage, 1, options);
  if (first.state === fingerprint) return { kind: 'unchanged' };
  return { kind: 'changed', body: writeBundle(pagesFrom(first, options)), fingerprint: first.state };
}

async function* pagesFrom(first: Page, options: FetchOptions): AsyncGenerator<BundlePart> {
  let page = first;
  for (let number = 1; ; number += 1) {
    const { bytes } = page;
    yield { name: page.url, body: whole(bytes) };
    if (page.next === undefined) return;
    if (number >= mostPages) throw new FeedError('FEED_MALFORMED', { url: page.url, reason: 'too many pages' });
    page = await readPage(page.next, number + 1, options);
    if (page.state !== first.state) throw new FeedError('FEED_MALFORMED', { url: page.url, reason: 'changed while it was read' });
  }
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function readPage(url: string, number: number, { client, signal }: FetchOptions): Promise<Page> {
  const response = await client.get(url, { signal });
  if (response.kind !== 'body') throw new FeedError('FEED_NOT_FOUND', { url });
  const bytes = await readAll(response.body, { max: mostPageBytes, what: 'page of errata', signal });
  const page = parsePage(bytes, url);
  // A mirror that knows no queries gives the first page for each.
  if (member(page, 'page') !== number) throw new FeedError('FEED_MALFORMED', { url, reason: 'another page' });
  const state = JSON.stringify([member(page, 'total'), member(page, 'last_updated_at')]);
  return { url, bytes, state, next: nextOf(text(member(member(page, 'links'), 'next'))) };
}

function parsePage(bytes: Uint8Array, url: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new FeedError('FEED_MALFORMED', { url, reason: 'no JSON' }, { cause });
  }
}

/** A page of the same place; what leads elsewhere ends the list as nothing should. */
function nextOf(link: string | undefined): string | undefined {
  if (link === undefined) return undefined;
  const [next, base] = [URL.parse(link, firstPage), new URL(firstPage)];
  if (next?.origin !== base.origin || next.pathname !== base.pathname)
    throw new FeedError('FEED_MALFORMED', { url: firstPage, reason: 'next page' });
  return next.href;
}
