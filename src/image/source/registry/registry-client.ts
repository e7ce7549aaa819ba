import { ClaircoreError, FeedError, throwIfAborted } from '../../../core/index.ts';
import { readAll, type HttpRequest, type HttpResponse } from '../../../runtime/index.ts';
import type { Endpoint } from './registry-endpoints.ts';
import { toAnswerError, toRegistryError } from './registry-error.ts';
import type { RegistryHttp } from './registry-http.ts';

/** What is asked of a repository. */
export interface Asking {
  readonly kind: 'manifest' | 'blob';
  /** A tag or a digest. */
  readonly reference: string;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface ReadDocumentOptions extends Asking {
  /** Bytes. */
  readonly max: number;
}

export interface ReadDocument {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** `Docker-Content-Digest`. */
  readonly digest: string | undefined;
}

/** How often a document whose transfer breaks off is asked for. */
const maxReads = 3;
/** Of one request: nobody, then with what the registry asks for, then once more where that ended on the way. */
const maxRefusals = 2;

/** One repository: asked at its mirrors first, with what each of them takes as authorization. */
export class RegistryClient {
  readonly #http: RegistryHttp;
  readonly #repository: string;
  readonly #endpoints: readonly Endpoint[];
  readonly #down = new Set<Endpoint>();

  constructor(http: RegistryHttp, repository: string, endpoints: readonly Endpoint[]) {
    this.#http = http;
    this.#repository = repository;
    this.#endpoints = endpoints;
  }

  /**
   * A manifest or a small blob, whole.
   *
   * @throws FeedError `REGISTRY_*`, `ADDRESS_*`; InputError `REGISTRY_IMAGE_UNKNOWN`, `REGISTRY_CREDENTIALS`; LimitError `LIMIT_READ`; AbortedError
   */
  async readDocument(options: ReadDocumentOptions): Promise<ReadDocument> {
    return this.#anywhere(async (endpoint) => {
      for (let reads = 1; ; reads += 1) {
        const response = await this.#ask(endpoint, options);
        try {
          const bytes = await readAll(response.body, { max: options.max, what: options.reference, signal: options.signal });
          return { bytes, mediaType: mediaTypeOf(response), digest: response.header('docker-content-digest') };
        } catch (error) {
          response.discard();
          throwIfAborted(options.signal);
          if (!(error instanceof FeedError) || reads === maxReads) throw toRegistryError(error, endpoint.host);
        }
      }
    });
  }

  /** The head of an answer with a blob or a part of it, its body unread. @throws as {@link readDocument} */
  async openBlob(digest: string, { headers, signal }: HttpRequest): Promise<HttpResponse> {
    const range = headers?.['range'];
    const own = typeof range === 'string' ? { range } : {};
    return this.#anywhere((endpoint) => this.#ask(endpoint, { kind: 'blob', reference: digest, headers: own, signal }));
  }

  /** What errors of a transfer call the blob; which place gave it, and over what, is the client's own matter. */
  nameOf(digest: string): URL {
    const host = this.#endpoints.at(-1)?.host ?? '';
    return new URL(`https://${host}/v2/${this.#repository}/blobs/${digest}`);
  }

  /** What a mirror cannot do, the next place may. */
  async #anywhere<T>(task: (endpoint: Endpoint) => Promise<T>): Promise<T> {
    for (const endpoint of this.#endpoints) {
      if (this.#down.has(endpoint)) continue;
      try {
        return await task(endpoint);
      } catch (error) {
        if (endpoint.kind === 'origin' || !isOfThePlace(error)) throw error;
        if (error instanceof FeedError && error.code === 'REGISTRY_UNREACHABLE') this.#down.add(endpoint);
      }
    }
    throw new ClaircoreError('INTERNAL', { reason: 'no origin' });
  }

  async #ask(endpoint: Endpoint, asking: Asking): Promise<HttpResponse> {
    const { kind, reference, signal } = asking;
    const base = await endpoint.base(signal);
    const path = `v2/${this.#repository}/${kind}s/${reference}`;
    const url = new URL(path, base.href.endsWith('/') ? base : `${base.href}/`);
    try {
      for (let refusals = 0; ; refusals += 1) {
        const sent = await endpoint.authorizer.header(signal);
        const headers = { ...asking.headers, ...(sent !== undefined && { authorization: sent }) };
        const response = await this.#http.request(url, { headers, effort: endpoint.effort, signal });
        if (isAnswer(response, asking)) return response;
        const challenges = response.header('www-authenticate');
        const mayAskAgain = response.status === 401 && refusals < maxRefusals;
        if (!mayAskAgain || !(await endpoint.authorizer.refused(challenges, sent, signal))) {
          const image = `${this.#repository}${kind === 'manifest' && !reference.includes(':') ? ':' : '@'}${reference}`;
          throw await toAnswerError(response, { host: endpoint.host, image, kind }, sent);
        }
        response.discard();
      }
    } catch (error) {
      throw toRegistryError(error, endpoint.host);
    }
  }
}

/** Of a part of a blob also that there is none: who asked knows what that means. */
function isAnswer({ status }: HttpResponse, { headers }: Asking): boolean {
  return status === 200 || (headers?.['range'] !== undefined && (status === 206 || status === 416));
}

/** Whether another place may answer otherwise. */
function isOfThePlace(error: unknown): boolean {
  return error instanceof ClaircoreError && (error.kind === 'feed' || error.code === 'REGISTRY_IMAGE_UNKNOWN');
}

function mediaTypeOf(response: HttpResponse): string {
  return (response.header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
