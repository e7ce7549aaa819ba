import { defineUpdaterSet, type Advisory, type AdvisoryRow, type Namespace, type Updater, type UpdaterSet } from '../contracts/index.ts';
import { FeedError, throwIfAborted } from '../core/index.ts';

export interface FakeUpdaterOptions {
  readonly name: string;
  /** 1 if absent. */
  readonly version?: number;
  /** Upstream address of the feed; `https://feeds.example/<name>` if absent. */
  readonly url?: string;
  /** Keys of the namespaces that the feed speaks of. */
  readonly namespaces: readonly string[];
}

/** An updater over a feed that {@link fakeFeed} wrote. Its fingerprint is the feed's entity tag. */
export function fakeUpdater(options: FakeUpdaterOptions): Updater {
  const { name, version = 1, namespaces } = options;
  const url = feedUrl(options);
  return Object.freeze<Updater>({
    name,
    version,
    serves: (namespace) => namespaces.includes(namespace),
    async fetch(fingerprint, { client, signal }) {
      const response = await client.get(url, { signal, ...(fingerprint !== undefined && { validators: { etag: fingerprint } }) });
      if (response.kind === 'not-modified') return { kind: 'unchanged' };
      if (response.kind === 'not-found') throw new FeedError('FEED_NOT_FOUND', { url });
      const { body, validators, size } = response;
      return { kind: 'changed', body, fingerprint: validators.etag ?? '', ...(size !== undefined && { size }) };
    },
    parse: (body, parseOptions) => parseLines(body, parseOptions?.signal),
  });
}

export function feedUrl({ name, url }: Pick<FakeUpdaterOptions, 'name' | 'url'>): string {
  return url ?? `https://feeds.example/${name}`;
}

/** A set of them: it expects those that speak of a namespace, and finds them unless told to fail. */
export function fakeUpdaterSet(id: string, updaters: readonly FakeUpdaterOptions[], discover?: UpdaterSet['discover']): UpdaterSet {
  const serving = (namespace: string): readonly FakeUpdaterOptions[] => updaters.filter(({ namespaces }) => namespaces.includes(namespace));
  return defineUpdaterSet({
    id,
    serves: (namespace) => serving(namespace).length > 0,
    expected: (namespace) => serving(namespace).map(({ name }) => name),
    versionOf: (updater) => updaters.find(({ name }) => name === updater)?.version ?? 1,
    discover: discover ?? (({ namespaces }) => Promise.resolve([...new Set(namespaces?.flatMap(serving) ?? updaters)].map(fakeUpdater))),
  });
}

/** A feed as text: one advisory a line, then a line that says it is the end. */
export function fakeFeed(advisories: readonly Advisory[]): string {
  return [...advisories.map((advisory) => JSON.stringify(advisory)), '"end"', ''].join('\n');
}

export interface FakeRow extends Partial<Omit<AdvisoryRow, 'namespace' | 'package'>> {
  readonly namespace: Namespace;
  /** Name of the package. */
  readonly package: string;
  readonly kind?: AdvisoryRow['package']['kind'];
  readonly arch?: string;
  readonly archOperation?: AdvisoryRow['package']['archOperation'];
  readonly module?: string;
}

/** An advisory with everything that was not said filled in. */
export function fakeAdvisory(name: string, rows: readonly FakeRow[], rest: Partial<Advisory> = {}): Advisory {
  return {
    part: '',
    name,
    aliases: [],
    description: `about ${name}`,
    links: [`https://advisories.example/${name}`],
    issued: '',
    severity: '',
    normalizedSeverity: 'Unknown',
    url: 'https://feeds.example/feed.json',
    rows: rows.map((row, index) => toRow(row, `/${name}/${index}`)),
    ...rest,
  };
}

function toRow(
  { kind = 'source', arch = '', archOperation = '', module = '', package: name, ...row }: FakeRow,
  pointer: string,
): AdvisoryRow {
  const range = row.range ?? {};
  const fixState = range.fixed === undefined ? 'not-fixed' : 'fixed';
  return { range, status: 'affected', fixState, pointer, ...row, package: { name, kind, arch, archOperation, module } };
}

async function* parseLines(body: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): AsyncGenerator<Advisory> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    throwIfAborted(signal);
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const value = parseLine(line);
      if (value === 'end') return;
      yield value as Advisory;
    }
  }
  throw new FeedError('FEED_TRUNCATED');
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new FeedError('FEED_MALFORMED', {}, { cause: error });
  }
}
