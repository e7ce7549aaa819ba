import { attribute, child, childText, streamXml } from '../xml/index.ts';

/** A file of a repository, as its index names it. */
export interface RepositoryFile {
  /** e.g. `primary`, `updateinfo`. */
  readonly type: string;
  /** Relative to the repository. */
  readonly location: string;
  /** e.g. `sha256`. */
  readonly checksumType: string;
  /** Of the file as it is served, in lower-case hex digits. */
  readonly checksum: string;
  /** Bytes, where it says. */
  readonly size: number | undefined;
}

/** The files of an rpm repository (`repodata/repomd.xml`). @throws FeedError `FEED_MALFORMED`, `FEED_TRUNCATED`; LimitError; AbortedError */
export async function readRepomd(
  body: AsyncIterable<Uint8Array>,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<readonly RepositoryFile[]> {
  const files: RepositoryFile[] = [];
  for await (const { element } of streamXml(body, { level: 1, signal: options.signal, limits: { nodes: 100_000 } })) {
    const [type, location] = [attribute(element, 'type'), attribute(child(element, 'location'), 'href')];
    if (element.name !== 'data' || type === '' || location === '') continue;
    const size = /^\d{1,15}$/.exec(childText(element, 'size'))?.[0];
    files.push({
      type,
      location,
      checksumType: attribute(child(element, 'checksum'), 'type'),
      checksum: childText(element, 'checksum').toLowerCase(),
      size: size === undefined ? undefined : Number(size),
    });
  }
  return files;
}
