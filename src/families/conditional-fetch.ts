import type { FetchOptions, Fetched, Fingerprint, Validators } from '../contracts/index.ts';
import { FeedError, unreachable } from '../core/index.ts';
import { member, text } from '../formats/json-stream/index.ts';

/**
 * Fetches a feed that is one document. The fingerprint is the JSON of the body's HTTP validators, which are shown
 * to the server the next time; a server that gave none is asked for the whole document again.
 * @throws FeedError, `FEED_NOT_FOUND` where there is nothing at the address
 */
export async function fetchConditionally(url: string, fingerprint: Fingerprint | undefined, options: FetchOptions): Promise<Fetched> {
  const { client, signal } = options;
  const response = await client.get(url, { validators: readFingerprint(fingerprint), signal });
  switch (response.kind) {
    case 'body':
      return { kind: 'changed', body: response.body, fingerprint: writeFingerprint(response.validators), size: response.size };
    case 'not-modified':
      return { kind: 'unchanged' };
    case 'not-found':
      throw new FeedError('FEED_NOT_FOUND', { url });
    default:
      return unreachable(response);
  }
}

function writeFingerprint({ etag, lastModified }: Validators): Fingerprint {
  return JSON.stringify({ etag, lastModified });
}

/** What cannot be read is no reason to fail: the document is then fetched whole. */
function readFingerprint(fingerprint: Fingerprint | undefined): Validators | undefined {
  if (fingerprint === undefined || fingerprint === '') return undefined;
  try {
    const written: unknown = JSON.parse(fingerprint);
    const [etag, lastModified] = [text(member(written, 'etag')), text(member(written, 'lastModified'))];
    return etag === undefined && lastModified === undefined ? undefined : { etag, lastModified };
  } catch {
    return undefined;
  }
}
