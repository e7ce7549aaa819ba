import type { Advisory, Namespace, ParseOptions } from '../../contracts/index.ts';
import type { CvssEnrichment } from '../../core/index.ts';
import { decompressFeed, SkippedRecords } from '../../families/index.ts';
import { rateVector } from '../../formats/cvss/index.ts';
import { jsonPointer, member, streamJson, text } from '../../formats/json-stream/index.ts';
import { CveFacts } from '../cve-facts.ts';
import { toCvssEnrichment } from '../cvss-enrichment.ts';
import type { CveFact } from '../enrich-by-cve.ts';

export const nvdUrl = (year: number): string => `https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-${year}.json.gz`;
export const nvdUpdaterName = (year: number): string => `nvd-${year}-updater`;
export const nvdNamespace: Namespace = Object.freeze({ key: 'cve:nvd', scheme: 'semver' });

/** NVD's lists of metrics, a version of CVSS each, the newest first. */
const metricLists = ['cvssMetricV40', 'cvssMetricV31', 'cvssMetricV30', 'cvssMetricV2'];

/**
 * The vectors in a year's feed (https://csrc.nist.gov/schema/nvd/api/2.0/cve_api_json_2.0.schema): of each version NVD's own (`Primary`), else that
 * of another. CVEs that were rejected, or have no vector, give none; what is no record is left out and counted.
 * @throws FeedError `FEED_MALFORMED`, `FEED_TRUNCATED`; LimitError; AbortedError
 */
export async function* parseNvd(
  body: AsyncIterable<Uint8Array>,
  year: number,
  options: ParseOptions = {},
): AsyncGenerator<Advisory, void, undefined> {
  const facts = new CveFacts();
  const skipped = new SkippedRecords();
  for await (const piece of streamJson(decompressFeed(body, options), { array: 'vulnerabilities', signal: options.signal })) {
    if (piece.kind !== 'element') continue;
    const cve = member(piece.value, 'cve');
    if (member(cve, 'vulnStatus') === 'Rejected') continue;
    const id = text(member(cve, 'id')) ?? '';
    const vectors = vectorsOf(member(cve, 'metrics'));
    const isKept = id !== '' && (vectors.length === 0 || facts.add(id, vectors.join(' ')));
    if (!isKept) skipped.add(jsonPointer('vulnerabilities', String(piece.index)));
  }
  skipped.report(nvdUpdaterName(year), options);
  yield* facts.advisories({ namespace: nvdNamespace, url: nvdUrl(year), issued: '', version: '' });
}

/** `source vector`, the newest version first. */
function vectorsOf(metrics: unknown): readonly string[] {
  return metricLists.flatMap((list) => {
    const written = member(metrics, list);
    const usable = (Array.isArray(written) ? (written as readonly unknown[]) : []).filter(
      (metric) => rateVector(vectorIn(metric)) !== undefined,
    );
    const chosen = usable.find((metric) => member(metric, 'type') === 'Primary') ?? usable[0];
    return chosen === undefined ? [] : [`${sourceOf(chosen)} ${vectorIn(chosen)}`];
  });
}

function vectorIn(metric: unknown): string {
  return text(member(member(metric, 'cvssData'), 'vectorString')) ?? '';
}

/** An address of mail or an id: a word. */
function sourceOf(metric: unknown): string {
  const source = text(member(metric, 'source')) ?? '';
  return /^[\w.@+-]{1,100}$/.test(source) ? source : 'nvd';
}

/** What {@link parseNvd} wrote of a CVE. */
export function readNvdFact({ fact }: CveFact): readonly CvssEnrichment[] {
  const words = fact.split(' ');
  return words.flatMap((vector, index) => (index % 2 === 1 ? (toCvssEnrichment(vector, words[index - 1] ?? '') ?? []) : []));
}
