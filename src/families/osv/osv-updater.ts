import { defineUpdaterSet, type Updater, type UpdaterSet } from '../../contracts/index.ts';
import { fetchOsv } from './fetch-osv.ts';
import type { OsvSource } from './osv-source.ts';
import { parseOsvDelta } from './parse-osv-delta.ts';
import { parseOsvZip } from './parse-osv-zip.ts';

/** Reads an ecosystem's records out of OSV's bucket: `all.zip` at first, then the records that changed. */
export function createOsvUpdater(source: OsvSource): Updater {
  const { bucket, updater: name, version, serves } = source;
  return Object.freeze<Updater>({
    name,
    version,
    serves,
    fetch: (fingerprint, options) => fetchOsv(bucket, fingerprint, options),
    parse: (body, options) => parseOsvZip(body, source, options),
    parseDelta: (body, options) => parseOsvDelta(body, source, options),
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
