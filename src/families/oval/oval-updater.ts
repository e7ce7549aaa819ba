import type { FetchOptions, Fetched, Fingerprint, Updater } from '../../contracts/index.ts';
import { FeedError } from '../../core/index.ts';
import { fetchConditionally } from '../conditional-fetch.ts';
import type { OvalProfile } from './oval-profile.ts';
import { parseOval } from './parse-oval.ts';

export interface OvalUpdaterOptions {
  readonly name: string;
  readonly version: number;
  /** Where the document may be: the first that exists is taken. */
  readonly urls: readonly string[];
  readonly serves: (namespace: string) => boolean;
  readonly profile: OvalProfile;
}

/** An updater of one OVAL document. */
export function createOvalUpdater({ name, version, urls, serves, profile }: OvalUpdaterOptions): Updater {
  return Object.freeze<Updater>({
    name,
    version,
    serves,
    fetch: (fingerprint, options) => fetchFirst(urls, fingerprint, options),
    parse: (body, options) => parseOval(body, { ...options, updater: name, profile }),
  });
}

async function fetchFirst(urls: readonly string[], fingerprint: Fingerprint | undefined, options: FetchOptions): Promise<Fetched> {
  let absent: unknown;
  for (const url of urls) {
    try {
      return await fetchAt(url, fingerprint, options);
    } catch (error) {
      if (!(error instanceof FeedError && error.code === 'FEED_NOT_FOUND')) throw error;
      absent ??= error;
    }
  }
  throw absent;
}

/** Validators are of one address: it is part of the fingerprint. */
async function fetchAt(url: string, fingerprint: Fingerprint | undefined, options: FetchOptions): Promise<Fetched> {
  const prefix = `${url} `;
  const own = fingerprint?.startsWith(prefix) === true ? fingerprint.slice(prefix.length) : undefined;
  const fetched = await fetchConditionally(url, own, options);
  return fetched.kind === 'unchanged' ? fetched : { ...fetched, fingerprint: prefix + fetched.fingerprint };
}
