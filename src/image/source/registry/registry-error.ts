import { FeedError, InputError, type ClaircoreError } from '../../../core/index.ts';
import { readAll, type HttpResponse } from '../../../runtime/index.ts';

/** What was asked, for errors. */
export interface Asked {
  readonly host: string;
  /** `manifests/TAG` or `blobs/DIGEST`, the name of the image before it. */
  readonly image: string;
  readonly kind: 'manifest' | 'blob' | 'token';
}

const maxBody = 65_536;
const maxSaid = 300;

/** The answer as an error; its body is read for what the registry says, and let go of. Should that hold the secret that was sent, it is left out. */
export async function toAnswerError(response: HttpResponse, asked: Asked, authorization = ''): Promise<ClaircoreError> {
  const [, secret = ''] = authorization.split(' ', 2);
  const text = await readSaid(response);
  const said = secret !== '' && text.includes(secret) ? '' : toPrintable(text);
  const { status } = response;
  const data = { host: asked.host, image: asked.image, status, ...(said !== '' && { said }) };
  if (status === 401 || status === 403) return new FeedError('REGISTRY_DENIED', data);
  if (status === 429)
    return new FeedError('REGISTRY_RATE_LIMITED', { ...data, retryAfter: toPrintable(response.header('retry-after') ?? '') });
  if (status === 404 && asked.kind === 'manifest') return new InputError('REGISTRY_IMAGE_UNKNOWN', data);
  return new FeedError('REGISTRY_ANSWER', data);
}

/** What failed on the way, named after the registry instead of a feed; what is ours already stays. */
export function toRegistryError(error: unknown, host: string): unknown {
  if (!(error instanceof FeedError)) return error;
  const reason = String(error.data['reason'] ?? error.code);
  if (error.code === 'FEED_UNREACHABLE') return new FeedError('REGISTRY_UNREACHABLE', { host, reason }, { cause: error });
  if (error.code === 'FEED_TRUNCATED') return new FeedError('REGISTRY_UNREACHABLE', { host, reason: 'ends early' }, { cause: error });
  if (error.code === 'FEED_REDIRECT') return new FeedError('REGISTRY_ANSWER', { host, reason: 'redirects too often, or to nowhere' });
  return error;
}

/** The errors that the specification of registries describes: `{errors: [{code, message}]}`; of anything else nothing. */
async function readSaid(response: HttpResponse): Promise<string> {
  try {
    const bytes = await readAll(response.body, { max: maxBody, what: 'error' });
    return sayings(JSON.parse(new TextDecoder().decode(bytes))).join('; ');
  } catch {
    response.discard();
    return '';
  }
}

function sayings(wire: unknown): readonly string[] {
  if (typeof wire !== 'object' || wire === null || !('errors' in wire) || !Array.isArray(wire.errors)) return [];
  return wire.errors.slice(0, 3).flatMap((error: unknown) => {
    if (typeof error !== 'object' || error === null) return [];
    const parts = [textOf(error, 'code'), textOf(error, 'message')].filter((part) => part !== '');
    return parts.length === 0 ? [] : [parts.join(': ')];
  });
}

function textOf(error: object, key: string): string {
  const value: unknown = Object.entries(error).find(([name]) => name === key)?.[1];
  return typeof value === 'string' ? value : '';
}

/** Bounded, and without what moves a cursor or turns the direction of a line. */
function toPrintable(text: string): string {
  return text.slice(0, maxSaid).replaceAll(/\p{C}/gu, '?').trim();
}
