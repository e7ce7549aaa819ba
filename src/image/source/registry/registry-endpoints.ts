import type { FindRegistryCredentials, RegistryMirror } from '../../../contracts/index.ts';
import { FeedError, UsageError } from '../../../core/index.ts';
import { isLoopbackHost } from '../../../runtime/index.ts';
import { Authorizer } from './authorizer.ts';
import { toRegistryError } from './registry-error.ts';
import type { RegistryHttp, RegistryRequest } from './registry-http.ts';
import { dockerHub, type RegistryReference } from './registry-reference.ts';

/** A place that is asked for one repository, as itself. */
export interface Endpoint {
  readonly kind: 'origin' | 'mirror';
  /** By which it is named in errors. */
  readonly host: string;
  /** Where `/v2/…` begins; asked once, when it is needed. */
  base(signal?: AbortSignal): Promise<URL>;
  readonly authorizer: Authorizer;
  /** A mirror is not worth waiting for. */
  readonly effort: RegistryRequest['effort'];
}

export interface EndpointOptions {
  readonly http: RegistryHttp;
  readonly reference: RegistryReference;
  readonly mirrors: readonly RegistryMirror[];
  readonly credentials: FindRegistryCredentials;
}

/** Where Docker's own registry really is. */
const hubAddress = 'https://registry-1.docker.io';

/** The mirrors of the reference's registry, in their order, then itself. @throws UsageError `USAGE_OPTION` for the URL of a mirror */
export function listEndpoints(options: EndpointOptions): readonly Endpoint[] {
  const { http, reference, credentials } = options;
  const { host, repository } = reference;
  const mirrors = options.mirrors.filter((mirror) => isSameHost(mirror.host, host));
  return [
    ...mirrors.map(({ url }): Endpoint => {
      const base = parseMirror(url);
      http.allow(base);
      const authorizer = new Authorizer({ http, host: base.host, repository, credentials });
      return { kind: 'mirror', host: base.host, base: () => Promise.resolve(base), authorizer, effort: 'once' };
    }),
    origin(options),
  ];
}

function origin({ http, reference, credentials }: EndpointOptions): Endpoint {
  const { host, repository, isHostGiven } = reference;
  const secure = new URL(host === dockerHub ? hubAddress : `https://${host}`);
  const plain = new URL(`http://${host}`);
  if (isHostGiven && host !== dockerHub) for (const url of [secure, plain]) http.allow(url);
  const mayBePlain = isLoopbackHost(secure.hostname) || http.isInsecure(secure) || http.isInsecure(plain);
  let found: Promise<URL> | undefined;
  return {
    kind: 'origin',
    host,
    base(signal) {
      if (!mayBePlain) return Promise.resolve(secure);
      found ??= findBase(http, { secure, plain, host, signal }).catch((error: unknown) => {
        found = undefined;
        throw error;
      });
      return found;
    },
    authorizer: new Authorizer({ http, host, repository, credentials }),
    effort: 'retry',
  };
}

interface Candidates {
  readonly secure: URL;
  readonly plain: URL;
  readonly host: string;
  readonly signal?: AbortSignal | undefined;
}

/** TLS where it is spoken, plain http where not: only for hosts that may be asked so. */
async function findBase(http: RegistryHttp, { secure, plain, host, signal }: Candidates): Promise<URL> {
  try {
    await knock(http, secure, signal);
    return secure;
  } catch (error) {
    if (!(error instanceof FeedError) || error.code !== 'FEED_UNREACHABLE') throw error;
    const isAnswered = await knock(http, plain, signal).catch((second: unknown) => {
      if (second instanceof FeedError) return false;
      throw second;
    });
    if (!isAnswered) throw toRegistryError(error, host);
    return plain;
  }
}

/** False for what a TLS server answers to plain http. */
async function knock(http: RegistryHttp, base: URL, signal: AbortSignal | undefined): Promise<boolean> {
  const response = await http.request(new URL('/v2/', base), { headers: {}, effort: 'once', signal });
  response.discard();
  return response.status !== 400;
}

function parseMirror(text: string): URL {
  const url = URL.parse(text);
  if ((url?.protocol === 'http:' || url?.protocol === 'https:') && url.username === '' && url.password === '' && url.search === '') {
    return url;
  }
  throw new UsageError('USAGE_OPTION', { option: 'registry mirror', expected: 'an http or https URL without user or query' });
}

/** docker.io goes by several names. */
function isSameHost(one: string, other: string): boolean {
  const canonical = (host: string): string => (/^(?:index|registry-1)\.docker\.io$/i.test(host) ? dockerHub : host.toLowerCase());
  return canonical(one) === canonical(other);
}
