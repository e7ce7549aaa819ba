import type { Advisory, Namespace, ParseOptions, Updater } from '../../../contracts/index.ts';
import { parseCpe } from '../../../core/index.ts';
import { fetchConditionally, SkippedRecords } from '../../../families/index.ts';
import { jsonPointer, member, objectEntries, streamJson, text } from '../../../formats/json-stream/index.ts';
import { isProductNamespace } from './products.ts';

/** Red Hat's list of repositories by id, each with the CPEs of the products it is of. */
export const repositoryNamesUrl = 'https://security.access.redhat.com/data/metrics/repository-to-cpe.json';

/** Where the list stands in a matcher store: no vulnerabilities, but names, a repository id each with CPEs as its aliases. */
export const repositoryNamespace: Namespace = Object.freeze({ key: 'redhat-repository', scheme: 'rpm' });

export const repositoryNamesUpdaterName = 'rhel-repository-to-cpe';
/** Of {@link parseRepositoryNames}: grows when it gives other rows for the same document. */
export const repositoryNamesVersion = 1;

export const repositoryNamesUpdater: Updater = Object.freeze<Updater>({
  name: repositoryNamesUpdaterName,
  version: repositoryNamesVersion,
  serves: (namespace) => namespace === repositoryNamespace.key || isProductNamespace(namespace),
  fetch: (fingerprint, options) => fetchConditionally(repositoryNamesUrl, fingerprint, options),
  parse: (body, options) => parseRepositoryNames(body, repositoryNamesUpdaterName, options),
});

/**
 * One entry a repository. A CPE that cannot be read is left out and counted, with it a repository that has no other.
 * @throws FeedError `FEED_MALFORMED`, `FEED_TRUNCATED`; LimitError; AbortedError
 */
export async function* parseRepositoryNames(
  body: AsyncIterable<Uint8Array>,
  updater: string,
  options: ParseOptions = {},
): AsyncGenerator<Advisory, void, undefined> {
  const skipped = new SkippedRecords();
  for await (const piece of streamJson(body, { signal: options.signal })) {
    if (piece.kind !== 'member' || piece.key !== 'data') continue;
    for (const [id, value] of objectEntries(piece.value) ?? []) {
      const pointer = jsonPointer('data', id);
      const cpes = readCpes(value, () => skipped.add(pointer));
      if (id !== '' && cpes.length > 0) yield toEntry(id, cpes, pointer);
    }
  }
  skipped.report(updater, options);
}

function readCpes(value: unknown, onSkipped: () => void): readonly string[] {
  const list = member(value, 'cpes');
  const written: readonly unknown[] = Array.isArray(list) ? list : [];
  const cpes = written.flatMap((cpe) => text(cpe) ?? []).filter((cpe) => parseCpe(cpe) !== undefined);
  if (cpes.length < written.length || written.length === 0) onSkipped();
  return [...new Set(cpes)].sort();
}

function toEntry(id: string, cpes: readonly string[], pointer: string): Advisory {
  return {
    part: '',
    name: id,
    aliases: cpes,
    description: '',
    links: [],
    issued: '',
    severity: '',
    normalizedSeverity: 'Unknown',
    url: repositoryNamesUrl,
    rows: [
      {
        namespace: repositoryNamespace,
        package: { name: id, kind: 'binary', module: '', arch: '', archOperation: '' },
        range: {},
        status: 'not_affected',
        fixState: 'unknown',
        pointer,
      },
    ],
  };
}
