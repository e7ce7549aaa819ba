import type { FetchOptions } from '../contracts/index.ts';
import { readAll } from '../runtime/index.ts';

/** A document that is asked for by itself. */
export interface WantedDocument {
  readonly name: string;
  readonly url: string;
}

export interface FetchedDocument {
  readonly name: string;
  /** Undefined where it is not there. */
  readonly bytes: Uint8Array | undefined;
}

export interface DocumentLimits {
  /** Bytes of one. */
  readonly documentBytes: number;
  /** How many are asked for at a time, and so at most in memory; 8 if absent. */
  readonly together?: number;
}

/**
 * Many small documents of a feed, in the order in which they are wanted. What is still under way when the reader leaves is given up.
 * @throws FeedError; LimitError `LIMIT_READ`; AbortedError
 */
export async function* fetchDocuments(
  wanted: Iterable<WantedDocument>,
  options: FetchOptions,
  { documentBytes, together = 8 }: DocumentLimits,
): AsyncGenerator<FetchedDocument, void, undefined> {
  const leaving = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, leaving.signal]) : leaving.signal;
  const underWay: Promise<FetchedDocument>[] = [];
  const start = (document: WantedDocument): void => {
    const fetching = fetchDocument(document, { client: options.client, signal }, documentBytes);
    // Told when it is its turn.
    fetching.catch(() => undefined);
    underWay.push(fetching);
  };
  try {
    for (const document of wanted) {
      start(document);
      if (underWay.length >= together) yield* first(underWay);
    }
    while (underWay.length > 0) yield* first(underWay);
  } finally {
    leaving.abort();
  }
}

async function* first(underWay: Promise<FetchedDocument>[]): AsyncGenerator<FetchedDocument, void, undefined> {
  const next = underWay.shift();
  if (next) yield await next;
}

async function fetchDocument({ name, url }: WantedDocument, { client, signal }: FetchOptions, max: number): Promise<FetchedDocument> {
  const response = await client.get(url, { signal });
  return { name, bytes: response.kind === 'body' ? await readAll(response.body, { max, what: name, signal }) : undefined };
}
