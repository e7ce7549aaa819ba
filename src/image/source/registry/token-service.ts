import type { RegistryCredentials } from '../../../contracts/index.ts';
import { FeedError, LimitError } from '../../../core/index.ts';
import { readAll, type HttpResponse } from '../../../runtime/index.ts';
import { basicAuthorization } from './basic-authorization.ts';
import type { Challenge } from './challenge.ts';
import { toAnswerError, toRegistryError } from './registry-error.ts';
import type { RegistryHttp } from './registry-http.ts';

export interface TokenRequest {
  readonly http: RegistryHttp;
  readonly host: string;
  readonly repository: string;
  readonly challenge: Challenge;
  readonly credentials: RegistryCredentials | undefined;
}

export interface AccessToken {
  readonly token: string;
  /** ms */
  readonly lifetime: number;
}

const maxAnswer = 1024 * 1024;
/** Seconds that a token lives where nothing is said (distribution, token specification). */
const defaultLifetime = 60;
const maxLifetime = 24 * 3600;

/**
 * Asks the token service that a registry names for leave to pull (distribution's token specification): with GET as who the user is
 * or as nobody, with a posted form for an identity token (its OAuth 2 specification).
 *
 * @throws FeedError `REGISTRY_DENIED`, `REGISTRY_RATE_LIMITED`, `REGISTRY_UNREACHABLE`, `REGISTRY_ANSWER`, `ADDRESS_REFUSED`, `ADDRESS_INSECURE`
 */
export async function fetchToken(request: TokenRequest): Promise<AccessToken> {
  const { host, repository } = request;
  const realm = URL.parse(request.challenge.parameters.get('realm') ?? '');
  if (realm?.protocol !== 'https:' && realm?.protocol !== 'http:')
    throw new FeedError('REGISTRY_ANSWER', { host, reason: 'a realm that is no http address' });
  // It is the registry that names this address: nothing in it stands for the user.
  realm.username = '';
  realm.password = '';
  try {
    const response = await ask(request, realm);
    if (response.status !== 200) throw await toAnswerError(response, { host: realm.host, image: repository, kind: 'token' });
    const body = await readAll(response.body, { max: maxAnswer, what: 'token' });
    return parseToken(new TextDecoder().decode(body), realm.host);
  } catch (error) {
    if (error instanceof LimitError) throw new FeedError('REGISTRY_ANSWER', { host: realm.host, reason: 'a token of over 1 MiB' });
    throw toRegistryError(error, realm.host);
  }
}

async function ask({ http, repository, challenge, credentials }: TokenRequest, realm: URL): Promise<HttpResponse> {
  const service = challenge.parameters.get('service') ?? '';
  const scope = challenge.parameters.get('scope') ?? `repository:${repository}:pull`;
  if (credentials?.kind === 'identity-token') {
    const form = { grant_type: 'refresh_token', service, client_id: 'claircore', scope, refresh_token: credentials.token };
    return http.post(realm, new URLSearchParams(form));
  }
  if (service !== '') realm.searchParams.set('service', service);
  realm.searchParams.set('scope', scope);
  const headers = credentials?.kind === 'basic' ? { authorization: basicAuthorization(credentials) } : {};
  return http.request(realm, { headers, effort: 'retry' });
}

function parseToken(text: string, host: string): AccessToken {
  const wire = parseObject(text);
  const [token] = [wire?.get('token'), wire?.get('access_token')].filter((value) => typeof value === 'string' && value !== '');
  if (typeof token !== 'string') throw new FeedError('REGISTRY_ANSWER', { host, reason: 'no token in the answer' });
  const seconds = wire?.get('expires_in');
  const isSaid = typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0;
  return { token, lifetime: Math.min(isSaid ? seconds : defaultLifetime, maxLifetime) * 1000 };
}

/** Never its own error: that would quote the token. */
function parseObject(text: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const wire: unknown = JSON.parse(text);
    return typeof wire === 'object' && wire !== null ? new Map<string, unknown>(Object.entries(wire)) : undefined;
  } catch {
    return undefined;
  }
}
