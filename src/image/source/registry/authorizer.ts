import type { FindRegistryCredentials } from '../../../contracts/index.ts';
import { AbortedError, FeedError, throwIfAborted } from '../../../core/index.ts';
import { basicAuthorization } from './basic-authorization.ts';
import { parseChallenges, type Challenge } from './challenge.ts';
import type { RegistryHttp } from './registry-http.ts';
import { fetchToken } from './token-service.ts';

export interface AuthorizerOptions {
  readonly http: RegistryHttp;
  /** By which credentials are looked up. */
  readonly host: string;
  readonly repository: string;
  readonly credentials: FindRegistryCredentials;
}

interface Authorization {
  readonly header: string;
  /** ms since the epoch; absent where it does not end. */
  readonly expires?: number;
}

/**
 * What is sent to one registry as `Authorization`: nothing until it asks, then what it asks for. All requests share it; when a token
 * ends in the middle of a pull, one of them gets the next. Nothing of it is ever put into an error.
 */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  #challenge: Challenge | undefined;
  #current: Authorization | undefined;
  #renewal: Promise<void> | undefined;

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /** The header to send now. @throws FeedError, InputError `REGISTRY_CREDENTIALS`, AbortedError */
  async header(signal?: AbortSignal): Promise<string | undefined> {
    const { expires } = this.#current ?? {};
    if (expires !== undefined && expires <= Date.now()) await this.#renew(signal);
    return this.#current?.header;
  }

  /**
   * Takes in that the registry refused what was sent. True where there is something else to send.
   *
   * @throws FeedError, InputError `REGISTRY_CREDENTIALS`, AbortedError
   */
  async refused(challenges: string | undefined, sent: string | undefined, signal?: AbortSignal): Promise<boolean> {
    // Another request has been here before.
    if (this.#current !== undefined && this.#current.header !== sent) return true;
    const offered = parseChallenges(challenges);
    const wanted = offered.find(({ scheme }) => scheme === 'bearer') ?? offered.find(({ scheme }) => scheme === 'basic');
    if (!wanted) return false;
    if (wanted.scheme === 'basic' && sent?.startsWith('Basic ') === true) return false;
    this.#challenge = wanted;
    await this.#renew(signal);
    return this.#current !== undefined && this.#current.header !== sent;
  }

  /** One at a time, for all who wait; none of them takes it along when it leaves. */
  async #renew(signal: AbortSignal | undefined): Promise<void> {
    throwIfAborted(signal);
    this.#renewal ??= this.#fetch().finally(() => {
      this.#renewal = undefined;
    });
    await untilAborted(this.#renewal, signal);
  }

  async #fetch(): Promise<void> {
    this.#current = await this.#authorize();
  }

  async #authorize(): Promise<Authorization | undefined> {
    const { http, host, repository, credentials } = this.#options;
    const found = await credentials({ host, repository });
    const challenge = this.#challenge;
    if (found?.kind === 'registry-token') return { header: toBearer(found.token, host) };
    if (challenge?.scheme !== 'bearer') return found?.kind === 'basic' ? { header: basicAuthorization(found) } : undefined;
    const { token, lifetime } = await fetchToken({ http, host, repository, challenge, credentials: found });
    return { header: toBearer(token, host), expires: Date.now() + lifetime };
  }
}

/** Only what can stand in a header (RFC 6750 §2.1 has less). */
function toBearer(token: string, host: string): string {
  if (!/^[\x21-\x7e]{1,65536}$/.test(token)) throw new FeedError('REGISTRY_ANSWER', { host, reason: 'a token that cannot be sent' });
  return `Bearer ${token}`;
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  const aborted = Promise.withResolvers<never>();
  const leave = (): void => aborted.reject(new AbortedError({ cause: signal.reason }));
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
