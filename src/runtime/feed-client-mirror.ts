import type { Stats } from 'node:fs';
import type { FeedRequest, FeedResponse } from '../contracts/index.ts';
import { FeedError, throwIfAborted } from '../core/index.ts';

/**
 * Where a mirror keeps what stands at an upstream URL: `http(s)://HOST/PATH?Q` is at `<base>/HOST/PATH?Q`.
 * @param base http(s) URL; its query is not used
 */
export function mirroredUrl(base: URL, url: URL): URL {
  const mirrored = new URL(base);
  mirrored.search = url.search;
  mirrored.hash = '';
  mirrored.pathname = `${base.pathname.replace(/\/+$/, '')}/${url.host}${url.pathname}`;
  return mirrored;
}

/**
 * The same below a directory: parts percent-decoded, no query.
 * Undefined where a part cannot be a file's name (`..`, a slash, a NUL): nothing outside the directory has a URL.
 */
export function mirroredParts(url: URL): readonly string[] | undefined {
  const parts: string[] = [];
  for (const part of [url.host, ...url.pathname.split('/').filter((part) => part !== '')]) {
    const decoded = decodePart(part);
    if (decoded === undefined || decoded === '.' || decoded === '..' || /[/\\\0]/.test(decoded)) return undefined;
    parts.push(decoded);
  }
  return parts;
}

function decodePart(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** A directory laid out like the upstream hosts. Sizes and times of its files serve as validators. */
export class MirrorDirectory {
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  /** @throws FeedError `FEED_UNREACHABLE` where the directory itself is not there; AbortedError */
  async get(url: URL, request: FeedRequest): Promise<FeedResponse> {
    const found = await this.#find(url);
    throwIfAborted(request.signal);
    if (!found) return { kind: 'not-found' };
    const etag = `"${found.stats.size.toString(16)}-${Math.trunc(found.stats.mtimeMs * 1000).toString(16)}"`;
    if (request.validators?.etag === etag) return { kind: 'not-modified' };
    return { kind: 'body', body: readFileOf(found.path, url, request.signal), validators: { etag }, size: found.stats.size };
  }

  async exists(url: URL): Promise<boolean> {
    return (await this.#find(url)) !== undefined;
  }

  async #find(url: URL): Promise<{ readonly path: string; readonly stats: Stats } | undefined> {
    const { stat } = await import('node:fs/promises');
    const parts = mirroredParts(url);
    if (!parts) return undefined;
    const path = [this.#base, ...parts].join('/');
    try {
      const stats = await stat(path);
      return stats.isFile() ? { path, stats } : undefined;
    } catch (error) {
      const code = codeOf(error);
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw fileError(url, error);
    }
    // A missing file says that upstream has none; a missing mirror says nothing.
    await stat(this.#base).catch((error: unknown) => {
      throw new FeedError('FEED_UNREACHABLE', { url: url.href, mirror: this.#base, reason: codeOf(error) }, { cause: error });
    });
    return undefined;
  }
}

async function* readFileOf(path: string, url: URL, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const { createReadStream } = await import('node:fs');
  throwIfAborted(signal);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
      throwIfAborted(signal);
      yield chunk as Uint8Array;
    }
  } catch (error) {
    throwIfAborted(signal);
    throw fileError(url, error);
  }
}

function fileError(url: URL, error: unknown): FeedError {
  return new FeedError('FEED_UNREACHABLE', { url: url.href, reason: codeOf(error) }, { cause: error });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
