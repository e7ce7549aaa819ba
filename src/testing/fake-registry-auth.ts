import type { IncomingMessage } from 'node:http';

export interface FakeUser {
  readonly user: string;
  readonly password: string;
}

/** Whom a {@link FakeRegistry} lets in. */
export type FakeRegistryAuth =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'basic' } & FakeUser)
  /** Tokens from `/token`: for anybody, unless there is somebody to be. */
  | {
      readonly kind: 'bearer';
      readonly users?: readonly FakeUser[];
      /** What `grant_type=refresh_token` takes, posted. */
      readonly refreshToken?: string;
      /** Seconds; 300 if absent. */
      readonly expiresIn?: number;
      /** The field of the answer in which the token stands; `token` if absent. */
      readonly field?: 'token' | 'access_token';
      /** Where tokens are given out instead of at the registry itself. */
      readonly realm?: string;
    };

export type TokenAnswer = { readonly status: 200; readonly body: string } | { readonly status: 401 | 405 };

/** The door of a {@link FakeRegistry}: challenges, tokens that end. */
export class FakeDoor {
  readonly #auth: FakeRegistryAuth;
  readonly #tokens = new Map<string, number>();
  /** Tokens given out so far. */
  issued = 0;

  constructor(auth: FakeRegistryAuth) {
    this.#auth = auth;
  }

  /** Whether the request may pass. */
  lets(request: IncomingMessage): boolean {
    const { authorization = '' } = request.headers;
    switch (this.#auth.kind) {
      case 'none':
        return true;
      case 'basic':
        return authorization === basic(this.#auth);
      case 'bearer':
        return (this.#tokens.get(authorization.replace(/^Bearer /, '')) ?? 0) > Date.now();
    }
  }

  challenge(url: string, repository: string): string {
    if (this.#auth.kind !== 'bearer') return 'Basic realm="fake, with a comma"';
    const realm = this.#auth.realm ?? `${url}/token`;
    return `Bearer realm="${realm}",service="fake registry",scope="repository:${repository}:pull"`;
  }

  /** Every token that was given out is over. */
  expireAll(): void {
    for (const token of this.#tokens.keys()) this.#tokens.set(token, 0);
  }

  /** What `/token` answers. */
  answer(request: IncomingMessage, form: URLSearchParams): TokenAnswer {
    if (this.#auth.kind !== 'bearer') return { status: 405 };
    const { users, refreshToken, expiresIn = 300, field = 'token' } = this.#auth;
    const isPosted = request.method === 'POST';
    if (isPosted && (form.get('grant_type') !== 'refresh_token' || refreshToken === undefined)) return { status: 405 };
    const isKnown = isPosted
      ? form.get('refresh_token') === refreshToken
      : users === undefined
        ? refreshToken === undefined
        : users.some((user) => basic(user) === request.headers.authorization);
    if (!isKnown) return { status: 401 };
    this.issued += 1;
    const token = `token-${this.issued}.of-the/fake+registry==`;
    this.#tokens.set(token, Date.now() + expiresIn * 1000);
    return { status: 200, body: JSON.stringify({ [isPosted ? 'access_token' : field]: token, expires_in: expiresIn }) };
  }
}

function basic({ user, password }: FakeUser): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
