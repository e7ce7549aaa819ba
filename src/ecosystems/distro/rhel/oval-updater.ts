import { defineUpdaterSet, type Fetched, type FetchOptions, type Fingerprint, type Updater } from '../../../contracts/index.ts';
import { FeedError } from '../../../core/index.ts';
import { writeBundle, type BundlePart } from '../../../families/feed-bundle.ts';
import { HashingStream, readAll } from '../../../runtime/index.ts';
import { parseStreams } from './oval-advisory.ts';
import { majorsOfNamespace } from './oval-products.ts';
import { feedName, manifestName, ovalBaseUrl, ovalMajors, readFeedList, readManifest, type OvalStream } from './oval-streams.ts';
import { repositoryNamespace, repositoryNamesUpdater, repositoryNamesUpdaterName, repositoryNamesVersion } from './repository-names.ts';

/** Of {@link parseStreams}: grows when it gives other rows for the same documents. */
const version = 1;
/** Bytes of a list of all documents; the real one has some hundred lines. */
const mostListBytes = 16 * 1024 * 1024;

const nameOf = (major: string): string => `rhel-${major}-oval-updater`;

/** Of packages: it says nothing of containers. */
const serves = (namespace: string): boolean => namespace === repositoryNamespace.key || majorsOfNamespace(namespace).length > 0;

export function createRhelOvalUpdater(major: string): Updater {
  const name = nameOf(major);
  return Object.freeze<Updater>({
    name,
    version,
    serves: (namespace) => majorsOfNamespace(namespace).includes(major),
    fetch: (fingerprint, options) => fetchStreams(major, fingerprint, options),
    parse: (body, options) => parseStreams(body, { ...options, updater: name, major }),
  });
}

/** Red Hat's OVAL v2, in place of its VEX documents: `--feed-source rhel=oval`. An updater a release, with all of its streams. */
export const rhelOvalUpdaterSet = defineUpdaterSet({
  id: 'oval',
  serves,
  expected(namespace) {
    if (namespace === repositoryNamespace.key) return [repositoryNamesUpdaterName];
    const majors = majorsOfNamespace(namespace);
    return majors.length === 0 ? [] : [...majors.map(nameOf), repositoryNamesUpdaterName];
  },
  versionOf: (updater) => (updater === repositoryNamesUpdaterName ? repositoryNamesVersion : version),
  async discover({ namespaces, ...options }) {
    if (!namespaces) return [repositoryNamesUpdater, ...(await listMajors(options)).map(createRhelOvalUpdater)];
    const served = namespaces.filter(serves);
    const majors = ovalMajors.filter((major) => served.some((namespace) => majorsOfNamespace(namespace).includes(major)));
    return served.length === 0 ? [] : [repositoryNamesUpdater, ...majors.map(createRhelOvalUpdater)];
  },
});

/** The releases that have documents, by the list. @throws FeedError; LimitError */
async function listMajors(options: FetchOptions): Promise<readonly string[]> {
  const listed = new Set((await listStreams(options)).map(({ major }) => major));
  return ovalMajors.filter((major) => listed.has(major));
}

/** All documents of a release; unchanged where the list says the same of each. @throws FeedError; LimitError */
async function fetchStreams(major: string, fingerprint: Fingerprint | undefined, options: FetchOptions): Promise<Fetched> {
  const streams = (await listStreams(options)).filter((stream) => stream.major === major);
  if (streams.length === 0) throw new FeedError('FEED_NOT_FOUND', { url: `${ovalBaseUrl}RHEL${major}/` });
  const next = JSON.stringify(streams.map(({ path, state }) => [path, state]));
  if (next === fingerprint) return { kind: 'unchanged' };
  return { kind: 'changed', body: writeBundle(partsOf(streams, options)), fingerprint: next };
}

async function* partsOf(streams: readonly OvalStream[], options: FetchOptions): AsyncGenerator<BundlePart> {
  for (const stream of streams) yield { name: stream.path, body: checked(stream, options) };
}

/** The document as it is served; its checksum is told once it has ended, before anybody has believed it. */
async function* checked({ path, sha256 }: OvalStream, options: FetchOptions): AsyncGenerator<Uint8Array, void, undefined> {
  const hashing = new HashingStream();
  yield* hashing.through(await bodyOf(path, options));
  const url = ovalBaseUrl + path;
  if (sha256 !== undefined && hashing.digest() !== `sha256:${sha256}`) throw new FeedError('FEED_MALFORMED', { url, reason: 'checksum' });
}

async function bodyOf(name: string, { client, signal }: FetchOptions): Promise<AsyncIterable<Uint8Array>> {
  const response = await client.get(ovalBaseUrl + name, { signal });
  if (response.kind !== 'body') throw new FeedError('FEED_NOT_FOUND', { url: ovalBaseUrl + name });
  return response.body;
}

/** The list that a mirror has: in the one form, else in the other. */
async function listStreams(options: FetchOptions): Promise<readonly OvalStream[]> {
  try {
    return readManifest(await textOf(manifestName, options));
  } catch (error) {
    if (!(error instanceof FeedError && error.code === 'FEED_NOT_FOUND')) throw error;
    return readFeedList(await textOf(feedName, options));
  }
}

async function textOf(name: string, options: FetchOptions): Promise<string> {
  const bytes = await readAll(await bodyOf(name, options), { max: mostListBytes, what: name, signal: options.signal });
  return new TextDecoder().decode(bytes);
}
