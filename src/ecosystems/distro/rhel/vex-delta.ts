import type { Advisory, FeedChange, ParseOptions } from '../../../contracts/index.ts';
import { readDelta, SkippedRecords } from '../../../families/index.ts';
import { tarEnd, tarEntry } from '../../../formats/tar/index.ts';
import { readAll } from '../../../runtime/index.ts';
import { parseVexArchive } from './advisory.ts';
import { cveOf, documentPathOf } from './vex-url.ts';

/** Bytes of one document. */
const maxDocumentBytes = 64 * 1024 * 1024;

/**
 * The advisories of an archive, each named by the CVE that its document is about, so that who replaces all of a name replaces a document.
 * Another one is left out and counted: no document of Red Hat's speaks of two.
 * @param advisories as {@link parseVexArchive} gives them
 */
export async function* namedByDocument(
  advisories: AsyncIterable<Advisory>,
  updater: string,
  options: ParseOptions = {},
): AsyncGenerator<Advisory, void, undefined> {
  const strange = new SkippedRecords();
  for await (const advisory of advisories) {
    const path = documentPathOf(advisory.url) ?? '';
    if (cveOf(path) === advisory.name) yield advisory;
    else strange.add(`/${path.replaceAll('/', '~1')}`);
  }
  strange.report(updater, options);
}

/**
 * What `fetchVex` found to have changed: a document is all that there is of its CVE; one that is gone leaves none of it. A document that cannot
 * be read is counted, and leaves none either, as in an archive.
 * @throws FeedError `FEED_TRUNCATED`, `FEED_MALFORMED`; LimitError; AbortedError
 */
export async function* parseVexDelta(
  body: AsyncIterable<Uint8Array>,
  updater: string,
  options: ParseOptions = {},
): AsyncGenerator<FeedChange, void, undefined> {
  const { signal } = options;
  const skipped = new SkippedRecords();
  const counted: ParseOptions = {
    signal,
    onDiagnostic({ data }) {
      for (let count = Number(data['records']); count > 0; count -= 1) skipped.add(String(data['first']));
    },
  };
  for await (const { name, body: document } of readDelta(body, { signal })) {
    const of = { name: cveOf(name) };
    if (!document) {
      yield { kind: 'replaced', of, advisories: [] };
      continue;
    }
    const bytes = await readAll(document, { max: maxDocumentBytes, what: name, signal });
    const advisories = namedByDocument(parseVexArchive(archiveOf(name, bytes), updater, counted), updater, counted);
    yield { kind: 'replaced', of, advisories: await Array.fromAsync(advisories) };
  }
  skipped.report(updater, options);
}

/** An archive of one document. */
async function* archiveOf(path: string, bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield* tarEntry({ path, type: 'file', size: bytes.length }, [bytes]);
  yield tarEnd();
}
