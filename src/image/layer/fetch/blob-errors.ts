import { ClaircoreError, FeedError, type ErrorData } from '../../../core/index.ts';

/** Host and path of a blob: what may be said of where it is. */
export function placeOf(url: URL): { readonly host: string; readonly path: string } {
  return { host: url.host, path: url.pathname.slice(0, 300) };
}

/** What an answer of another status than 200 and 206 means. */
export function statusError(url: URL, status: number): FeedError {
  const data = { ...placeOf(url), status };
  if (status === 401 || status === 403 || status === 407) return new FeedError('LAYER_DENIED', data);
  if (status === 404 || status === 410) return new FeedError('LAYER_NOT_FOUND', data);
  return new FeedError('LAYER_STATUS', data);
}

/** The client speaks of feeds; this says the same of a layer. What is about addresses, limits and aborting stays as it is. */
export function toLayerError(error: unknown, url: URL, data: ErrorData = {}): unknown {
  if (!(error instanceof ClaircoreError)) return error;
  const reason = reasonOf(error as ClaircoreError);
  return reason === undefined ? error : new FeedError('LAYER_UNREACHABLE', { ...placeOf(url), reason, ...data }, { cause: error });
}

/** Whether a transfer broke off, so that the rest of it may still come. */
export function isBroken(error: unknown): boolean {
  return error instanceof FeedError && (error.code === 'FEED_TRUNCATED' || error.code === 'FEED_UNREACHABLE');
}

function reasonOf(error: ClaircoreError): string | undefined {
  switch (error.code) {
    case 'FEED_TRUNCATED':
      return 'ended early';
    case 'FEED_REDIRECT':
      return 'redirects too often, or to nowhere';
    case 'FEED_UNREACHABLE':
      return String(error.data['reason'] ?? '');
    default:
      return undefined;
  }
}
