import { defineUpdaterSet, type Updater, type UpdaterSet } from '../../contracts/index.ts';
import { fetchConditionally } from '../conditional-fetch.ts';
import { osvBucketUrl } from './advisories-of-record.ts';
import type { OsvSource } from './osv-source.ts';
import { parseOsvZip } from './parse-osv-zip.ts';

/** Reads an ecosystem's records out of OSV's bucket: `all.zip`, fetched whole when it changed. */
export function createOsvUpdater(source: OsvSource): Updater {
  const { bucket, updater: name, version, serves } = source;
  const url = `${osvBucketUrl}/${encodeURIComponent(bucket)}/all.zip`;
  return Object.freeze<Updater>({
    name,
    version,
    serves,
    fetch: (fingerprint, options) => fetchConditionally(url, fingerprint, options),
    parse: (body, options) => parseOsvZip(body, source, options),
  });
}

/**
 * A set of OSV sources: for a distribution the set `osv`, which replaces its own feed when asked for (`--feed-source debian=osv`).
 *
 * @example
 * ```ts
 * updaterSets: [debianUpdaterSet, createOsvUpdaterSet('osv', [debianOsvSource])],
 * ```
 */
export function createOsvUpdaterSet(id: string, sources: readonly OsvSource[]): UpdaterSet {
  const updaters = sources.map(createOsvUpdater);
  return defineUpdaterSet({
    id,
    serves: (namespace) => sources.some(({ serves }) => serves(namespace)),
    expected: (namespace) => sources.filter(({ serves }) => serves(namespace)).map(({ updater }) => updater),
    versionOf: (asked) => sources.find(({ updater }) => updater === asked)?.version,
    discover: ({ namespaces }) =>
      Promise.resolve(updaters.filter((updater) => namespaces === undefined || namespaces.some((namespace) => updater.serves(namespace)))),
  });
}
