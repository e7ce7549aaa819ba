import type { Advisory, ParseOptions } from '../../../contracts/index.ts';
import { defaultLimits, FeedError, InputError, LimitError } from '../../../core/index.ts';
import { SkippedRecords } from '../../../families/index.ts';
import { decompress } from '../../../formats/compression/index.ts';
import { parseCsaf, type CsafDocument, type CsafVulnerability } from '../../../formats/csaf/index.ts';
import { jsonPointer } from '../../../formats/json-stream/index.ts';
import { tarMembers } from '../../../formats/tar/index.ts';
import { readDeletions } from './document-list.ts';
import { containerNamespace, productNamespace } from './products.ts';
import { vexRows, type VexRow } from './vex-rows.ts';
import { deletionsName, documentPathOf, vexBaseUrl } from './vex-url.ts';

/** Bytes of one document, uncompressed; the largest that there are have some 30 MB. */
const maxDocumentBytes = 64 * 1024 * 1024;
/** There are some three hundred thousand. */
const mostDocuments = 3_000_000;

/**
 * The advisories of Red Hat's VEX archive (tar, mostly compressed): a vulnerability each, and one for each erratum that fixes some of it. Of two documents
 * of one name the first counts, and a list of deletions for what comes after it: so what changed since an archive was made can stand before it.
 * A document that cannot be read is skipped and counted.
 * @throws FeedError `FEED_MALFORMED`, `FEED_TRUNCATED`; LimitError; AbortedError
 */
export async function* parseVexArchive(
  body: AsyncIterable<Uint8Array>,
  updater: string,
  options: ParseOptions = {},
): AsyncGenerator<Advisory, void, undefined> {
  const parser = new VexParser();
  const { signal } = options;
  const { stream } = decompress(body, { limits: defaultLimits, signal });
  const wants = (path: string): boolean => path === deletionsName || documentPathOf(path) !== undefined;
  try {
    for await (const { path, bytes } of tarMembers(stream, { maxBytes: maxDocumentBytes, wants, signal })) {
      for (const advisory of parser.member(path, bytes)) yield advisory;
    }
  } catch (error) {
    throw asFeedError(error);
  }
  parser.skipped.report(updater, options);
}

class VexParser {
  readonly skipped = new SkippedRecords();
  readonly #done = new Set<string>();
  readonly #namespaceOf = remembered(productNamespace);
  readonly #containerNamespaceOf = remembered(containerNamespace);

  *member(path: string, bytes: Uint8Array): Generator<Advisory, void, undefined> {
    const name = documentPathOf(path);
    if (name === undefined) {
      for (const deleted of readDeletions(new TextDecoder().decode(bytes))) this.#done.add(deleted);
      return;
    }
    if (this.#done.has(name)) return;
    if (this.#done.size >= mostDocuments) throw new LimitError('LIMIT_READ', { what: 'documents of the archive', limit: mostDocuments });
    this.#done.add(name);
    const document = this.#parse(name, bytes);
    if (document === undefined || document.status === 'deleted') return;
    const url = new URL(name, vexBaseUrl).href;
    for (const vulnerability of document.vulnerabilities) yield* this.#advisories(vulnerability, document, url, name);
  }

  #parse(name: string, bytes: Uint8Array): CsafDocument | undefined {
    try {
      return parseCsaf(bytes);
    } catch (error) {
      if (!(error instanceof FeedError || error instanceof LimitError)) throw error;
      this.skipped.add(jsonPointer(name));
      return undefined;
    }
  }

  *#advisories(vulnerability: CsafVulnerability, document: CsafDocument, url: string, name: string): Generator<Advisory, void, undefined> {
    const rows = vexRows(vulnerability, document, {
      namespaceOf: this.#namespaceOf,
      containerNamespaceOf: this.#containerNamespaceOf,
      onSkipped: (pointer) => this.skipped.add(jsonPointer(name) + pointer),
    });
    for (const [erratum, group] of Map.groupBy(rows, (one) => one.erratum)) yield toAdvisory(vulnerability, document, url, erratum, group);
  }
}

/** One object for all rows of a namespace. */
function remembered<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly value: T }>();
  return (text) => {
    const found = known.get(text) ?? { value: make(text) };
    known.set(text, found);
    return found.value;
  };
}

function toAdvisory(
  vulnerability: CsafVulnerability,
  document: CsafDocument,
  url: string,
  erratum: string,
  rows: readonly VexRow[],
): Advisory {
  const { cve, description, releaseDate, references } = vulnerability;
  const erratumLinks = erratum === '' ? [] : [`https://access.redhat.com/errata/${erratum}`];
  return {
    part: erratum,
    name: cve || document.id,
    aliases: erratum === '' ? [] : [erratum],
    description,
    links: [...new Set([...references, ...document.references, ...erratumLinks])].filter((link) => /^https?:\/\//.test(link)),
    issued: releaseDate,
    severity: '',
    normalizedSeverity: 'Unknown',
    url,
    rows: rows.map(({ row }) => row),
  };
}

/** To a feed, damage is damage, whichever of its forms has it: compressed data that ends too early cannot be told from what is damaged. */
function asFeedError(error: unknown): unknown {
  if (!(error instanceof InputError)) return error;
  const isCut = error.code === 'COMPRESSION_CORRUPT' || String(error.data['what']).startsWith('end ');
  return new FeedError(isCut ? 'FEED_TRUNCATED' : 'FEED_MALFORMED', { form: 'tar.zst' }, { cause: error });
}
